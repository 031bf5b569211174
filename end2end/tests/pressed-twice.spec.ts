// A double click is one press: what the first one began goes on, and happens once.

import type { Locator, Page } from '@playwright/test';
import { Account } from '../pages/account';
import { SignIn } from '../pages/sign-in';
import { User } from '../pages/user';
import { ask } from '../support/ask';
import { cast } from '../support/cast';
import { enrolPasskey } from '../support/enrol';
import { Authenticator } from '../support/passkeys';
import { expect, test } from '../support/test';

test.use({ needs: { seed: true, fresh: true } });

/** Counts the calls of a server function; each is answered in its time. */
function countCalls(page: Page, name: string): () => number {
  let count = 0;
  page.on('request', (request) => {
    if (request.url().endsWith(`/fn/${name}`)) count += 1;
  });
  return () => count;
}

test('"Sign in with a passkey" asks once, and the first question stays', async ({ page, signIn }) => {
  // The device's owner takes their time: until the test says that they are there.
  await page.addInitScript(() => {
    const asked = { count: 0, ended: 0, answer: () => {} };
    Object.assign(window, { asked });
    const get = navigator.credentials.get.bind(navigator.credentials);
    navigator.credentials.get = async (options) => {
      if (options?.mediation === 'conditional') return new Promise(() => {});
      asked.count += 1;
      options!.signal!.addEventListener('abort', () => (asked.ended += 1));
      await new Promise<void>((answer) => (asked.answer = answer));
      return get(options);
    };
  });
  const asked = <T>(what: 'count' | 'ended') => page.evaluate((what) => (window as never as { asked: Record<string, T> }).asked[what], what);
  await Authenticator.plugIn(page);
  await signIn.at('/account', cast.grace);
  await enrolPasskey(page);
  await page.context().clearCookies();
  await signIn.open();
  await page.getByRole('button', { name: 'Sign in with a passkey' }).dblclick();
  await expect.poll(() => asked('count')).toBe(1);
  expect(await asked('ended')).toBe(0);
  await expect(page.locator('form[data-passkey] [role=alert]')).toBeHidden();
  await page.evaluate(() => (window as never as { asked: { answer: () => void } }).asked.answer());
  await expect(page).toHaveURL('/users');
});

test('in the console', async ({ page, signIn, console, anotherBrowser }) => {
  const [other, account, user] = [await anotherBrowser(), new Account(page), new User(page)];
  await signIn.quietly(cast.ana);
  const twice = async (name: string, button: Locator, said: string | RegExp) => {
    const calls = countCalls(page, name);
    await button.dblclick();
    await expect(console.toast).toContainText(said);
    await expect(console.toast.locator('.toast')).toHaveCount(1);
    await console.toast.getByRole('button', { name: 'Close' }).click();
    expect(calls(), name).toBe(1);
  };

  await test.step('enabling somebody', async () => {
    await user.open('samuel');
    await twice('users/enable', user.button('Enable'), 'Samuel');
  });

  await test.step('saving the own name', async () => {
    await account.openProfile();
    await account.displayName.fill('Ana M.');
    await twice('account/update_profile', page.getByRole('button', { name: 'Save profile' }), 'Profile saved');
    await account.displayName.fill('Ana Moreira');
    const calls = countCalls(page, 'account/update_profile');
    let held: (() => Promise<void>) | undefined;
    await page.route('**/fn/account/update_profile', (route) => void (held = () => route.continue()));
    await account.displayName.press('Enter');
    await account.displayName.press('Enter');
    await expect.poll(() => held).toBeDefined();
    await held!();
    await expect(console.toast.locator('.toast')).toHaveCount(1);
    expect(calls(), 'by the keyboard').toBe(1);
    await page.unroute('**/fn/account/update_profile');
  });

  await test.step('ending one session of several', async () => {
    for (let count = 0; count < 2; count++) {
      await new SignIn(other).quietly(cast.ana);
      await other.context().clearCookies();
    }
    await account.openSessions();
    const ends = page.getByRole('main').getByRole('button', { name: /^End (?!all)/ });
    await expect(ends).toHaveCount(2);
    await twice('account/end_session', ends.first(), 'Session ended');
    await expect(ends).toHaveCount(1);
  });

  await test.step('moving a field', async () => {
    await ask(page, 'fields/add_examples');
    await console.open('/settings');
    const names = page.locator('.field-line b');
    const before = await names.allInnerTexts();
    const calls = countCalls(page, 'fields/move');
    const down = page.getByRole('button', { name: `Move ${before[0]} down` });
    await down.dblclick();
    await expect(names.first()).toHaveText(before[1]!);
    await expect(down, 'the keyboard follows it').toBeFocused();
    expect(calls()).toBe(1);
  });
});
