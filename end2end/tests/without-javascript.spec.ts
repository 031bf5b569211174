// A browser in which no script runs. What its forms send is asserted in `server/tests/it/pages`: here they are
// opened, filled in and sent by a browser.

import { cast } from '../support/cast';
import { expect, test } from '../support/test';

test.use({ javaScriptEnabled: false });

// The console's own script is there, and the browser says that it does not run it.
test.beforeEach(({ watch }) => watch.expectComplaint(/keydesk-\w+\.js: csp$/));

test('without JavaScript one signs in, sorts, filters and searches the list, opens a person, and signs out', async ({ page, signIn, users, console, account }) => {
  const { filters } = users;
  await signIn.as(cast.ana);
  await expect(page).toHaveURL('/users');

  await test.step('the list is there, and its heads are links', async () => {
    await page.goto('/users?q=northwind&sort=name');
    await expect(users.rows).toHaveCount(7);
    await expect(users.rows.first()).toContainText('Ana Moreira');
    await users.sortBy('Person');
    await expect(users.rows.first()).toContainText('Yutong Li');
  });

  await test.step('the filter is a form, chips are links, and sort and search stay', async () => {
    await filters.open();
    await filters.field('Status').selectOption('Active');
    await filters.field('Group').selectOption('Administrators');
    await filters.show();
    await expect(users.names).toHaveText(['Grace Okafor', 'Ana Moreira']);
    await expect(users.searchBox).toHaveValue('northwind');
    await filters.remove('Status is active');
    await expect(filters.chips).toHaveText(['Group is Administrators']);
    await users.sortBy('Person');
    await expect(users.names).toHaveText(['Ana Moreira', 'Grace Okafor']);
    await users.searchBox.fill('okafor');
    await users.searchBox.press('Enter');
    await expect(users.names).toHaveText(['Grace Okafor']);
    await expect(filters.chips).toHaveText(['Group is Administrators']);
  });

  await test.step('a person, and out from the console', async () => {
    await users.openPageOf('Grace Okafor');
    await expect(console.heading('Grace Okafor')).toBeVisible();
    await console.signOut(cast.ana);
    await expect(signIn.heading).toBeVisible();
  });

  await test.step('out from the own account', async () => {
    await signIn.as(cast.ana);
    await page.goto('/account');
    await account.signOut();
    await expect(signIn.heading).toBeVisible();
    await page.goto('/users');
    await expect(signIn.heading).toBeVisible();
  });
});
