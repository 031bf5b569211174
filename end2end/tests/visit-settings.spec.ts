// The audit log, the settings, and all that opens on them.

import { AuditLog } from '../pages/audit';
import { Settings } from '../pages/settings';
import { cast, PASSWORD } from '../support/cast';
import { at, expect, prove, test } from '../support/visitor';

const DAY = 24 * 60 * 60 * 1000;
const day = (offset: number) => new Date(Date.now() + offset * DAY).toISOString().slice(0, 10);

test('the log and the settings are accessible in light and in dark, and fit 320 px', async ({ page, signIn, visitor, watch }) => {
  watch.expectComplaint('status of 401');
  await signIn.attempt('ana', 'not her password');
  await expect(signIn.refusal).toBeVisible();
  await signIn.as(cast.ana);
  const settings = new Settings(page);
  const { form } = settings;
  const log = new AuditLog(page);
  const readAll = async () => {
    for (const event of await log.events.all()) await event.locator('summary').click();
  };

  await visitor.walk([
    at(
      () => settings.open(),
      { name: 'the settings without fields' },
      {
        name: 'the settings with fields, one of them of long words',
        show: async () => {
          await prove(page, PASSWORD);
          await settings.addExamples.click();
          await expect(settings.fields).toHaveCount(3);
          await settings.addOne({ name: 'x'.repeat(40), kind: 'One of several choices', choices: `${'y'.repeat(200)}\nz` });
          await expect(settings.fields).toHaveCount(4);
        },
      },
      {
        name: 'the form of a new field, with errors',
        show: async () => {
          await settings.addField.click();
          await form.kind('One of several choices').check();
          await form.send();
          await expect(form.problems).toContainText('things need another look');
        },
      },
      { name: 'the form of a field', show: () => settings.edit('Origin') },
      {
        name: 'the question before a field is deleted',
        show: async () => {
          await settings.button('Delete Origin').click();
          await expect(page.getByRole('dialog', { name: 'Delete the field Origin?' })).toBeVisible();
        },
      },
      {
        name: 'the question before people wait in the bin for a shorter time',
        show: async () => {
          await settings.days.fill('2');
          await settings.save.click();
          await expect(page.getByRole('dialog', { name: /only\?$/ })).toBeVisible();
        },
      },
      {
        // A change with what was and what is, for the log.
        name: 'the settings, saved',
        show: async () => {
          await settings.days.fill('60');
          await settings.save.click();
          await expect(settings.toast).toContainText('60 days');
        },
      },
    ),
    at(() => log.open(`?from=${day(-1)}`), { name: 'the log, with everything behind its events', show: readAll }),
    at(
      () => log.open(`?from=${day(-1)}&to=${day(1)}&result=done`),
      { name: 'the log with filters', show: readAll },
      {
        name: 'the filters of the log, and who is found',
        show: async () => {
          await log.filter.open();
          await log.filter.about.fill('a');
          await expect(log.filter.panel.getByRole('option').first()).toBeVisible();
        },
      },
      {
        name: 'the filters of the log, with an error',
        show: async () => {
          await log.filter.open();
          await log.filter.about.fill('zebedee');
          await log.filter.show();
          await expect(log.filter.about).toHaveAccessibleDescription(/./);
        },
        only: '#log-filter',
      },
    ),
    at(() => log.open(`?to=${day(-2)}`), { name: 'an empty log' }),
  ]);
});
