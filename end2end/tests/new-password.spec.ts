// The page where a password for once is replaced: what it says while the new one is typed.

import type { Page } from '@playwright/test';
import { SignIn } from '../pages/sign-in';
import { ask } from '../support/ask';
import { cast, NEW_PASSWORD } from '../support/cast';
import { expect, test } from '../support/test';

test.use({ needs: { seed: true, fresh: true } });

/** Somebody new, signed in with a password for once; gives that back. */
async function newcomer(page: Page, administrators: Page): Promise<string> {
  await new SignIn(administrators).quietly(cast.ana);
  const form = { username: 'olga', display_name: 'Olga Petrova', email: '', password: 'Random', groups: [], fields: [], expires_on: '' };
  const made = await ask<{ one_time_password: string }>(administrators, 'users/create', { form });
  await new SignIn(page).as({ username: 'olga', password: made.one_time_password });
  return made.one_time_password;
}

test('the strength of a new password is said once typing rests, blocks nothing, and where it cannot be asked nothing is said', async ({
  page,
  newPassword,
  anotherBrowser,
  watch,
}) => {
  const once = await newcomer(page, await anotherBrowser());
  await expect(newPassword.heading).toBeVisible();
  await expect(newPassword.strength).toBeEmpty();
  await newPassword.new.focus();
  await page.keyboard.type('password1');
  await expect(newPassword.strength).toHaveText('Use at least 15 characters.');
  await newPassword.new.fill('Olga Petrova Northwind');
  await expect(newPassword.strength).toHaveText('This is made of your name or ours. Choose something unrelated.');
  await newPassword.new.fill('');
  await expect(newPassword.strength).toBeEmpty();
  const asked = page.waitForRequest((request) => request.url().endsWith('/password_strength') && request.postDataJSON().password === 'lantern orb');
  await newPassword.new.pressSequentially('lantern orb');
  await asked;
  await expect(newPassword.strength).toHaveText('Use at least 15 characters.');
  await newPassword.new.fill(NEW_PASSWORD);
  await expect(newPassword.strength).toHaveText(/ard to guess\.$/);
  await expect(newPassword.strength.locator('.good .on')).not.toHaveCount(0);

  watch.expectComplaint('password_strength');
  await page.route('**/password_strength', (route) => route.abort());
  const failed = page.waitForEvent('requestfailed');
  await newPassword.new.fill(`${NEW_PASSWORD} x`);
  await failed;
  await expect(newPassword.strength).toBeEmpty();
  await newPassword.choose(once, `${NEW_PASSWORD} x`);
  await expect(page).toHaveURL('/account');
});
