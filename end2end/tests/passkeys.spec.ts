// Signing in with a passkey, in a real browser with a device made up for tests.

import type { Page } from '@playwright/test';
import { ask, idOf } from '../support/ask';
import { awake } from '../support/awake';
import { cast, PASSWORD } from '../support/cast';
import { enrolApp, enrolPasskey, removePasskeys, removePassword, requireSecondFactors } from '../support/enrol';
import { Authenticator, withoutOffers } from '../support/passkeys';
import { expect, test } from '../support/test';
import { SecondFactor, SetUp } from '../pages/second-factor';
import { SignIn } from '../pages/sign-in';

test.use({ needs: { seed: true, fresh: true } });

const byPasskey = (page: Page) => page.getByRole('button', { name: 'Sign in with a passkey' });

/** Gives somebody a passkey on the device of this page's browser, and signs them out again. */
async function withPasskey(page: Page, person = cast.ana, prepare: (page: Page) => Promise<unknown> = withoutOffers) {
  const device = await Authenticator.plugIn(page);
  await new SignIn(page).at('/account', person);
  await enrolPasskey(page);
  await prepare(page);
  // Until then the device answers nobody: a sign-in page asks by itself.
  await device.ownerIsThere(false);
  await page.context().clearCookies();
  return device;
}

const onlyButtons = (prepare: (page: Page) => Promise<unknown>) => async (page: Page) => {
  await withoutOffers(page);
  await prepare(page);
};

test('D9: somebody signs in with a passkey by the button, without typing a name', async ({ page, signIn }) => {
  const device = await withPasskey(page);
  await signIn.open();
  await device.ownerIsThere(true);
  await byPasskey(page).click();
  await expect(page).toHaveURL('/users');

  await test.step('by username only their own passkey answers', async () => {
    await device.ownerIsThere(false);
    await page.context().clearCookies();
    await signIn.open();
    await signIn.username.fill('ana');
    await device.ownerIsThere(true);
    await byPasskey(page).click();
    await expect(page).toHaveURL('/users');
  });
});

test.describe('on two processors', () => {
  // The queue of sign-ins grows with the processors: sixty at a time are more than two of these take.
  test.use({ needs: { seed: true, fresh: true, processors: 2 } });

  test('T4: in a flood of sign-ins the page says to come back, and its button still asks for a passkey', async ({
    page,
    signIn,
    request,
    desk,
    watch,
  }) => {
    const device = await withPasskey(page);
    watch.expectComplaint('status of 503');
    watch.expectComplaint('status of 401');
    let over = false;
    const flood = Array.from({ length: 60 }, async () => {
      const form = { username: cast.priya.username, password: PASSWORD };
      while (!over) await request.post('/sign-in', { form, headers: { origin: desk.url }, maxRedirects: 0 });
    });
    await signIn.open();
    await expect(async () => {
      const answered = page.waitForResponse(
        (answer) => answer.request().method() === 'POST' && new URL(answer.url()).pathname === '/sign-in',
      );
      await signIn.fillIn('ana', 'not hers');
      expect((await answered).status()).toBe(503);
    }).toPass();
    await expect(signIn.refusal).toContainText('Keydesk is busy. Try again in 2 seconds.');
    over = true;
    await Promise.all(flood);
    await expect(page.locator('[data-passkey]'), 'nothing was asked for nobody').toHaveAttribute('data-options', '');
    await signIn.username.clear();
    await device.ownerIsThere(true);
    await byPasskey(page).click();
    await expect(page).toHaveURL('/users');
  });
});

test('T11: the passkey of somebody disabled is refused in plain words', async ({ page, signIn, anotherBrowser, watch }) => {
  const device = await withPasskey(page, cast.ingrid);
  const ana = await anotherBrowser();
  await new SignIn(ana).quietly(cast.ana);
  await ask(ana, 'users/disable', { id: await idOf(ana, 'ingrid') });

  watch.expectComplaint('status of 401');
  await signIn.open();
  await device.ownerIsThere(true);
  await byPasskey(page).click();
  await expect(signIn.refusal).toContainText('do not match an account that can sign in now');
  await expect(page.locator('[data-passkey]'), 'it is known').not.toHaveAttribute('data-unknown');
  expect(await device.count()).toBe(1);
});

test('T6: a passkey that its person removed is refused like any other, and its device drops it', async ({ page, signIn, watch }) => {
  const device = await withPasskey(page, cast.ana, onlyButtons(removePasskeys));
  expect(await device.count()).toBe(1);
  watch.expectComplaint('status of 401');
  await signIn.open();
  await device.ownerIsThere(true);
  await byPasskey(page).click();
  await expect(signIn.refusal).toContainText('do not match an account that can sign in now');
  await expect.poll(() => device.count()).toBe(0);
});

test('a browser that takes no signals, or rejects them, shows the refusal all the same', async ({ page, signIn, watch }) => {
  await page.addInitScript(() => {
    const rejects = () => Promise.reject(new Error('not now'));
    Object.defineProperty(PublicKeyCredential, 'signalUnknownCredential', { value: rejects });
    Object.defineProperty(PublicKeyCredential, 'signalAllAcceptedCredentials', { value: undefined });
  });
  const device = await withPasskey(page, cast.ana, onlyButtons(removePasskeys));
  watch.expectComplaint('status of 401');
  await signIn.open();
  await device.ownerIsThere(true);
  await byPasskey(page).click();
  await expect(signIn.refusal).toContainText('do not match an account that can sign in now');
  await expect(page.locator('[data-unknown]')).toBeVisible();
  expect(await device.count()).toBe(1);
});

test('somebody without a password signs in with the passkey that the browser offers by itself, and a password leads nowhere', async ({
  page,
  signIn,
  watch,
}) => {
  const device = await withPasskey(page, cast.ana, removePassword);
  watch.expectComplaint('status of 401');
  await signIn.attempt('ana', PASSWORD);
  await expect(signIn.refusal).toContainText('do not match');
  await device.ownerIsThere(true);
  await page.goto('/sign-in?next=/audit');
  await expect(page, 'without a click').toHaveURL('/audit');
});

test('T8: a passkey is the second factor where the password came first', async ({ page, signIn }) => {
  const device = await withPasskey(page);
  await signIn.attempt('ana', PASSWORD);
  const second = new SecondFactor(page);
  await second.isAsked();
  await expect(second.code).toBeHidden();
  await device.ownerIsThere(true);
  await second.usePasskey.click();
  await expect(page).toHaveURL('/users');

  await test.step('either the app or the passkey follows the password', async () => {
    await awake(page);
    await enrolApp(page);
    await device.ownerIsThere(false);
    await page.context().clearCookies();
    await signIn.attempt('ana', PASSWORD);
    await expect(second.code).toBeVisible();
    await device.ownerIsThere(true);
    await second.usePasskey.click();
    await expect(page).toHaveURL('/users');
  });
});

test('somebody who has to have a second factor creates a passkey at sign-in', async ({ page, signIn, anotherBrowser }) => {
  const ana = await anotherBrowser();
  await new SignIn(ana).quietly(cast.ana);
  await requireSecondFactors(ana, 'everyone');
  await Authenticator.plugIn(page);
  await signIn.attempt('grace', PASSWORD);
  const setUp = new SetUp(page);
  await expect(setUp.heading).toBeVisible();
  await page.getByRole('button', { name: 'Create a passkey' }).click();
  expect(await setUp.keepCodes()).toHaveLength(10);
  await expect(page).toHaveURL('/users');
});

test('the sign-in page runs no WebAssembly and little script', async ({ page, signIn }) => {
  const asked: string[] = [];
  let script = 0;
  page.on('response', async (response) => {
    asked.push(new URL(response.url()).pathname);
    if (response.request().resourceType() === 'script') script += (await response.body()).length;
  });
  await signIn.open();
  await page.waitForLoadState('networkidle');
  expect(asked.filter((path) => path.endsWith('.wasm'))).toEqual([]);
  expect(asked.filter((path) => path.startsWith('/fn/') || path.endsWith('/ask')), 'everything came with the page').toEqual([]);
  expect(script).toBeGreaterThan(0);
  expect(script).toBeLessThanOrEqual(10 * 1024);
});
