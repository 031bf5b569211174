// A narrow phone, and equally a page at 400 % zoom.

import type { Page } from '@playwright/test';
import { cast } from '../support/cast';
import { expect, test } from '../support/test';

test.use({ viewport: { width: 320, height: 640 } });

const widthOf = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth);

test('no page scrolls sideways', async ({ page, signIn, users, console }) => {
  await signIn.open();
  expect(await widthOf(page), 'sign-in').toBeLessThanOrEqual(320);
  await signIn.as(cast.ana);
  await users.open();
  const person = await users.row('Ingrid Sólveigardóttir').getByRole('link').getAttribute('href');
  const paths = ['/users', '/users?q=nobody-at-all', '/groups', person!, `${person}/activity`, '/account', '/account/security', '/account/sessions'];
  for (const path of paths) {
    await console.open(path);
    expect(await widthOf(page), path).toBeLessThanOrEqual(320);
  }
});

test.describe('on an empty Keydesk', () => {
  test.use({ needs: { seed: false } });

  test('the first run does not scroll sideways', async ({ page, desk }) => {
    await page.goto(desk.firstRunLink);
    expect(await widthOf(page)).toBeLessThanOrEqual(320);
  });
});

test('rows are cards in which everything can be read', async ({ signIn, users }) => {
  await signIn.as(cast.ana);
  await users.open();
  const card = users.row('Ingrid Sólveigardóttir');
  for (const words of ['Ingrid Sólveigardóttir', 'ingrid@northwind.example', 'Active']) {
    const text = card.getByText(words, { exact: true });
    await text.scrollIntoViewIfNeeded();
    await expect(text).toBeInViewport({ ratio: 1 });
  }
});

test('the bar at the bottom leads everywhere', async ({ page, signIn, users, console }) => {
  await signIn.as(cast.ana);
  await users.open();
  const bar = (await console.navigation.boundingBox())!;
  expect(bar.y + bar.height).toBe(640);
  await console.goTo('Groups');
  await expect(console.heading('Groups')).toBeVisible();
  await console.navigation.getByRole('button', { name: 'More' }).click();
  const more = page.getByRole('menu', { name: 'More' });
  await expect(more).toBeInViewport({ ratio: 1 });
  await more.getByRole('menuitem', { name: 'My account' }).click();
  await expect(page).toHaveURL('/account');
});

test('the dialog for a new user fits, and somebody is created in it', async ({ page, signIn, users }) => {
  await signIn.as(cast.ana);
  await users.open();
  await users.startCreating();
  const box = (await users.create.dialog.boundingBox())!;
  expect(box.x).toBeGreaterThanOrEqual(0);
  expect(box.x + box.width).toBeLessThanOrEqual(320);
  await users.create.fillIn({ username: 'narrow', name: 'Narrow Person' });
  await users.create.send();
  await users.oneTimePassword.takeAndClose();
  await expect(users.row('Narrow Person')).toBeVisible();
  expect(await widthOf(page)).toBeLessThanOrEqual(320);
});
