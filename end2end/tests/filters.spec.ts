import { ask, createPerson, defineField } from '../support/ask';
import { awake } from '../support/awake';
import { cast } from '../support/cast';
import { expect, test } from '../support/test';
import { SignIn } from '../pages/sign-in';
import { Users } from '../pages/users';

test.beforeEach(async ({ signIn }) => signIn.as(cast.ana));

const today = new Date().toISOString().slice(0, 10);
const inWords = (day: string) =>
  new Date(`${day}T00:00:00Z`).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
const daysAgo = (days: number) => new Date(Date.now() - days * 24 * 3600_000).toISOString().slice(0, 10);

for (const [status, address, name] of [
  ['Active', 'active', 'Grace Okafor'],
  ['Invited', 'invited', 'Yutong Li'],
  ['Disabled', 'disabled', 'Samuel Adeyemi'],
] as const) {
  test(`the filter “${status}” shows those alone, and its chip takes it off again`, async ({ page, users }) => {
    const { filters } = users;
    await users.open();
    await filters.open();
    await filters.field('Status').selectOption(status);
    await filters.show();
    await expect(page).toHaveURL(`/users?status=${address}`);
    await expect(filters.panel).toBeHidden();
    await expect(users.row(name)).toBeVisible();
    await expect(users.rows.filter({ hasNotText: status })).toHaveCount(0);
    await expect(filters.chips).toHaveText([`Status is ${status.toLowerCase()}`]);

    await filters.remove(`Status is ${status.toLowerCase()}`);
    await expect(page).toHaveURL('/users');
    await expect(users.rows).toHaveCount(7);
    await expect(filters.chips).toHaveCount(0);
    await expect(filters.button).toBeFocused();
  });
}

test('the filter by group shows its members', async ({ users }) => {
  const { filters } = users;
  await users.open();
  await filters.open();
  await filters.field('Group').selectOption('Administrators');
  await filters.show();
  await expect(filters.chips).toHaveText(['Group is Administrators']);
  await expect(users.names).toHaveText(['Grace Okafor', 'Ana Moreira']);
});

test('the filter for those who never signed in leaves the others out', async ({ page, users }) => {
  const { filters } = users;
  await users.open();
  await filters.open();
  await filters.field('Never signed in').check();
  await expect(filters.field('From', 'Last sign-in')).toBeDisabled();
  await filters.show();
  await expect(page).toHaveURL('/users?signed-in=never');
  await expect(users.row('Yutong Li')).toBeVisible();
  await expect(users.row('Ana Moreira')).toHaveCount(0);
  await expect(filters.chips).toHaveText(['Last sign-in is never']);
});

test('the filter by last sign-in takes whole days', async ({ page, users }) => {
  const { filters } = users;
  await users.open();
  await filters.open();
  await filters.field('From', 'Last sign-in').fill(today);
  await filters.field('To', 'Last sign-in').fill(today);
  await filters.show();
  await expect(page).toHaveURL(`/users?signed-in-from=${today}&signed-in-to=${today}`);
  await expect(users.row('Ana Moreira')).toBeVisible();
  await expect(users.row('Yutong Li')).toHaveCount(0);
  await expect(filters.chips).toHaveText([`Last sign-in since ${inWords(today)}`, `Last sign-in until ${inWords(today)}`]);
});

test('the filter by creation takes whole days', async ({ users }) => {
  const { filters } = users;
  // The cast was created three days apart from each other, the last of them three days ago.
  await users.open();
  await filters.open();
  await filters.field('From', 'Created').fill(daysAgo(10));
  await filters.field('To', 'Created').fill(daysAgo(4));
  await filters.show();
  await expect(users.names).toHaveText(['Samuel Adeyemi', 'Ingrid Sólveigardóttir']);
});

test('custom fields filter by their exact value, without regard to case', async ({ page, users }) => {
  await users.open();
  const company = await defineField(page, { name: 'Company', kind: 'Text' });
  const site = await defineField(page, { name: 'Site', kind: 'Choice', choices: 'North\nSouth' });
  const start = await defineField(page, { name: 'First day', kind: 'Date' });
  await createPerson(page, { username: 'noor', display_name: 'Noor Haddad', fields: { [company]: 'Öresund Works', [site]: 'North', [start]: '2026-03-01' } });
  await createPerson(page, { username: 'kofi', display_name: 'Kofi Mensah', fields: { [company]: 'Öresund', [site]: 'South', [start]: '2026-03-02' } });

  const { filters } = users;
  for (const [label, fill, chip, found] of [
    ['Company', 'öresund works', 'Company is öresund works', 'Noor Haddad'],
    ['Site', 'South', 'Site is South', 'Kofi Mensah'],
    ['First day', '2026-03-01', 'First day is 1 Mar 2026', 'Noor Haddad'],
  ] as const) {
    await users.open();
    await filters.open();
    const field = filters.field(label);
    await (label === 'Site' ? field.selectOption(fill) : field.fill(fill));
    await filters.show();
    await expect(filters.chips).toHaveText([chip]);
    await expect(users.names).toHaveText([found]);
  }
  for (const id of [company, site, start]) await ask(page, 'fields/delete', { id });
});

test('filters, search and sort hold together, come off one by one, and go back and forward', async ({ page, users }) => {
  const { filters } = users;
  await users.open();
  await users.sortBy('Person');
  await users.search('northwind');
  await expect(page).toHaveURL('/users?q=northwind&sort=name');
  await filters.open();
  await filters.field('Status').selectOption('Active');
  await filters.field('Group').selectOption('Auditors');
  await filters.field('To', 'Created').fill(today);
  await filters.show();
  await expect(users.names).toHaveText(['Priya Raghunathan']);
  await expect(filters.chips).toHaveText(['Status is active', 'Group is Auditors', `Created until ${inWords(today)}`]);
  await expect(users.searchBox).toHaveValue('northwind');
  await expect(users.head('Person')).toHaveAttribute('aria-sort', 'ascending');

  await filters.remove('Group is Auditors');
  await expect(users.names).toHaveText(['Ana Moreira', 'Grace Okafor', 'Ingrid Sólveigardóttir', 'Priya Raghunathan', 'Tomás Herrera']);
  await page.goBack();
  await expect(users.names).toHaveText(['Priya Raghunathan']);
  await filters.open();
  await expect(filters.field('Group').locator('option:checked')).toHaveText('Auditors');
  await page.keyboard.press('Escape');
  await page.goBack();
  await expect(filters.chips).toHaveCount(0);
  await expect(users.rows).toHaveCount(7);
  await page.goForward();
  await expect(filters.chips).toHaveCount(3);
  await filters.clearAll.click();
  await expect(page).toHaveURL('/users?q=northwind&sort=name');
  await expect(users.rows).toHaveCount(7);
});

test('a filtered list shows the same to somebody else', async ({ page, users, anotherBrowser }) => {
  const { filters } = users;
  await users.open();
  await filters.open();
  await filters.field('Status').selectOption('Disabled');
  await filters.show();
  await expect(users.names).toHaveText(['Samuel Adeyemi']);
  const other = await anotherBrowser();
  await new SignIn(other).as(cast.priya);
  const theirs = new Users(other);
  await theirs.open(new URL(page.url()).search);
  await expect(theirs.names).toHaveText(['Samuel Adeyemi']);
  await expect(theirs.filters.chips).toHaveText(['Status is disabled']);
});

test('nobody matches: the page says which search and filters, and takes them off', async ({ page, users, console }) => {
  await users.open('?q=grace&status=disabled');
  await expect(console.main.getByRole('heading', { name: 'Nobody matches “grace”' })).toBeVisible();
  await expect(console.main).toContainText('Looked only where all of this holds: Status is disabled.');
  await page.getByRole('link', { name: 'Clear filters' }).click();
  await expect(users.names).toHaveText(['Grace Okafor']);
  await users.open('?status=expired&signed-in=never');
  await expect(console.main.getByRole('heading', { name: 'Nobody matches these filters' })).toBeVisible();
  await expect(console.main).toContainText('Status is expired, Last sign-in is never.');
});

test('an address with a filter that was tampered with says so', async ({ users, console, watch }) => {
  watch.expectComplaint('status of 422');
  for (const [query, part] of [['?status=god', 'status'], ['?created-to=2026-02-30', 'created-to'], ['?field-x=y', 'field-x']] as const) {
    const response = await users.open(query);
    expect(response?.status()).toBe(422);
    await expect(console.problem).toHaveText('This address cannot be read');
    await expect(console.main).toContainText(`“${part}”`);
  }
});

test('the bin has its own words: deleted people wait there and can be restored', async ({ page, users, console }) => {
  await users.open();
  const id = await createPerson(page, { username: 'gone', display_name: 'Gone Tomorrow', email: 'gone@northwind.example' });
  await ask(page, 'users/delete', { id });
  await users.open();
  await expect(users.row('Gone Tomorrow')).toHaveCount(0);

  await page.getByRole('link', { name: 'Bin' }).click();
  await expect(page).toHaveURL('/users?status=bin');
  await expect(console.heading('Bin')).toBeVisible();
  await expect(page.getByText('Deleted people can be restored until they are erased.')).toBeVisible();
  await expect(users.names).toHaveText(['Gone Tomorrow']);
  await expect(users.head('Erased on')).toBeVisible();
  await expect(users.head('Status')).toHaveCount(0);
  await expect(await users.cell('Gone Tomorrow', 'Erased on')).toHaveText(inWords(daysAgo(-30)));
  const menu = await users.openMenuOf('Gone Tomorrow');
  await expect(menu.getByRole('menuitem')).toHaveText(['Restore', 'Erase now']);
  await page.keyboard.press('Escape');

  await ask(page, 'users/restore', { id });
  await page.reload();
  await expect(console.main.getByRole('heading', { name: 'The bin is empty' })).toBeVisible();
  await console.main.getByRole('link', { name: 'Back to users' }).first().click();
  await expect(users.row('Gone Tomorrow')).toBeVisible();
});

test('what was typed into the filter before the page woke up holds', async ({ page, users, watch }) => {
  watch.expectComplaint(/wasm|Failed to fetch/);
  // The console's program never arrives: the form is a plain one.
  await page.route('**/*.wasm', (route) => route.abort());
  await page.goto('/users?sort=name');
  await users.filters.button.click();
  await users.filters.field('Status').selectOption('Disabled');
  await users.filters.show();
  await expect(page).toHaveURL(/[?&]status=disabled/);
  await expect(users.names).toHaveText(['Samuel Adeyemi']);
  await expect(users.filters.chips).toHaveText(['Status is disabled']);
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });
  test.beforeEach(({ watch }) => watch.expectComplaint(/keydesk-\w+\.js: csp$/));

  test('without JavaScript the filter is a form, chips are links, and sort and search stay', async ({ page, users }) => {
    const { filters } = users;
    await page.goto('/users?q=northwind&sort=name&dir=down');
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
    await users.searchBox.fill('grace');
    await users.searchBox.press('Enter');
    await expect(users.names).toHaveText(['Grace Okafor']);
    await expect(filters.chips).toHaveText(['Group is Administrators']);
  });
});

test('the filter form begins at its first field, and keeps what is in it when it is closed', async ({ page, users }) => {
  const { filters } = users;
  await users.open('?status=active');
  await awake(page);
  await filters.open();
  await expect(filters.field('Status').locator('option:checked')).toHaveText('Active');
  await expect(filters.field('Status')).toBeFocused();
  await filters.field('From', 'Created').fill('2020-01-01');
  await page.keyboard.press('Escape');
  await expect(filters.button).toBeFocused();
  await filters.open();
  await expect(filters.field('From', 'Created')).toHaveValue('2020-01-01');
});
