// The question after the password, for people who have a second factor or have to have one.

import type { Page } from '@playwright/test';
import { cast, PASSWORD, type Person } from '../support/cast';
import { App } from '../support/codes';
import { enrolApp, requireSecondFactors } from '../support/enrol';
import { expect, test } from '../support/test';
import { SecondFactor, SetUp } from '../pages/second-factor';
import { SignIn } from '../pages/sign-in';

test.use({ needs: { seed: true, fresh: true } });

/** Gives somebody an app, in a browser of their own. */
async function withApp(anotherBrowser: () => Promise<Page>, person: Person) {
  const page = await anotherBrowser();
  await new SignIn(page).as(person);
  return enrolApp(page);
}

test('A7: a code of the authenticator app follows the password, once', async ({ page, signIn, anotherBrowser, watch }) => {
  const { app } = await withApp(anotherBrowser, cast.ana);
  const second = new SecondFactor(page);
  await signIn.attempt('ana', PASSWORD);
  await second.isAsked();
  await expect(second.code).toBeFocused();
  watch.expectComplaint('status of 422');
  await second.give('000000');
  await expect(second.code).toHaveAccessibleDescription(/This code is not right/);
  const code = await app.next();
  await second.give(code);
  await expect(page).toHaveURL('/users');

  const other = await anotherBrowser();
  await new SignIn(other).attempt('ana', PASSWORD);
  const again = new SecondFactor(other);
  await again.give(code);
  await expect(again.code).toHaveAccessibleDescription(/was used already/);
});

test('D14: a code of another time says by how much the clock is off', async ({ page, signIn, anotherBrowser, watch }) => {
  const { app } = await withApp(anotherBrowser, cast.ana);
  await signIn.attempt('ana', PASSWORD);
  const second = new SecondFactor(page);
  watch.expectComplaint('status of 422');
  await second.give(app.fast(240));
  await expect(second.code).toHaveAccessibleDescription(/clock of your device is about \d minutes fast.*automatic/);
});

test('a page that was wanted before the password is there after the code', async ({ page, anotherBrowser }) => {
  const { app } = await withApp(anotherBrowser, cast.ana);
  await page.goto('/audit?kind=signed_in');
  await new SignIn(page).fillIn('ana', PASSWORD);
  await new SecondFactor(page).give(await app.next());
  await expect(page).toHaveURL('/audit?kind=signed_in');
});

test('T10: a recovery code lets in once', async ({ page, signIn, anotherBrowser, watch }) => {
  const { recovery } = await withApp(anotherBrowser, cast.ana);
  expect(recovery).toHaveLength(10);
  const code = recovery[0] ?? '';
  const second = new SecondFactor(page);
  await signIn.attempt('ana', PASSWORD);
  await second.giveRecoveryCode(code.toUpperCase());
  await expect(page).toHaveURL('/users');

  const other = await anotherBrowser();
  await new SignIn(other).attempt('ana', PASSWORD);
  watch.expectComplaint('status of 422');
  const again = new SecondFactor(other);
  await again.giveRecoveryCode(code);
  await expect(again.recoveryCode).toHaveAccessibleDescription(/not one of your recovery codes, or it was used/);
});

test('E15: a second factor is asked for after the password, and not again on a remembered device', async ({ page, signIn, account, anotherBrowser }) => {
  const { app } = await withApp(anotherBrowser, cast.ingrid);
  const second = new SecondFactor(page);
  await signIn.attempt('ingrid', PASSWORD);
  await second.remember.check();
  await second.give(await app.next());
  await expect(page).toHaveURL('/account');
  await account.signOut();
  await signIn.as(cast.ingrid);
  await expect(page).toHaveURL('/account');

  const other = await anotherBrowser();
  await new SignIn(other).attempt('ingrid', PASSWORD);
  await new SecondFactor(other).isAsked();
});

test('nobody gets to the question without the password, and nowhere without its answer', async ({ page, signIn, anotherBrowser }) => {
  await withApp(anotherBrowser, cast.ana);
  await page.goto('/second-factor');
  await expect(signIn.notice).toContainText('has waited too long');
  await signIn.fillIn('ana', PASSWORD);
  await new SecondFactor(page).isAsked();
  await page.goto('/users');
  await expect(signIn.heading).toBeVisible();
});

test.describe('where everybody has to have a second factor', () => {
  async function require(anotherBrowser: () => Promise<Page>) {
    const page = await anotherBrowser();
    await new SignIn(page).as(cast.ana);
    await requireSecondFactors(page, 'everyone');
  }

  test('D8: somebody is led through setting up an app at sign-in, and can do nothing before', async ({
    page,
    signIn,
    anotherBrowser,
    watch,
  }) => {
    await require(anotherBrowser);
    const setUp = new SetUp(page);
    await signIn.attempt('grace', PASSWORD);
    await expect(setUp.heading).toBeVisible();
    await page.goto('/users');
    await expect(setUp.heading).toBeVisible();
    await expect(setUp.picture).toBeVisible();
    const secret = await setUp.typedSecret();
    watch.expectComplaint('status of 422');
    await setUp.verify('000000');
    await expect(setUp.code).toHaveAccessibleDescription(/not right/);
    expect(await setUp.typedSecret(), 'the same app goes on').toBe(secret);
    const app = new App(secret);
    await setUp.verify(await app.next());
    const codes = await setUp.keepCodes();
    expect(codes).toHaveLength(10);
    await expect(page).toHaveURL('/users');
    await page.reload();
    await expect(page.getByRole('heading', { level: 1, name: 'Users' })).toBeVisible();

    const other = await anotherBrowser();
    await new SignIn(other).attempt('grace', PASSWORD);
    await new SecondFactor(other).give(await app.next());
    await expect(other).toHaveURL('/users');
  });

  test.describe('without JavaScript', () => {
    test.use({ javaScriptEnabled: false });
    test.beforeEach(({ watch }) => watch.expectComplaint(/keydesk-\w+\.js: csp$/));

    test('an app is set up, and its code and a recovery code let in', async ({ page, signIn, account, anotherBrowser }) => {
      await require(anotherBrowser);
      const setUp = new SetUp(page);
      await signIn.attempt('ingrid', PASSWORD);
      const app = new App(await setUp.typedSecret());
      await setUp.verify(await app.next());
      const [code = ''] = await setUp.keepCodes();
      await expect(page).toHaveURL('/account');
      await account.signOut();

      const second = new SecondFactor(page);
      await signIn.attempt('ingrid', PASSWORD);
      await second.give(await app.next());
      await expect(page).toHaveURL('/account');
      await account.signOut();
      await signIn.attempt('ingrid', PASSWORD);
      await second.giveRecoveryCode(code);
      await expect(page).toHaveURL('/account');
    });
  });
});
