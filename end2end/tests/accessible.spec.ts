// Every page and everything that opens on one, judged by axe in light and in dark.

import type { Page } from '@playwright/test';
import { expectAccessible } from '../support/axe';
import { awake } from '../support/awake';
import { cast, PASSWORD } from '../support/cast';
import { expect, test } from '../support/test';
import { SignIn } from '../pages/sign-in';
import { Users } from '../pages/users';

async function expectAccessibleInBothThemes(page: Page, show: () => Promise<unknown>) {
  for (const value of ['light', 'dark']) {
    await page.context().addCookies([{ name: 'keydesk-theme', value, url: new URL(page.url()).origin }]);
    await show();
    await expect(page.locator('html')).toHaveAttribute('data-theme', value);
    await test.step(`axe, ${value}`, () => expectAccessible(page));
  }
}

test.describe('before the first administrator', () => {
  test.use({ needs: { seed: false } });

  test('axe has no complaint about the first run, also with errors', async ({ page, desk, firstRun, watch }) => {
    watch.expectComplaint('status of 422');
    await page.goto(desk.firstRunLink);
    await expectAccessibleInBothThemes(page, () => page.reload());
    await expectAccessibleInBothThemes(page, async () => {
      await page.goto('/first-run');
      await firstRun.fillIn({ username: 'x', name: ' ', password: PASSWORD });
      await firstRun.send();
      await expect(firstRun.username).toHaveAccessibleDescription(/Use at least 3/);
    });
  });
});

test('axe has no complaint about sign-in, also when it was refused', async ({ page, signIn, watch }) => {
  watch.expectComplaint('status of 401');
  await signIn.open();
  await expectAccessibleInBothThemes(page, () => page.reload());
  await expectAccessibleInBothThemes(page, async () => {
    await signIn.attempt('ana', 'wrong');
    await expect(signIn.refusal).toBeVisible();
  });
});

test('axe has no complaint about the form for a new password', async ({ page, signIn, newPassword, anotherBrowser }) => {
  const administrators = await anotherBrowser();
  await new SignIn(administrators).as(cast.ana);
  await new Users(administrators).createUser({ username: 'axel', name: 'Axel Novak', password: PASSWORD });
  await signIn.as({ username: 'axel', password: PASSWORD });
  await expectAccessibleInBothThemes(page, async () => {
    await page.goto('/new-password');
    await expect(newPassword.heading).toBeVisible();
  });
});

for (const [what, path] of [
  ['the users', '/users'],
  ['an empty result', '/users?q=zebedee'],
  ['an address that cannot be read', '/users?sort=sideways'],
  ['the groups', '/groups'],
  ['the own profile', '/account'],
  ['the own security', '/account/security'],
  ['the own sessions', '/account/sessions'],
  ['a page that is not there', '/nowhere'],
] as const) {
  test(`axe has no complaint about ${what}`, async ({ page, signIn, console, watch }) => {
    watch.expectComplaint(/status of 4(04|22)/);
    await signIn.as(cast.ana);
    await expectAccessibleInBothThemes(page, () => console.open(path));
  });
}

test('axe has no complaint about the page of a person and their activity', async ({ page, signIn, users }) => {
  await signIn.as(cast.ana);
  await users.open();
  await users.openPageOf('Ana Moreira');
  await expectAccessibleInBothThemes(page, async () => {
    await page.reload();
    await awake(page);
  });
  await page.getByRole('link', { name: 'Activity' }).click();
  await expectAccessibleInBothThemes(page, async () => {
    await page.reload();
    await awake(page);
  });
});

test('axe has no complaint about what somebody without rights sees', async ({ page, signIn, console, watch }) => {
  watch.expectComplaint('status of 403');
  await signIn.as(cast.ingrid);
  await expectAccessibleInBothThemes(page, () => console.open('/account'));
  await expectAccessibleInBothThemes(page, () => console.open('/users'));
});

test('axe has no complaint about an open menu', async ({ page, signIn, users, console }) => {
  await signIn.as(cast.ana);
  await expectAccessibleInBothThemes(page, async () => {
    await users.open();
    await console.openOwnMenu(cast.ana);
    await expect(console.ownMenu).toBeVisible();
  });
});

test('axe has no complaint about the dialog for a new user, with errors, and the password shown once', async ({ page, signIn, users }) => {
  await signIn.as(cast.ana);
  let count = 0;
  await expectAccessibleInBothThemes(page, async () => {
    await users.open();
    await users.startCreating();
    await expect(users.create.group('Auditors')).toBeVisible();
  });
  await expectAccessibleInBothThemes(page, async () => {
    await users.open();
    await users.startCreating();
    await users.create.typeOne.check();
    await users.create.send();
    await expect(users.create.problems).toContainText('things need another look');
  });
  await expectAccessibleInBothThemes(page, async () => {
    await users.open();
    await users.startCreating();
    await users.create.fillIn({ username: `axe${++count}`, name: `Axe ${count}` });
    await users.create.send();
    await expect(users.oneTimePassword.secret).toBeVisible();
  });
});

test('axe has no complaint about the dialogs of keys, greyed actions and ending sessions', async ({ page, signIn, users, account, anotherBrowser }) => {
  await new SignIn(await anotherBrowser()).as(cast.priya);
  await signIn.as(cast.priya);
  await expectAccessibleInBothThemes(page, async () => {
    await users.open();
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  });
  await expectAccessibleInBothThemes(page, async () => {
    await users.open();
    await users.createButton.hover();
  });
  await expectAccessibleInBothThemes(page, async () => {
    await account.openSessions();
    await page.getByRole('button', { name: 'End all others' }).click();
    await expect(page.getByRole('dialog', { name: 'End all other sessions?' })).toBeVisible();
  });
});
