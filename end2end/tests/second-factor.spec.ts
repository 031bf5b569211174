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
  await new SignIn(page).quietly(person);
  return enrolApp(page);
}

test('A7: a code of the authenticator app follows the password, once', async ({ page, signIn, anotherBrowser, watch }) => {
  const { app } = await withApp(anotherBrowser, cast.ana);
  const second = new SecondFactor(page);
  await test.step('nobody gets to the question without the password, and nowhere without its answer', async () => {
    await page.goto('/second-factor');
    await expect(signIn.notice).toContainText('has waited too long');
    await signIn.fillIn('ana', PASSWORD);
    await second.isAsked();
    await page.goto('/audit?kind=signed_in');
    await expect(signIn.heading).toBeVisible();
  });
  await signIn.fillIn('ana', PASSWORD);
  await second.isAsked();
  await expect(second.code).toBeFocused();
  watch.expectComplaint('status of 422');
  await second.give('000000');
  await expect(second.code).toHaveAccessibleDescription(/This code is not right/);
  await test.step('D14: a code of another time says by how much the clock is off', async () => {
    await second.give(app.fast(240));
    await expect(second.code).toHaveAccessibleDescription(/clock of your device is about \d minutes fast.*automatic/);
  });
  const code = await app.next();
  await second.give(code);
  await expect(page, 'the page that was wanted before the password').toHaveURL('/audit?kind=signed_in');

  const other = await anotherBrowser();
  await new SignIn(other).attempt('ana', PASSWORD);
  const again = new SecondFactor(other);
  await again.give(code);
  await expect(again.code).toHaveAccessibleDescription(/was used already/);
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

test.describe('where everybody has to have a second factor', () => {
  async function require(anotherBrowser: () => Promise<Page>) {
    const page = await anotherBrowser();
    await new SignIn(page).quietly(cast.ana);
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
});
