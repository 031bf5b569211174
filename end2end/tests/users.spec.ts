import { cast } from '../support/cast';
import { expect, test } from '../support/test';

test('A1: D5: the list shows everybody with username, group and times, is sorted and searched in place, and leads to each person', async ({ page, signIn, users, console, watch }) => {
  await signIn.as(cast.ana);
  await users.open();

  await test.step('everybody is there', async () => {
    for (const [name, username, group] of [
      ['Ana Moreira', 'ana', 'Administrators'],
      ['Grace Okafor', 'grace', 'Administrators'],
      ['Tomás Herrera', 'tomas', 'User managers'],
      ['Priya Raghunathan', 'priya', 'Auditors'],
      ['Ingrid Sólveigardóttir', 'ingrid', '—'],
      ['Samuel Adeyemi', 'samuel', '—'],
      ['Yutong Li', 'yutong', '—'],
    ] as const) {
      await expect(users.row(name).getByRole('rowheader')).toContainText(username);
      await expect(await users.cell(name, 'Groups')).toHaveText(group);
    }
    await expect(users.rows).toHaveCount(7);
    await expect(await users.cell('Ana Moreira', 'Last sign-in')).toHaveText(/Just now|minutes? ago/);
    await expect(await users.cell('Yutong Li', 'Last sign-in')).toHaveText('Never');
    await expect(await users.cell('Yutong Li', 'Created')).toHaveText(/^\d{1,2} \w{3} \d{4}$/);
  });

  await test.step('the menu of a row offers what fits, and greys what one may not do with the reason', async () => {
    const menu = await users.openMenuOf('Grace Okafor');
    await expect(menu.getByRole('menuitem')).toHaveText(['Edit', 'New password', 'End sessions', 'Disable', 'Delete']);
    await page.keyboard.press('Escape');
    const own = await users.openMenuOf('Ana Moreira');
    await expect(own.getByRole('menuitem', { name: 'Disable' })).toHaveAttribute('aria-disabled', 'true');
    await expect(own.getByRole('menuitem', { name: 'Disable' })).toContainText('You cannot do this to yourself');
    await page.keyboard.press('Escape');
    const samuel = await users.openMenuOf('Samuel Adeyemi');
    await expect(samuel.getByRole('menuitem', { name: 'Enable' })).toBeVisible();
    await samuel.getByRole('menuitem', { name: 'Edit' }).click();
    const dialog = page.getByRole('dialog', { name: /Samuel/ });
    await expect(dialog).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
  });

  await test.step('newest first, unless one sorts otherwise by a click on a head', async () => {
    await expect(users.rows.first()).toContainText('Yutong Li');
    await expect(users.head('Created')).toHaveAttribute('aria-sort', 'descending');
    await users.sortBy('Person');
    await expect(page).toHaveURL('/users?sort=name');
    await expect(users.rows).toContainText([/Ana/, /Grace/, /Ingrid/, /Priya/, /Samuel/, /Tomás/, /Yutong/]);
    await expect(users.head('Person')).toHaveAttribute('aria-sort', 'ascending');
    await users.sortBy('Person');
    await expect(page).toHaveURL('/users?sort=name&dir=down');
    await expect(users.rows.first()).toContainText('Yutong Li');
    await expect(users.head('Person')).toHaveAttribute('aria-sort', 'descending');
  });

  await test.step('a search follows the typing, and marks what it found', async () => {
    await users.search('TOMAS herr');
    await expect(page).toHaveURL('/users?q=TOMAS%20herr&sort=name&dir=down');
    await expect(users.names).toHaveText(['Tomás Herrera']);
    await expect(users.row('Tomás Herrera').locator('mark')).toHaveText(['Tomás', 'Herr', 'tomas', 'herr']);
    await users.search('');
    await expect(users.rows).toHaveCount(7);
    await expect(users.table.locator('mark')).toHaveCount(0);
  });

  await test.step('nobody found: the page says for what, and offers everybody', async () => {
    await users.search('zebedee');
    await expect(console.main.getByRole('heading', { name: 'Nobody matches “zebedee”' })).toBeVisible();
    await page.getByRole('link', { name: 'Show everybody' }).click();
    await expect(users.rows).toHaveCount(7);
    await expect(users.searchBox).toHaveValue('');
  });

  await test.step('the page of a person, its tabs and the way back', async () => {
    await users.openPageOf('Samuel Adeyemi');
    await expect(page).toHaveTitle(/Samuel Adeyemi/);
    await expect(console.main.getByText('samuel@northwind.example').first()).toBeVisible();
    await expect(console.main.getByText('Disabled').first()).toBeVisible();
    await expect(console.main.getByText('None: no rights beyond their own account')).toBeVisible();
    await page.getByRole('link', { name: 'Users' }).last().click();
    await expect(users.table).toBeVisible();
    await users.openPageOf('Ana Moreira');
    await page.getByRole('link', { name: 'Activity', exact: true }).click();
    await expect(page).toHaveURL(/\/activity$/);
    await expect(console.main).toContainText(/signed in/);
  });

  await test.step('back and forward go through what was looked at', async () => {
    await users.open();
    await users.sortBy('Person');
    await expect(users.rows.first()).toContainText('Ana Moreira');
    await users.openPageOf('Priya Raghunathan');
    await expect(console.heading('Priya Raghunathan')).toBeVisible();
    await page.goBack();
    await expect(page).toHaveURL('/users?sort=name');
    await expect(users.rows.first()).toContainText('Ana Moreira');
    await page.goBack();
    await expect(page).toHaveURL('/users');
    await expect(users.rows.first()).toContainText('Yutong Li');
    await page.goForward();
    await expect(users.rows.first()).toContainText('Ana Moreira');
  });

  await test.step('from an address that was tampered with one starts over', async () => {
    watch.expectComplaint('status of 422');
    await users.open('?sort=sideways');
    await expect(console.problem).toHaveText('This address cannot be read');
    await page.getByRole('link', { name: 'Start over' }).click();
    await expect(users.rows).toHaveCount(7);
  });
});
