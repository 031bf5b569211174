import type { Page } from '@playwright/test';
import { ask, createPerson, defineField } from '../support/ask';
import { cast } from '../support/cast';
import { expect, test } from '../support/test';
import { SignIn } from '../pages/sign-in';
import { Users } from '../pages/users';

test.beforeEach(async ({ signIn }) => signIn.as(cast.ana));

const widthOf = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth);

test('D5: the list shows when somebody was created and last signed in', async ({ users }) => {
  await users.open();
  await expect(await users.cell('Ana Moreira', 'Last sign-in')).toHaveText(/Just now|minutes? ago/);
  await expect(await users.cell('Yutong Li', 'Last sign-in')).toHaveText('Never');
  await expect(await users.cell('Yutong Li', 'Created')).toHaveText(/^\d{1,2} \w{3} \d{4}$/);
});

test('the number of sessions leads to them', async ({ page, users }) => {
  await users.open();
  await expect(await users.cell('Yutong Li', 'Sessions')).toHaveText('0');
  const sessions = (await users.cell('Ana Moreira', 'Sessions')).getByRole('link');
  await expect(sessions).toHaveText(/^[1-9]\d*$/);
  await sessions.click();
  await expect(page).toHaveURL(/\/users\/[0-9a-f-]{36}\/sessions$/);
});

test.describe('columns', () => {
  test.use({ needs: { seed: true, fresh: true } });

  test('each column that can be sorted is, both ways, and says so', async ({ page, users }) => {
    await users.open();
    await users.columns.open();
    await users.columns.keeping(() => users.columns.box('Account ends').check());
    await page.keyboard.press('Escape');
    for (const [column, code, first, then] of [
      ['Person', 'name', 'ascending', 'descending'],
      ['E-mail', 'email', 'ascending', 'descending'],
      ['Last sign-in', 'last-sign-in', 'descending', 'ascending'],
      ['Sessions', 'sessions', 'descending', 'ascending'],
      ['Account ends', 'expires', 'ascending', 'descending'],
      ['Created', 'created', 'descending', 'ascending'],
    ] as const) {
      await users.sortBy(column);
      await expect(page).toHaveURL(code === 'created' ? '/users' : `/users?sort=${code}`);
      await expect(users.head(column)).toHaveAttribute('aria-sort', first);
      await users.sortBy(column);
      await expect(page).toHaveURL(/[?&]dir=/);
      await expect(users.head(column)).toHaveAttribute('aria-sort', then);
      await expect(users.table.locator('[aria-sort]')).toHaveCount(1);
      await expect(users.rows).toHaveCount(7);
    }
  });

  test('columns and density are applied at once and remembered', async ({ page, users, anotherBrowser }) => {
    const { columns } = users;
    await users.open();
    await expect(users.head('E-mail')).toBeVisible();
    await columns.open();
    await columns.keeping(() => columns.box('E-mail').uncheck());
    await expect(users.head('E-mail')).toHaveCount(0);
    await columns.keeping(() => columns.box('Account ends').check());
    await expect(users.head('Account ends')).toBeVisible();
    await columns.keeping(() => columns.density('Compact').click());
    await expect(columns.density('Compact')).toHaveAttribute('aria-pressed', 'true');
    const height = async () => (await users.rows.first().boundingBox())!.height;
    expect(await height()).toBeLessThan(40);

    await page.reload();
    await expect(users.head('E-mail')).toHaveCount(0);
    await expect(users.head('Account ends')).toBeVisible();
    expect(await height()).toBeLessThan(40);
    // The server renders it so: nothing changes when the page wakes up.
    const html = await (await page.request.get('/users')).text();
    expect(html).not.toContain('data-label="E-mail"');
    expect(html).toContain('data-label="Account ends"');

    const other = await anotherBrowser();
    await new SignIn(other).as(cast.ana);
    const elsewhere = new Users(other);
    await elsewhere.open();
    await expect(elsewhere.head('E-mail')).toHaveCount(0);
    const somebody = await anotherBrowser();
    await new SignIn(somebody).as(cast.priya);
    const theirs = new Users(somebody);
    await theirs.open();
    await expect(theirs.head('E-mail')).toBeVisible();
    await expect(theirs.head('Person')).toBeVisible();
  });

  test('a custom field is a column like the others, also found and marked', async ({ page, users }) => {
    const company = await defineField(page, { name: 'Company', kind: 'Text' });
    await createPerson(page, { username: 'noor', display_name: 'Noor Haddad', fields: { [company]: 'Öresund Works' } });
    await users.open();
    await users.columns.open();
    await users.columns.keeping(() => users.columns.box('Company').check());
    await page.keyboard.press('Escape');
    await expect(await users.cell('Noor Haddad', 'Company')).toHaveText('Öresund Works');
    await expect(await users.cell('Ana Moreira', 'Company')).toHaveText('—');
    await users.search('oresund');
    await expect(users.names).toHaveText(['Noor Haddad']);
    await expect(users.table.locator('mark')).toHaveText(['Öresund']);
    await page.reload();
    await expect(users.table.locator('mark')).toHaveText(['Öresund']);

    await ask(page, 'fields/delete', { id: company });
    await users.open();
    await expect(users.head('Company')).toHaveCount(0);
  });
});

test('what a search found is marked, without regard to case and accents', async ({ users }) => {
  await users.open();
  await users.search('TOMAS herr');
  await expect(users.names).toHaveText(['Tomás Herrera']);
  await expect(users.row('Tomás Herrera').locator('mark')).toHaveText(['Tomás', 'Herr', 'tomas', 'herr']);
  await users.search('');
  await expect(users.rows).toHaveCount(7);
  await expect(users.table.locator('mark')).toHaveCount(0);
});

test('the menu of a row offers what fits, and greys what one may not do with the reason', async ({ page, users }) => {
  await users.open();
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
  await expect(page.getByRole('dialog', { name: /Samuel/ })).toBeVisible();
});

test('somebody who only looks sees the menu greyed, with the permission that is missing', async ({ users, anotherBrowser }) => {
  const other = await anotherBrowser();
  await new SignIn(other).as(cast.priya);
  const theirs = new Users(other);
  await theirs.open();
  const menu = await theirs.openMenuOf('Ingrid Sólveigardóttir');
  await expect(menu.getByRole('menuitem', { name: 'Edit' })).toContainText('Needs the permission “Edit users”');
  await expect(users.page).toHaveURL('/users');
});

test('without JavaScript the table, its heads and its ways are there', async ({ page, users, browser, desk }) => {
  const { cookies } = await page.context().storageState();
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: desk.url });
  await context.addCookies(cookies);
  const plain = new Users(await context.newPage());
  await plain.page.goto('/users');
  await expect(plain.rows).toHaveCount(7);
  await plain.sortBy('Sessions');
  await expect(plain.page).toHaveURL('/users?sort=sessions');
  await expect(plain.head('Sessions')).toHaveAttribute('aria-sort', 'descending');
  await plain.sortBy('Last sign-in');
  await expect(plain.names.first()).toHaveText('Ana Moreira');
  await context.close();
  await expect(users.table).toBeVisible();
});

test.describe('with more people than a page holds', () => {
  test.use({ needs: { seed: true, people: 120 } });

  test('pages go forward and back by key, and the count says how many', async ({ page, users, console }) => {
    await users.open('?sort=name');
    await expect(console.main.getByRole('banner').or(page.locator('.bar .about'))).toHaveText(/^(about )?1[0-2]\d$/);
    const first = await users.names.allInnerTexts();
    expect(first).toHaveLength(50);
    await users.goOn('On');
    await expect(page).toHaveURL(/\?sort=name&after=/);
    await expect(users.names.first()).not.toHaveText(first[0]!);
    const second = await users.names.allInnerTexts();
    expect(second.filter((name) => first.includes(name))).toEqual([]);
    await users.goOn('Back');
    await expect(users.names.first()).toHaveText(first[0]!);
    expect(await users.names.allInnerTexts()).toEqual(first);
    await page.goBack();
    await expect(users.names.first()).toHaveText(second[0]!);
  });

  test('rows are selected one by one, in a range with Shift, and all of a page', async ({ page, users }) => {
    await users.open('?sort=name');
    const box = (at: number) => users.rows.nth(at).getByRole('checkbox');
    await box(2).check();
    await expect(users.selection.bar).toContainText('1 selected');
    await expect(users.wholePage).not.toBeChecked();
    expect(await users.wholePage.evaluate((box: HTMLInputElement) => box.indeterminate)).toBe(true);
    await box(6).click({ modifiers: ['Shift'] });
    await expect(users.selection.bar).toContainText('5 selected');
    for (const at of [2, 3, 4, 5, 6]) await expect(box(at)).toBeChecked();
    await expect(box(7)).not.toBeChecked();
    await expect(users.rows.nth(4)).toHaveAttribute('aria-selected', 'true');
    // From there back, and off.
    await box(4).click({ modifiers: ['Shift'] });
    await expect(users.selection.bar).toContainText('2 selected');
    for (const at of [2, 3]) await expect(box(at)).toBeChecked();
    for (const at of [4, 5, 6]) await expect(box(at)).not.toBeChecked();

    await users.wholePage.check();
    await expect(users.selection.bar).toContainText('50 selected');
    await users.wholePage.uncheck();
    await expect(users.selection.bar).toBeHidden();
    await page.keyboard.press('Escape');
  });

  test('a selection survives paging, and its usernames are copied', async ({ page, users, context }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await users.open('?sort=name');
    const usernames = [await users.rows.nth(0).locator('.sub').innerText()];
    await users.rows.nth(0).getByRole('checkbox').check();
    await users.goOn('On');
    await expect(page).toHaveURL(/after=/);
    await expect(users.wholePage).not.toBeChecked();
    usernames.push(await users.rows.nth(0).locator('.sub').innerText());
    await users.rows.nth(0).getByRole('checkbox').check();
    await expect(users.selection.bar).toContainText('2 selected');
    await users.selection.copyUsernames.click();
    await expect(page.getByText('2 usernames copied')).toBeVisible();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied.split('\n').sort()).toEqual(usernames.sort());
    await users.goOn('Back');
    await expect(users.rows.nth(0).getByRole('checkbox')).toBeChecked();
    await users.selection.clear.click();
    await expect(users.selection.bar).toBeHidden();
    await expect(users.rows.nth(0).getByRole('checkbox')).not.toBeChecked();
  });

  test('all who match are selected, also on pages that nobody opened, but for some', async ({ page, users }) => {
    await users.open('?status=active&sort=name');
    await users.wholePage.check();
    await expect(users.selection.selectAll).toHaveText(/^Select all that match, \d+$/);
    const all = Number((await users.selection.selectAll.innerText()).replace(/\D/g, ''));
    await users.selection.selectAll.click();
    await expect(users.selection.bar).toContainText(`${all} selected`);
    await users.goOn('On');
    await expect(page).toHaveURL(/after=/);
    await expect(users.wholePage).toBeChecked();
    await users.rows.nth(1).getByRole('checkbox').uncheck();
    await expect(users.selection.bar).toContainText(`${all - 1} selected`);
    await expect(users.selection.copyUsernames).toHaveAttribute('aria-disabled', 'true');
    // With another filter it would be somebody else.
    await users.filters.remove('Status is active');
    await expect(users.selection.bar).toBeHidden();
  });

  test('with every column the table scrolls by itself, and a row’s menu stays in reach', async ({ page, users }) => {
    await users.open();
    await users.columns.open();
    for (const box of await users.columns.panel.getByRole('checkbox').all()) await box.check();
    await page.keyboard.press('Escape');
    await expect(users.head('Joined')).toHaveCount(1);
    expect(await widthOf(page)).toBeLessThanOrEqual(1440);
    await expect(users.rows.first().getByRole('button', { name: /^Actions for/ })).toBeInViewport({ ratio: 1 });
    await users.columns.open();
    await users.columns.keeping(async () => {
      for (const column of ['Company', 'Origin', 'Location', 'Department', 'Joined', 'Account ends']) await users.columns.box(column).uncheck();
    });
  });

  test('a row keeps its place and the keyboard when the list is looked at anew', async ({ page, users }) => {
    await users.open('?sort=name');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    const row = users.rowUnderCursor;
    const name = await row.getByRole('rowheader').getByRole('link').innerText();
    await row.evaluate((element) => element.setAttribute('data-seen', ''));
    await users.startCreating();
    await users.create.fillIn({ username: 'zacharias', name: 'Aaron First' });
    await users.create.dialog.getByLabel('Origin').fill('Invented');
    await users.create.send();
    await expect(page.locator('tr.now')).toContainText('Aaron First');
    await users.oneTimePassword.takeAndClose();
    await expect(users.row('Aaron First')).toBeVisible();
    await expect(users.rows).toHaveCount(50);
    await expect(page.locator('tr[data-seen]').getByRole('rowheader').getByRole('link')).toHaveText(name);
  });
});
