import { cast } from '../support/cast';
import { expect, test } from '../support/test';
import { SignIn } from '../pages/sign-in';
import { Users } from '../pages/users';

test.beforeEach(async ({ signIn }) => signIn.as(cast.ana));

test('A1: the list shows everybody with username and group', async ({ users }) => {
  await users.open();
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
});

test('the list shows who is active, disabled or invited', async ({ users }) => {
  await users.open();
  await expect(users.row('Ana Moreira')).toContainText('Active');
  await expect(users.row('Samuel Adeyemi')).toContainText('Disabled');
  await expect(users.row('Yutong Li')).toContainText('Invited');
});

test('newest first, unless one sorts otherwise by a click on a head', async ({ page, users }) => {
  await users.open();
  await expect(users.rows.first()).toContainText('Yutong Li');
  await expect(users.head('Created')).toHaveAttribute('aria-sort', 'descending');

  await users.sortBy('Person');
  await expect(page).toHaveURL('/users?sort=name');
  await expect(users.rows).toContainText([/Ana/, /Grace/, /Ingrid/, /Priya/, /Samuel/, /Tomás/, /Yutong/]);
  await expect(users.head('Person')).toHaveAttribute('aria-sort', 'ascending');

  await users.sortBy('Person');
  await expect(page).toHaveURL('/users?sort=name&dir=down');
  await expect(users.rows.first()).toContainText('Yutong Li');

  await users.sortBy('E-mail');
  await expect(users.rows.first()).toContainText('ana@northwind.example');
  await users.sortBy('Last sign-in');
  await expect(users.rows.first()).toContainText('Ana Moreira');
});

test('back and forward go through what was looked at', async ({ page, users }) => {
  await users.open();
  await users.sortBy('Person');
  await expect(users.rows.first()).toContainText('Ana Moreira');
  await users.openPageOf('Priya Raghunathan');
  await expect(page.getByRole('heading', { level: 1, name: 'Priya Raghunathan' })).toBeVisible();

  await page.goBack();
  await expect(page).toHaveURL('/users?sort=name');
  await expect(users.rows.first()).toContainText('Ana Moreira');
  await page.goBack();
  await expect(page).toHaveURL('/users');
  await expect(users.rows.first()).toContainText('Yutong Li');
  await page.goForward();
  await expect(users.rows.first()).toContainText('Ana Moreira');
});

for (const [words, found] of [
  ['grace', 'Grace Okafor'],
  ['GRACE', 'Grace Okafor'],
  ['kafo', 'Grace Okafor'],
  ['tomas', 'Tomás Herrera'],
  ['Tomás', 'Tomás Herrera'],
  ['solveig', 'Ingrid Sólveigardóttir'],
  ['t.herrera@', 'Tomás Herrera'],
  ['yu', 'Yutong Li'],
] as const) {
  test(`searching for “${words}” finds ${found}`, async ({ page, users }) => {
    await users.open();
    await users.search(words);
    await expect(page).toHaveURL(`/users?q=${encodeURIComponent(words).replaceAll('%20', '+')}`);
    await expect(users.row(found)).toBeVisible();
    await expect(users.row('Ana Moreira')).toHaveCount(0);
  });
}

test('nobody found: the page says for what, and offers everybody', async ({ page, users, console }) => {
  await users.open();
  await users.search('zebedee');
  await expect(console.main.getByRole('heading', { name: 'Nobody matches “zebedee”' })).toBeVisible();
  await page.getByRole('link', { name: 'Show everybody' }).click();
  await expect(users.rows).toHaveCount(7);
  await expect(users.searchBox).toHaveValue('');
});

test('the slash leads to the search, and the question mark lists the keys', async ({ page, users }) => {
  await users.open();
  await page.keyboard.press('/');
  await expect(users.searchBox).toBeFocused();
  await users.heading.click();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeHidden();
});

test('an address shows the same to somebody else', async ({ page, users, anotherBrowser }) => {
  await users.open();
  await users.sortBy('Person');
  await users.search('northwind');
  await expect(page).toHaveURL('/users?q=northwind&sort=name');
  await expect(users.rows.first()).toContainText('Ana Moreira');

  const other = await anotherBrowser();
  await new SignIn(other).as(cast.priya);
  const theirs = new Users(other);
  await theirs.open('?q=northwind&sort=name');
  await expect(theirs.rows.first()).toContainText('Ana Moreira');
  await expect(theirs.searchBox).toHaveValue('northwind');
});

for (const query of ['?sort=sideways', '?dir=round', '?after=zzzz', '?before=00-1', `?q=${'a'.repeat(101)}`]) {
  test(`an address that was tampered with says so: ${query.slice(0, 16)}`, async ({ page, users, console, watch }) => {
    watch.expectComplaint('status of 422');
    const response = await users.open(query);
    expect(response?.status()).toBe(422);
    await expect(console.problem).toHaveText('This address cannot be read');
    await expect(console.main).toContainText(`“${query.slice(1).split('=')[0]}”`);
    await page.getByRole('link', { name: 'Start over' }).click();
    await expect(users.rows).toHaveCount(7);
  });
}

test('an unknown person, a mangled id and an unknown page are not found', async ({ console, watch }) => {
  watch.expectComplaint('status of 404');
  for (const path of ['/users/0193b1a0-0000-7000-8000-000000000000', '/users/ana', '/users/0193b1a0-0000-7000-8000-000000000000/activity', '/nowhere']) {
    const response = await console.open(path);
    expect(response?.status(), path).toBe(404);
    await expect(console.problem).toHaveText('Not found');
  }
});

test('the page of a person shows their names, groups and state', async ({ page, users, console }) => {
  await users.open();
  await users.openPageOf('Samuel Adeyemi');
  await expect(page).toHaveTitle(/Samuel Adeyemi/);
  await expect(console.main.getByText('samuel@northwind.example').first()).toBeVisible();
  await expect(console.main.getByText('Disabled').first()).toBeVisible();
  await expect(console.main.getByText('None: no rights beyond their own account')).toBeVisible();
  await page.getByRole('link', { name: 'Users' }).last().click();
  await expect(users.table).toBeVisible();
});

test('the activity of a person reads as sentences', async ({ page, users, console }) => {
  await users.open();
  await users.openPageOf('Ana Moreira');
  await page.getByRole('link', { name: 'Activity', exact: true }).click();
  await expect(page).toHaveURL(/\/activity$/);
  await expect(console.main).toContainText(/signed in/);
});
