import { ask, createPerson, defineField } from '../support/ask';
import { awake } from '../support/awake';
import { cast } from '../support/cast';
import { expect, test } from '../support/test';

test.beforeEach(async ({ signIn }) => signIn.as(cast.ana));

const today = new Date().toISOString().slice(0, 10);
const inWords = (day: string) =>
  new Date(`${day}T00:00:00Z`).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });

test('filters are chosen in a form, told as chips, come off one by one, and go back and forward', async ({ page, users, watch }) => {
  const { filters } = users;

  await test.step('the form begins at its first field, and keeps what is in it when it is closed', async () => {
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

  await test.step('one filter, and its chip takes it off again', async () => {
    await users.open();
    await filters.open();
    await filters.field('Status').selectOption('Disabled');
    await filters.show();
    await expect(page).toHaveURL('/users?status=disabled');
    await expect(filters.panel).toBeHidden();
    await expect(users.row('Samuel Adeyemi')).toBeVisible();
    await expect(users.rows.filter({ hasNotText: 'Disabled' })).toHaveCount(0);
    await expect(filters.chips).toHaveText(['Status is disabled']);

    await filters.remove('Status is disabled');
    await expect(page).toHaveURL('/users');
    await expect(users.rows).toHaveCount(7);
    await expect(filters.chips).toHaveCount(0);
    await expect(filters.button).toBeFocused();
  });

  await test.step('whoever looks for people who never signed in gives no days', async () => {
    await filters.open();
    await filters.field('Never signed in').check();
    await expect(filters.field('From', 'Last sign-in')).toBeDisabled();
    await filters.show();
    await expect(page).toHaveURL('/users?signed-in=never');
    await expect(users.row('Yutong Li')).toBeVisible();
    await expect(users.row('Ana Moreira')).toHaveCount(0);
    await expect(filters.chips).toHaveText(['Last sign-in is never']);
  });

  await test.step('days', async () => {
    await filters.open();
    await filters.field('Never signed in').uncheck();
    await filters.field('From', 'Last sign-in').fill(today);
    await filters.field('To', 'Last sign-in').fill(today);
    await filters.field('From', 'Created').fill('2020-01-01');
    await filters.show();
    await expect(page).toHaveURL(`/users?signed-in-from=${today}&signed-in-to=${today}&created-from=2020-01-01`);
    await expect(users.row('Ana Moreira')).toBeVisible();
    await expect(users.row('Yutong Li')).toHaveCount(0);
    await expect(filters.chips).toHaveText([
      `Last sign-in since ${inWords(today)}`,
      `Last sign-in until ${inWords(today)}`,
      'Created since 1 Jan 2020',
    ]);
  });

  await test.step('filters, search and sort hold together, come off one by one, and go back and forward', async () => {
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

  await test.step('what is typed before the page wakes up holds', async () => {
    watch.expectComplaint(/wasm|Failed to fetch/);
    // The console's program never arrives: the form is a plain one.
    await page.route('**/*.wasm', (route) => route.abort());
    await page.goto('/users?sort=name');
    await filters.button.click();
    await filters.field('Status').selectOption('Disabled');
    await filters.show();
    await expect(page).toHaveURL(/[?&]status=disabled/);
    await expect(users.names).toHaveText(['Samuel Adeyemi']);
    await expect(filters.chips).toHaveText(['Status is disabled']);
  });
});

test('custom fields are filters as well, and the bin has rows with ways of their own', async ({ page, users, console }) => {
  const { filters } = users;

  await test.step('a text, a choice and a day', async () => {
    await users.open();
    const company = await defineField(page, { name: 'Company', kind: 'Text' });
    const site = await defineField(page, { name: 'Site', kind: 'Choice', choices: 'North\nSouth' });
    const start = await defineField(page, { name: 'First day', kind: 'Date' });
    await createPerson(page, { username: 'noor', display_name: 'Noor Haddad', fields: { [company]: 'Öresund Works', [site]: 'North', [start]: '2026-03-01' } });
    await createPerson(page, { username: 'kofi', display_name: 'Kofi Mensah', fields: { [company]: 'Öresund Works', [site]: 'South', [start]: '2026-03-01' } });
    await users.open();
    await filters.open();
    await filters.field('Company').fill('öresund works');
    await filters.field('Site').selectOption('South');
    await filters.field('First day').fill('2026-03-01');
    await filters.show();
    await expect(filters.chips).toHaveText(['Company is öresund works', 'Site is South', 'First day is 1 Mar 2026']);
    await expect(users.names).toHaveText(['Kofi Mensah']);
    await filters.remove('Site is South');
    await expect(users.names).toHaveText(['Kofi Mensah', 'Noor Haddad']);
    for (const id of [company, site, start]) await ask(page, 'fields/delete', { id });
  });

  await test.step('the bin', async () => {
    const id = await createPerson(page, { username: 'gone', display_name: 'Gone Tomorrow', email: 'gone@northwind.example' });
    await ask(page, 'users/delete', { id });
    await users.open();
    await expect(users.row('Gone Tomorrow')).toHaveCount(0);
    await page.getByRole('link', { name: 'Bin' }).click();
    await expect(page).toHaveURL('/users?status=bin');
    await expect(console.heading('Bin')).toBeVisible();
    await expect(users.names).toHaveText(['Gone Tomorrow']);
    await expect(users.head('Erased on')).toBeVisible();
    await expect(users.head('Status')).toHaveCount(0);
    const menu = await users.openMenuOf('Gone Tomorrow');
    await expect(menu.getByRole('menuitem')).toHaveText(['Restore', 'Erase now']);
    await page.keyboard.press('Escape');
    await console.main.getByRole('link', { name: 'Back to users' }).first().click();
    await expect(users.row('Ana Moreira')).toBeVisible();
    await expect(users.row('Gone Tomorrow')).toHaveCount(0);
    await expect(users.head('Status')).toBeVisible();
  });
});
