// A form whose sending was stopped can be sent again, and one that is on its way is sent once.

import { SecondFactor, SetUp } from '../pages/second-factor';
import { SignIn } from '../pages/sign-in';
import { ask, createPerson } from '../support/ask';
import { cast, PASSWORD } from '../support/cast';
import { enrolApp, enrolPasskey, requireSecondFactors } from '../support/enrol';
import { Authenticator, withoutOffers } from '../support/passkeys';
import { expectSendableAgain, Hanging, stopLoading } from '../support/stop';
import { expect, test } from '../support/test';

test.use({ needs: { seed: true, fresh: true } });

test('every form before the console', async ({ page, signIn, newPassword, anotherBrowser }) => {
  const administrators = await anotherBrowser();
  await new SignIn(administrators).quietly(cast.ana);
  const button = (name: string) => page.getByRole('button', { name, exact: true });

  await test.step('signing in', async () => {
    await signIn.open();
    await signIn.username.fill('grace');
    await signIn.password.fill(PASSWORD);
    const server = await expectSendableAgain(page, '/sign-in', button('Sign in'));
    await server.letGo(() => expect(page).toHaveURL('/users'));
  });

  await test.step('the second factor', async () => {
    const { app } = await enrolApp(page);
    await page.context().clearCookies();
    await signIn.open();
    await page.unrouteAll();
    await signIn.fillIn('grace', PASSWORD);
    await new SecondFactor(page).code.fill(await app.next());
    const server = await expectSendableAgain(page, '/second-factor', button('Confirm'));
    await server.letGo(() => expect(page).toHaveURL('/users'));
  });

  await test.step('a new password, and signing out instead', async () => {
    const id = await createPerson(administrators, { username: 'late', display_name: 'Late Comer' });
    const given = await ask<{ one_time_password: string }>(administrators, 'users/reset_password', { id });
    await page.context().clearCookies();
    await signIn.attempt('late', given.one_time_password);
    await newPassword.current.fill(given.one_time_password);
    await newPassword.new.fill(PASSWORD);
    const choosing = await expectSendableAgain(page, '/new-password', button('Save and go on'));
    await stopLoading(page);
    const leaving = await expectSendableAgain(page, '/sign-out', button('Sign out'));
    await leaving.letGo(() => expect(signIn.heading).toBeVisible());
    choosing.gotAll();
  });

  await test.step('setting up a second factor, and its codes', async () => {
    await requireSecondFactors(administrators, 'everyone');
    await signIn.attempt('priya', PASSWORD);
    const setUp = new SetUp(page);
    await setUp.code.fill('123456');
    const verifying = await expectSendableAgain(page, '/set-up', button('Verify and go on'));
    await stopLoading(page);
    const leaving = await expectSendableAgain(page, '/sign-out', button('Sign out'));
    await leaving.letGo(() => expect(signIn.heading).toBeVisible());
    verifying.gotAll();
  });
});

test('a passkey', async ({ page, signIn }) => {
  await Authenticator.plugIn(page);
  await signIn.at('/account', cast.ana);
  await enrolPasskey(page);
  await withoutOffers(page);
  await page.context().clearCookies();
  await signIn.open();
  const server = await Hanging.at(page, '/sign-in/passkey');
  const button = page.getByRole('button', { name: 'Sign in with a passkey' });
  await button.click({ noWaitAfter: true });
  await server.hasGot(1);
  await stopLoading(page);
  await button.click({ noWaitAfter: true });
  await server.hasGot(2);
  await server.letGo(() => expect(page).toHaveURL('/users'));
});

test('also in a browser that does not say that it gave up', async ({ page, signIn }) => {
  await page.addInitScript(() => {
    const { navigation } = window as unknown as { navigation: EventTarget };
    navigation.addEventListener('navigateerror', (event) => event.stopImmediatePropagation());
  });
  await signIn.open();
  await signIn.username.fill('grace');
  await signIn.password.fill(PASSWORD);
  const server = await Hanging.at(page, '/sign-in');
  const button = page.getByRole('button', { name: 'Sign in', exact: true });
  await button.click({ noWaitAfter: true });
  await server.hasGot(1);
  await stopLoading(page);
  await expect(button, 'after some seconds').not.toHaveAttribute('aria-disabled', 'true');
  await button.click({ noWaitAfter: true });
  await server.hasGot(2);
  await server.letGo(() => expect(page).toHaveURL('/users'));
});

test.describe('on an empty Keydesk', () => {
  test.use({ needs: { seed: false } });

  test('the first run', async ({ page, desk, firstRun, users }) => {
    await page.goto(desk.firstRunLink);
    await firstRun.fillIn({ username: 'ana', name: 'Ana Moreira', password: PASSWORD });
    const server = await expectSendableAgain(page, '/first-run', page.getByRole('button', { name: 'Create administrator' }));
    await server.letGo(() => expect(users.heading).toBeVisible());
  });
});
