// Browsers in which no script runs.

import { cast, NEW_PASSWORD, PASSWORD } from '../support/cast';
import { expect, test } from '../support/test';
import { SignIn } from '../pages/sign-in';
import { Users } from '../pages/users';

test.use({ javaScriptEnabled: false });

// The console's own script is there, and the browser says that it does not run it.
test.beforeEach(({ watch }) => watch.expectComplaint(/keydesk-\w+\.js: csp$/));

test.describe('without JavaScript, on an empty Keydesk', () => {
  test.use({ needs: { seed: false, fresh: true } });

  test('the first administrator is made', async ({ page, desk, firstRun, users }) => {
    await page.goto(desk.firstRunLink);
    await firstRun.fillIn({ username: 'mira', name: 'Mira Castellanos', password: PASSWORD });
    await firstRun.send();
    await expect(users.row('Mira Castellanos')).toContainText('Administrators');
  });
});

test('without JavaScript one signs in and out', async ({ page, signIn, account }) => {
  await signIn.as(cast.ana);
  await expect(page).toHaveURL('/users');
  await page.goto('/account');
  await account.signOut();
  await expect(signIn.heading).toBeVisible();
  await page.goto('/users');
  await expect(signIn.heading).toBeVisible();
});

test('without JavaScript one signs out from the console as well', async ({ signIn, console }) => {
  await signIn.as(cast.ana);
  await console.signOut(cast.ana);
  await expect(signIn.heading).toBeVisible();
});

test('without JavaScript a one-time password is replaced', async ({ page, signIn, newPassword, anotherBrowser, watch }) => {
  const administrators = await anotherBrowser();
  await new SignIn(administrators).as(cast.ana);
  const once = await new Users(administrators).createUser({ username: 'olga', name: 'Olga Petrova', groups: ['Auditors'] });

  await signIn.as({ username: 'olga', password: once });
  await expect(newPassword.heading).toBeVisible();
  watch.expectComplaint('status of 422');
  await newPassword.choose('not the right one', NEW_PASSWORD);
  await expect(newPassword.strength).toBeEmpty();
  await expect(newPassword.current).toHaveAccessibleDescription('This is not your current password.');
  await newPassword.choose(once, NEW_PASSWORD);
  await expect(page).toHaveURL('/users');
});

test('without JavaScript the users table is there, sorted and searched by the address', async ({ page, signIn, users }) => {
  await signIn.as(cast.ana);
  await page.goto('/users?q=northwind&sort=name');
  await expect(users.rows).toHaveCount(7);
  await expect(users.rows.first()).toContainText('Ana Moreira');
  await users.sortBy('Person');
  await expect(users.rows.first()).toContainText('Yutong Li');
  await users.searchBox.fill('okafor');
  await users.searchBox.press('Enter');
  await expect(users.rows).toHaveCount(1);
  await expect(users.rows.first()).toContainText('Grace Okafor');
  await users.openPageOf('Grace Okafor');
  await expect(page.getByRole('heading', { level: 1, name: 'Grace Okafor' })).toBeVisible();
});
