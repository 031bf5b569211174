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

test('A10: the log says who signed in, when and from where', async ({ page, signIn, console, anotherBrowser, watch }) => {
  const grace = await anotherBrowser();
  await new SignIn(grace).as(cast.grace);
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

  // It is filtered in place by person, actor, kind, result and time, and every filter can be taken off.
  watch.expectComplaint('status of 401');
  await defineField(grace, { name: 'By Grace', kind: 'Text' });
  const stranger = new SignIn(await anotherBrowser());
  await stranger.attempt('priya', 'not her password');
  await expect(stranger.refusal).toBeVisible();
  await defineField(page, { name: 'By Ana', kind: 'Text' });
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

  await signIn.quietly(cast.ana);
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
