// Search or jump: Ctrl-K, one field, and everything within reach.

import { Palette } from '../pages/palette';
import { User } from '../pages/user';
import { cast } from '../support/cast';
import { expect, test } from '../support/test';

let palette: Palette;
test.beforeEach(({ page }) => {
  palette = new Palette(page);
});

test('pages are found and opened by the keyboard alone, and the question mark lists the keys', async ({ page, signIn, users, console, watch }) => {
  await signIn.at('/users', cast.ana);
  await test.step('the question mark lists the keys of the page', async () => {
    await page.keyboard.press('?');
    const keys = page.getByRole('dialog', { name: 'Keys' });
    await expect(keys).toContainText(/Search or jump\s*Ctrl K/);
    await expect(keys).toContainText(/Next row\s*J/i);
    await page.keyboard.press('Escape');
    await expect(keys).toBeHidden();
  });
  await palette.open();
  await expect(palette.field).toHaveAccessibleName('Search or jump');
  for (const words of ['Users', 'Groups', 'Audit log', 'Settings', 'Bin', 'Create user', 'My account: Security']) {
    await expect(palette.option(words)).toBeVisible();
  }
  await expect(palette.chosen).toContainText('Users');
  await page.keyboard.press('ArrowDown');
  await expect(palette.chosen).toContainText('Groups');
  await expect(palette.field).toHaveAttribute('aria-activedescendant', (await palette.chosen.getAttribute('id'))!);
  await page.keyboard.press('Enter');
  await expect(console.heading('Groups')).toBeVisible();
  await expect(palette.dialog).toBeHidden();
  await test.step('it lists those of this page', async () => {
    const keys = page.getByRole('dialog', { name: 'Keys' });
    await page.keyboard.press('?');
    await expect(keys).toContainText(/Show these keys/);
    await expect(keys).not.toContainText('Next row');
    await page.keyboard.press('Escape');
    await expect(keys).toBeHidden();
  });

  await palette.open();
  await palette.type('sett', 'Settings');
  await page.keyboard.press('Enter');
  await expect(console.heading('Settings')).toBeVisible();

  await palette.open();
  await page.keyboard.press('ArrowUp');
  await expect(palette.chosen).toContainText('My account: Sessions');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/account/sessions');
  await page.goBack();
  await expect(console.heading('Settings')).toBeVisible();
  await palette.open();
  await palette.type('bin', 'Bin');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/users?status=bin');

  await test.step('a user is created from anywhere', async () => {
    // Whether the name is free may be asked a moment after it was given away.
    watch.expectComplaint('status of 422');
    await console.open('/groups');
    await palette.open();
    await palette.type('create', 'Create user');
    await page.keyboard.press('Enter');
    await expect(users.create.username).toBeFocused();
    await users.create.fillIn({ username: 'from.palette', name: 'From Palette' });
    await users.create.send();
    await users.oneTimePassword.takeAndClose();
    await users.open();
    await expect(users.row('From Palette')).toBeVisible();
  });
});

test('people are found by any part of their names, and Enter opens their page, however quick; the mouse finds them, too', async ({
  page,
  signIn,
  users,
  console,
}) => {
  await signIn.at('/users', cast.ana);
  for (const words of ['solveig', 'INGRID', 'ingrid@northwind']) {
    await palette.open();
    await palette.type(words, cast.ingrid.name);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1, name: cast.ingrid.name })).toBeVisible();
    await console.goTo('Users');
    await expect(users.heading).toBeVisible();
  }
  await palette.open();
  await page.keyboard.type('okafor');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: cast.grace.name })).toBeVisible();

  await palette.open();
  await page.keyboard.type('zebedee');
  await expect(palette.dialog).toContainText('Nothing found.');
  await page.keyboard.press('Enter');
  await expect(palette.dialog).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(palette.dialog).toBeHidden();

  await test.step('the keys close it again, and do nothing above another dialog', async () => {
    await users.open();
    await palette.open();
    await page.keyboard.press('Control+k');
    await expect(palette.dialog).toBeHidden();
    await users.startCreating();
    await page.keyboard.press('Control+k');
    await expect(palette.dialog).toBeHidden();
    await expect(users.create.dialog).toBeVisible();
    await users.create.cancel();
    await palette.open();
    await palette.type('aud', 'Audit log');
    await page.keyboard.press('Escape');
    await palette.open();
    await expect(palette.field, 'it opens afresh').toHaveValue('');
    await page.keyboard.press('Escape');
    await expect(palette.dialog).toBeHidden();
  });

  await test.step('the mouse finds it, too', async () => {
    await palette.button.click();
    await expect(palette.field).toBeFocused();
    await expect(palette.button).toContainText('Ctrl K');
    await page.mouse.click(5, 5);
    await expect(palette.dialog, 'a click beside it closes it').toBeHidden();
    await palette.button.click();
    await palette.field.fill('solveig');
    await palette.option(cast.ingrid.name).getByTitle('What to do').click();
    await expect(palette.field).toBeFocused();
    await palette.option('Open their activity').click();
    await expect(page).toHaveURL(/\/activity$/);
    await palette.button.click();
    await palette.option('Groups').click();
    await expect(console.heading('Groups')).toBeVisible();
  });
});

test('what can be done to somebody is one Tab away; what may not be done says why', async ({ page, signIn, users }) => {
  await signIn.at('/users', cast.grace);
  await palette.open();
  await palette.type('moreira', cast.ana.name);
  await page.keyboard.press('Tab');
  await expect(palette.field).toHaveAccessibleName(`What to do with ${cast.ana.name}`);
  await expect(palette.options.first()).toContainText('Open their page');
  for (const act of ['Disable', 'Delete']) {
    await expect(palette.option(act)).toHaveAttribute('aria-disabled', 'true');
    await expect(palette.option(act)).toContainText('Ana Moreira is the first administrator and protected.');
  }
  for (const other of ['Enable', 'Restore', 'Erase']) await expect(palette.option(other)).toHaveCount(0);
  await palette.type('dis', 'Disable');
  await page.keyboard.press('Enter');
  await expect(palette.dialog, 'nothing happens').toBeVisible();

  await test.step('back, by Escape, the left arrow and Backspace', async () => {
    await page.keyboard.press('Escape');
    await expect(palette.field).toHaveAccessibleName('Search or jump');
    await palette.type('solveig', cast.ingrid.name);
    await page.keyboard.press('ArrowRight');
    await expect(palette.field).toHaveAccessibleName(`What to do with ${cast.ingrid.name}`);
    await page.keyboard.press('ArrowLeft');
    await expect(palette.field).toHaveAccessibleName('Search or jump');
    await palette.type('solveig', cast.ingrid.name);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Backspace');
    await expect(palette.field).toHaveAccessibleName('Search or jump');
  });

  await palette.type('solveig', cast.ingrid.name);
  await page.keyboard.press('Tab');
  await palette.type('end', 'End sessions');
  await page.keyboard.press('Enter');
  await expect(palette.dialog).toBeHidden();
  await expect(new User(page).question(/Ingrid/)).toBeVisible();
});

test('it offers what one may see', async ({ page, signIn, users }) => {
  await signIn.at('/users', cast.tomas);
  await palette.open();
  await expect(palette.option('Create user')).toBeVisible();
  for (const hidden of ['Audit log', 'Settings']) await expect(palette.option(hidden)).toHaveCount(0);
  await page.context().clearCookies();
  await signIn.at('/users', cast.priya);
  await palette.open();
  await expect(palette.option('Create user')).toHaveCount(0);
  await expect(palette.option('Settings')).toBeVisible();
  await palette.type('okafor', cast.grace.name);
  await page.keyboard.press('Tab');
  await expect(palette.option('Edit')).toContainText('Needs the permission “Edit users”');
  await page.context().clearCookies();
  await signIn.at('/account', cast.ingrid);
  await page.keyboard.press('Control+k');
  await expect(palette.dialog).toBeHidden();
});
