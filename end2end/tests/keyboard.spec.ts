import { cast } from '../support/cast';
import { expect, test } from '../support/test';

test('the list is searched, gone through, selected from and acted on by single keys, which can be switched off', async ({ page, signIn, users }) => {
  await signIn.as(cast.ana);
  await users.open('?sort=name');
  const keys = page.getByRole('dialog', { name: 'Keys' });

  await test.step('the slash leads to the search, where keys are text', async () => {
    await page.keyboard.press('/');
    await expect(users.searchBox).toBeFocused();
    await page.keyboard.type('jx');
    await expect(users.searchBox).toHaveValue('jx');
    await expect(users.rowUnderCursor).toHaveCount(0);
    await expect(users.selection.bar).toBeHidden();
    await expect(page).toHaveURL('/users?q=jx&sort=name');
  });

  await test.step('j and k move a visible cursor through the rows, and Enter opens the one it is on', async () => {
    await users.open('?sort=name');
    await page.keyboard.press('j');
    await expect(users.names.first()).toBeFocused();
    await expect(users.rowUnderCursor).toContainText('Ana Moreira');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await expect(users.rowUnderCursor).toContainText('Ingrid Sólveigardóttir');
    await page.keyboard.press('k');
    await expect(users.rowUnderCursor).toContainText('Grace Okafor');
    await expect(users.rowUnderCursor).toHaveCount(1);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1, name: 'Grace Okafor' })).toBeVisible();
    await page.goBack();
    await expect(users.table).toBeVisible();
  });

  await test.step('k begins at the end, and neither goes beyond it', async () => {
    await users.open('?sort=name');
    await page.keyboard.press('k');
    await expect(users.rowUnderCursor).toContainText('Yutong Li');
    await page.keyboard.press('j');
    await expect(users.rowUnderCursor).toContainText('Yutong Li');
    for (let i = 0; i < 9; i++) await page.keyboard.press('k');
    await expect(users.rowUnderCursor).toContainText('Ana Moreira');
  });

  await test.step('x selects the row, and Escape clears the selection', async () => {
    await page.keyboard.press('x');
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await expect(users.selection.bar).toContainText('2 selected');
    await expect(users.box('Ana Moreira')).toBeChecked();
    await page.keyboard.press('x');
    await expect(users.box('Grace Okafor')).not.toBeChecked();
    await expect(users.selection.bar).toContainText('1 selected');
    await page.keyboard.press('Escape');
    await expect(users.selection.bar).toBeHidden();
    await expect(users.box('Ana Moreira')).not.toBeChecked();
  });

  await test.step('the dot opens the row’s menu, and its arrows and Escape work', async () => {
    await page.keyboard.press('.');
    const menu = page.getByRole('menu', { name: 'Actions for Grace Okafor' });
    await expect(menu).toBeVisible();
    await expect(menu.getByRole('menuitem', { name: 'Edit' })).toBeFocused();
    await page.keyboard.press('ArrowDown');
    await expect(menu.getByRole('menuitem', { name: 'New password' })).toBeFocused();
    // Keys of the page are the menu's while it is open.
    await page.keyboard.press('j');
    await expect(menu).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(menu).toBeHidden();
    await expect(users.row('Grace Okafor').getByRole('link', { name: 'Grace Okafor' })).toBeFocused();
  });

  await test.step('e edits the row, and the keyboard comes back to it', async () => {
    await page.keyboard.press('e');
    const dialog = page.getByRole('dialog', { name: /Grace/ });
    await expect(dialog).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await expect(users.names.nth(1)).toBeFocused();
  });

  await test.step('the question mark lists the keys, and the table’s own', async () => {
    await page.keyboard.press('?');
    await expect(keys).toBeVisible();
    for (const words of ['Next row', 'Row before', 'Select the row', 'Open the row', 'Edit the row', 'Clear the selection']) {
      await expect(keys.getByText(words)).toBeVisible();
    }
    await page.keyboard.press('Escape');
    await expect(keys).toBeHidden();
  });

  await test.step('single keys can be switched off', async () => {
    await page.keyboard.press('?');
    await keys.getByRole('checkbox', { name: /^Use single keys/ }).uncheck();
    await page.keyboard.press('Escape');
    await users.open('?sort=name');
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await expect(users.rowUnderCursor).toHaveCount(0);
    await expect(users.selection.bar).toBeHidden();
  });
});
