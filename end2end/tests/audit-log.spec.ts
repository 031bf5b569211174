// The audit log: what happened, who did it, when and from where.

import { AuditLog } from '../pages/audit';
import { Settings } from '../pages/settings';
import { SignIn } from '../pages/sign-in';
import { ask, defineField } from '../support/ask';
import { cast } from '../support/cast';
import { expect, test } from '../support/test';

test.use({ needs: { seed: true, fresh: true } });

const DAY = 24 * 60 * 60 * 1000;
const day = (offset: number) => new Date(Date.now() + offset * DAY).toISOString().slice(0, 10);

test('A10: the log says who signed in, when and from where', async ({ page, signIn, console, anotherBrowser }) => {
  await new SignIn(await anotherBrowser()).as(cast.grace);
  await signIn.as(cast.ana);
  const log = new AuditLog(page);
  await console.goTo('Audit log');
  await expect(page).toHaveURL('/audit');
  await expect(log.heading).toBeVisible();
  await expect(log.events.first()).toContainText('Ana Moreira signed in with a password');
  await expect(log.events.nth(1)).toContainText('Grace Okafor signed in with a password');
  await expect(log.events.nth(1)).toContainText(/(Chrome|Chromium) on Linux, (127\.0\.0\.1|::1)/);
  await expect(log.events.nth(1).locator('summary time')).toHaveAttribute('title', /\d{4}, \d\d:\d\d/);
  const behind = await log.look('Grace Okafor signed in');
  await expect(behind).toContainText(/When\s*\d+ \w{3} \d{4}, \d\d:\d\d/);
  await expect(behind).toContainText(/Address\s*(127\.0\.0\.1|::1)/);
  await expect(behind).toContainText(/Browser\s*Chrom\w+ on Linux/);
  await expect(behind).toContainText('signed_in');
});

test('D13: failed sign-ins, changed rights and changed accounts are in the log, with what was and what is', async ({
  page,
  signIn,
  anotherBrowser,
  watch,
}) => {
  watch.expectComplaint('status of 401');
  const stranger = new SignIn(await anotherBrowser());
  await stranger.attempt('ingrid', 'not her password');
  await expect(stranger.refusal).toBeVisible();
  await stranger.attempt('nobody-of-that-name', 'x');
  await expect(stranger.refusal).toBeVisible();

  await signIn.as(cast.ana);
  const people = await ask<{ rows: { id: string; username: string }[] }>(page, 'users/list', {
    listing: { search: 'ingrid', filters: { never_signed_in: false, fields: [] }, sort: 'Name', direction: 'Ascending', position: 'First' },
    fields: [],
  });
  const ingrid = people.rows[0]!.id;
  const groups = await ask<{ id: string; name: string }[]>(page, 'groups/choices');
  await ask(page, 'users/assign_groups', { id: ingrid, add: [groups.find(({ name }) => name === 'Auditors')!.id], remove: [] });
  await ask(page, 'users/disable', { id: ingrid });
  const settings = new Settings(page);
  await settings.open();
  await settings.days.fill('60');
  await settings.save.click();
  await expect(settings.toast).toContainText('60 days');

  const log = new AuditLog(page);
  await log.open();
  const failed = log.event('A sign-in as Ingrid Sólveigardóttir failed: the password was wrong');
  await expect(failed).toContainText('Failed');
  await expect(log.event('A sign-in as somebody failed: the username is unknown')).toContainText('Failed');
  await expect(log.event('Ana Moreira put Ingrid Sólveigardóttir into Auditors')).toBeVisible();
  await expect(log.event('Ana Moreira disabled Ingrid Sólveigardóttir')).toBeVisible();

  const behind = await log.look('changed the settings');
  const row = behind.getByRole('table', { name: 'What was and what is' }).getByRole('row').last();
  await expect(row.getByRole('rowheader')).toHaveText('Days in the bin');
  await expect(row.getByRole('cell')).toHaveText(['30', '60']);
  const granted = await log.look('put Ingrid');
  await expect(granted).toContainText(/Added\s*Auditors/);
  await granted.getByRole('link', { name: 'Ingrid Sólveigardóttir' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Ingrid Sólveigardóttir' })).toBeVisible();
});

test('the log is filtered by person, actor, kind, result and time, and every filter can be taken off', async ({
  page,
  signIn,
  anotherBrowser,
  watch,
}) => {
  watch.expectComplaint('status of 401');
  const grace = await anotherBrowser();
  await new SignIn(grace).as(cast.grace);
  await defineField(grace, { name: 'By Grace', kind: 'Text' });
  const stranger = new SignIn(await anotherBrowser());
  await stranger.attempt('priya', 'not her password');
  await expect(stranger.refusal).toBeVisible();
  await signIn.as(cast.ana);
  await defineField(page, { name: 'By Ana', kind: 'Text' });
  const log = new AuditLog(page);
  await log.open();
  const { filter } = log;
  const all = await log.events.count();

  await test.step('about a person', async () => {
    await filter.open();
    await filter.choose(filter.about, 'raghu', cast.priya.name);
    await filter.show();
    await expect(page).toHaveURL(/^[^?]+\?person=[0-9a-f-]{36}$/);
    await expect(log.events).toHaveCount(1);
    await expect(log.events.first()).toContainText('A sign-in as Priya Raghunathan failed');
    await expect(log.chip('About Priya Raghunathan')).toBeVisible();
    // The form says it too.
    await filter.open();
    await expect(filter.about).toHaveValue(cast.priya.name);
    await page.keyboard.press('Escape');
    await log.chip('About').click();
    await expect(page).toHaveURL('/audit');
    await expect(log.events).toHaveCount(all);
  });

  await test.step('by a person, chosen with the keys', async () => {
    await filter.open();
    await filter.by.fill('oka');
    await expect(filter.panel.getByRole('option', { name: cast.grace.name })).toBeVisible();
    await filter.by.press('Enter');
    await expect(filter.by).toHaveValue(cast.grace.name);
    await filter.by.press('Enter');
    await expect(page).toHaveURL(/\?actor=/);
    await expect(log.events).toHaveCount(1);
    await expect(log.events.first()).toContainText('Grace Okafor added the custom field By Grace');
  });

  await test.step('words that nobody was chosen for are refused beside their field', async () => {
    await filter.open();
    await filter.by.fill('zebedee');
    await filter.show();
    await expect(filter.by).toHaveAccessibleDescription(/Choose one from the list\./);
    await expect(filter.by).toHaveValue('zebedee');
    await filter.by.fill('');
    await filter.kind.selectOption('Sign-in failed');
    await filter.show();
    await expect(page).toHaveURL('/audit?kind=sign_in_failed');
    await expect(log.events).toHaveCount(1);
    await expect(log.chip('Kind is sign-in failed')).toBeVisible();
  });

  await test.step('by result and time', async () => {
    await log.open();
    await filter.open();
    await filter.result.selectOption('Failed');
    await filter.from.fill(day(0));
    await filter.to.fill(day(0));
    await filter.show();
    await expect(log.events).toHaveCount(1);
    await expect(log.main).toContainText('Result is failed');
    await page.getByRole('link', { name: 'Clear all' }).first().click();
    await expect(page).toHaveURL('/audit');
    await log.open('?result=done');
    await expect(log.events).toHaveCount(all - 1);
    for (const query of [`?from=${day(2)}`, `?to=${day(-2)}`]) {
      await log.open(query);
      await expect(log.main.getByRole('heading', { name: 'Nothing like this is recorded' })).toBeVisible();
    }
    await log.main.getByRole('link', { name: 'Show everything' }).click();
    await expect(log.events).toHaveCount(all);
  });

  await test.step('from an event to everything about or by a person, and back', async () => {
    const behind = await log.look('added the custom field By Ana');
    await behind.getByRole('link', { name: 'Events by this person' }).click();
    await expect(log.chip('By Ana Moreira')).toBeVisible();
    await expect(log.events).toHaveCount(1);
    await expect(log.events.first()).not.toHaveAttribute('open');
    await page.goBack();
    await expect(log.events).toHaveCount(all);
  });
});

test('long logs go on page by page, and back to the newest', async ({ page, signIn }) => {
  await signIn.as(cast.ana);
  const first = await defineField(page, { name: 'First', kind: 'Text' });
  await defineField(page, { name: 'Second', kind: 'Text' });
  for (let i = 0; i < 62; i++) await ask(page, 'fields/move', { id: first, up: i % 2 === 1 });
  const log = new AuditLog(page);
  await log.open('?kind=field_updated');
  await expect(log.events).toHaveCount(30);
  await expect(log.newest()).toHaveCount(0);
  await log.older().click();
  await expect(page).toHaveURL(/\?kind=field_updated&before=\d+$/);
  await expect(log.newest()).toBeVisible();
  await log.older().click();
  await expect(log.events).toHaveCount(2);
  await expect(log.older()).toHaveCount(0);
  await page.goBack();
  await expect(log.events).toHaveCount(30);
  await log.newest().click();
  await expect(page).toHaveURL('/audit?kind=field_updated');
  await expect(log.newest()).toHaveCount(0);
});

test('what was erased with a person says so, and names nobody', async ({ page, signIn }) => {
  await signIn.as(cast.ana);
  const form = { username: 'olga', display_name: 'Olga Petrova', email: '', password: 'Random', groups: [], fields: [], expires_on: '' };
  const { id } = await ask<{ id: string }>(page, 'users/create', { form });
  await ask(page, 'users/delete', { id });
  await ask(page, 'users/erase', { id, name: 'olga' });
  const log = new AuditLog(page);
  await log.open(`?person=${id}`);
  await expect(log.main).toContainText('About somebody who was erased');
  await expect(log.event('User created (details erased)')).toBeVisible();
  await expect(log.main).not.toContainText('Olga');
  const behind = await log.look('User created');
  await expect(behind).toContainText('The details of this event were erased with the person it was about.');
  await expect(behind).toContainText('user_created');
  await expect(log.event('erased a user')).toBeVisible();
});

for (const query of ['?person=ana', '?actor=1', '?kind=everything', '?from=2026-02-30', '?to=tomorrow', '?result=maybe', '?before=last']) {
  test(`an address that was tampered with says so: ${query}`, async ({ page, signIn, watch }) => {
    await signIn.as(cast.ana);
    watch.expectComplaint('status of 422');
    const log = new AuditLog(page);
    const response = await log.open(query);
    expect(response?.status()).toBe(422);
    await expect(log.main).toContainText('This address cannot be read');
    await expect(log.main).toContainText(`“${query.slice(1).split('=')[0]}”`);
    await page.getByRole('link', { name: 'Start over' }).click();
    await expect(log.events.first()).toBeVisible();
  });
}

test('markup in a name is text', async ({ page, signIn }) => {
  await signIn.as(cast.ana);
  await defineField(page, { name: '<img src=x onerror=alert(1)>', kind: 'Text' });
  const log = new AuditLog(page);
  await log.open();
  await expect(log.events.first()).toContainText('added the custom field <img src=x onerror=alert(1)>');
});

test('a user manager has no way to the log', async ({ signIn, console, watch }) => {
  await signIn.as(cast.tomas);
  await expect(console.navigation.getByRole('link', { name: 'Users' })).toBeVisible();
  await expect(console.navigation.getByRole('link', { name: 'Audit log' })).toHaveCount(0);
  watch.expectComplaint('status of 403');
  expect((await console.open('/audit'))?.status()).toBe(403);
  await expect(console.main).toContainText('“View the audit log” (audit:view)');
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });
  test.beforeEach(({ watch }) => watch.expectComplaint(/keydesk-\w+\.js: csp$/));

  test('the log can be read, opened and filtered', async ({ page, signIn }) => {
    await signIn.as(cast.ana);
    await page.goto('/audit');
    const log = new AuditLog(page);
    await expect(log.events.first()).toContainText('Ana Moreira signed in');
    const behind = await log.look('Ana Moreira signed in');
    await expect(behind).toContainText('signed_in');
    await behind.getByRole('link', { name: 'Events about this person' }).click();
    await expect(log.chip('About Ana Moreira')).toBeVisible();
    await page.getByRole('button', { name: 'Filter' }).click();
    await log.filter.result.selectOption('Failed');
    await log.filter.show();
    await expect(page).toHaveURL(/person=[0-9a-f-]{36}.*result=failed/);
    await expect(log.main.getByRole('heading', { name: 'Nothing like this is recorded' })).toBeVisible();
    await log.chip('Result is failed').click();
    await expect(log.events).toHaveCount(1);
  });
});
