// The settings: custom fields from the first to the last, and the bin.

import { ask } from '../support/ask';
import { cast } from '../support/cast';
import { expect, test } from '../support/test';
import { Settings } from '../pages/settings';

test.use({ needs: { seed: true, fresh: true } });

let settings: Settings;

test.describe('by an administrator', () => {
  test.beforeEach(async ({ page, signIn }) => {
    settings = new Settings(page);
    await signIn.at('/settings', cast.ana);
  });

  test('fields are added, changed, moved and deleted, and bad input is told beside its field', async ({ page, watch }) => {
    const { form } = settings;
    await test.step('company, origin and location are one click away', async () => {
      await expect(settings.main.getByRole('heading', { name: 'No custom fields yet' })).toBeVisible();
      await settings.addExamples.click();
      await expect(settings.fields).toHaveText([/Company/, /Origin/, /Location/]);
      await expect(settings.field('Origin')).toContainText('Required');
      await expect(settings.field('Company')).not.toContainText('Required');
      await expect(settings.addExamples).toHaveCount(0);
    });

    await test.step('bad input is told beside its field, and what was typed stays', async () => {
      await settings.addField.click();
      await form.send();
      await expect(form.name).toHaveAccessibleDescription(/Fill this in\./);
      await expect(form.name).toBeFocused();
      await form.name.fill('x'.repeat(41));
      await form.send();
      await expect(form.name).toHaveAccessibleDescription(/Use at most 40 characters\./);
      await form.name.fill('tab\u0007');
      await form.send();
      await expect(form.name).toHaveAccessibleDescription(/Leave out/);

      await form.fillIn({ name: 'Site', kind: 'One of several choices', choices: 'Only one\nOnly one' });
      await form.send();
      await expect(form.choices).toHaveAccessibleDescription(/Give at least two choices, a line each\./);
      await expect(form.choices).toHaveValue('Only one\nOnly one');
      await form.choices.fill(Array.from({ length: 101 }, (_, i) => `Choice ${i}`).join('\n'));
      await form.send();
      await expect(form.choices).toHaveAccessibleDescription(/There can be at most 100\./);

      watch.expectComplaint('status of 422');
      await form.fillIn({ name: ' COMPANY ' });
      await form.send();
      await expect(form.name).toHaveAccessibleDescription(/Another field has this name\. Choose another\./);
      await expect(form.problems).toContainText('One thing needs another look');
      await form.cancel();
      await settings.addField.click();
      await expect(form.name, 'it opens afresh').toHaveValue('');
      await expect(form.kind('Text')).toBeChecked();
      await form.cancel();
    });

    await test.step('all of it is there after the page was loaded again, until it is deleted', async () => {
      await page.reload();
      await expect(settings.fields).toHaveCount(3);
      for (const { id } of await ask<{ id: string }[]>(page, 'fields/list')) await ask(page, 'fields/delete', { id });
      await settings.open();
      await expect(settings.fields).toHaveCount(0);
    });

    await settings.addOne({ name: 'Cost centre', required: true });
    await expect(settings.toast).toContainText('Cost centre added');
    await settings.addOne({ name: 'Site', kind: 'One of several choices', choices: 'North\n\nSouth\nNorth\n  West  ' });
    await settings.addOne({ name: 'First day', kind: 'Date' });
    await expect(settings.fields).toHaveText([/Cost centre/, /Site/, /First day/]);
    await expect(settings.field('Cost centre')).toContainText('Required');
    await expect(settings.field('Site')).toContainText('One of North, South, West');
    await expect(settings.field('First day')).toContainText('Date');

    await test.step('the kind stays, the rest changes', async () => {
      await settings.edit('Site');
      await expect(form.name).toHaveValue('Site');
      await expect(form.kind('One of several choices')).toBeChecked();
      for (const kind of ['Text', 'One of several choices', 'Date']) await expect(form.kind(kind)).toBeDisabled();
      await expect(form.dialog).toContainText('The kind of a field stays');
      await expect(form.choices).toHaveValue('North\nSouth\nWest');
      await form.name.fill('Branch');
      await form.choices.fill('North\nEast');
      await form.required.check();
      await form.send();
      await expect(form.dialog).toBeHidden();
      await expect(settings.field('Branch')).toContainText('One of North, East');
      await expect(settings.field('Branch')).toContainText('Required');
    });

    await test.step('its place changes, and the keyboard goes along', async () => {
      await settings.button('Move First day up').focus();
      await page.keyboard.press('Enter');
      await expect(settings.fields).toHaveText([/Cost centre/, /First day/, /Branch/]);
      await expect(settings.button('Move First day up')).toBeFocused();
      await page.keyboard.press('Enter');
      await expect(settings.fields).toHaveText([/First day/, /Cost centre/, /Branch/]);
      await expect(settings.button('Move First day up')).toHaveAttribute('aria-disabled', 'true');
      await expect(settings.button('Move First day up')).toHaveAccessibleDescription('It is the first.');
      await expect(settings.main).toContainText('First day is number 1 of 3');
      await settings.button('Move First day down').click();
      await expect(settings.fields).toHaveText([/Cost centre/, /First day/, /Branch/]);
    });

    await test.step('what is deleted is gone, and its name is free', async () => {
      await settings.delete('Branch');
      await expect(settings.fields).toHaveText([/Cost centre/, /First day/]);
      await settings.addOne({ name: 'Branch' });
      await expect(settings.fields).toHaveText([/Cost centre/, /First day/, /Branch/]);
    });
    await page.reload();
    await expect(settings.fields).toHaveText([/Cost centre/, /First day/, /Branch/]);

    await test.step('markup in a name and a choice is text, also in the form', async () => {
      await ask(page, 'fields/save', {
        form: { seen: null, name: '<b>Bold</b>', kind: 'Choice', required: false, choices: '<i>a</i>\n"b" & c' },
      });
      await settings.open();
      await expect(settings.field('<b>Bold</b>')).toContainText('One of <i>a</i>, "b" & c');
      await settings.edit('<b>Bold</b>');
      await expect(form.choices).toHaveValue('<i>a</i>\n"b" & c');
      await form.cancel();
      await settings.delete('<b>Bold</b>');
      await expect(settings.fields).toHaveCount(3);
    });

    await test.step('there can be at most twenty', async () => {
      for (let i = 4; i <= 20; i++) {
        await ask(page, 'fields/save', { form: { seen: null, name: `Field ${i}`, kind: 'Text', required: false, choices: '' } });
      }
      await settings.open();
      await expect(settings.fields).toHaveCount(20);
      await expect(settings.addField).toHaveAttribute('aria-disabled', 'true');
      await expect(settings.addField).toHaveAccessibleDescription('There can be at most 20 fields.');
    });
  });

  test('how long the bin keeps people is between a day and ten years', async ({ page }) => {
    await expect(settings.days).toHaveValue('30');
    for (const bad of ['', '0', '-1', '1.5', '3651', 'a week']) {
      await settings.days.fill(bad);
      await settings.save.click();
      await expect(settings.days, bad).toHaveAccessibleDescription(/Use a number from 1 to 3650\./);
    }
    await settings.days.fill('45');
    await settings.save.click();
    await expect(settings.toast).toContainText('Deleted users now wait in the bin for 45 days');
    await expect(settings.days).toHaveAccessibleDescription(/^(?!.*Use a number)/);

    await test.step('a shorter time asks first', async () => {
      await settings.days.fill('1');
      await settings.days.press('Enter');
      const question = page.getByRole('dialog', { name: 'Keep deleted users for 1 day only?' });
      await expect(question).toContainText('Erases for good whoever was deleted more than 1 day ago');
      await question.getByRole('button', { name: 'Cancel' }).click();
      await page.reload();
      await expect(settings.days).toHaveValue('45');
      await settings.open();
      await settings.days.fill('7');
      await settings.save.click();
      await page.getByRole('dialog').getByRole('button', { name: 'Shorten to 7 days' }).click();
      await expect(settings.toast).toContainText('for 7 days');
    });
    await page.reload();
    await expect(settings.days).toHaveValue('7');
  });

});
