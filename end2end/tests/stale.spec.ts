// Two people edit the same user, or the same settings, at the same time.

import { Settings } from '../pages/settings';
import { User } from '../pages/user';
import { SignIn } from '../pages/sign-in';
import { ask, defineField, idOf } from '../support/ask';
import { cast } from '../support/cast';
import { requireSecondFactors } from '../support/enrol';
import { expect, test } from '../support/test';

test.use({ needs: { seed: true, fresh: true } });

/** Both have the form for this person open on the same version. */
async function both(mine: User, theirs: User, username: string) {
  for (const user of [mine, theirs]) {
    await user.open(username);
    await user.button('Edit').click();
    await user.edit.isOpen();
  }
}

test('edits of one person by two people are brought together, and nothing typed is lost', async ({ page, anotherBrowser, watch }) => {
  watch.expectComplaint('status of 409');
  const other = await anotherBrowser();
  await new SignIn(page).quietly(cast.ana);
  await new SignIn(other).quietly(cast.grace);
  const [mine, theirs] = [new User(page), new User(other)];

  await test.step('different fields', async () => {
    await both(mine, theirs, 'ingrid');
    await theirs.edit.email.fill('theirs@northwind.example');
    await theirs.edit.group('Auditors').check();
    await theirs.edit.finish();

    await mine.edit.name.fill('Ingrid Mine');
    await mine.edit.save.click();
    await expect(mine.edit.meanwhile).toContainText('Somebody else saved meanwhile.');
    await expect(mine.edit.meanwhile).toContainText('Their changes to e-mail and groups are in the form now.');
    await expect(mine.edit.name).toHaveValue('Ingrid Mine');
    await expect(mine.edit.email).toHaveValue('theirs@northwind.example');
    await expect(mine.edit.group('Auditors')).toBeChecked();
    await mine.edit.finish();
    await expect(page.getByRole('heading', { level: 1, name: 'Ingrid Mine' })).toBeVisible();
    await expect(mine.fact('E-mail')).toContainText('theirs@northwind.example');
    await expect(mine.fact('Groups')).toContainText('Auditors');
  });

  await test.step('a field that both changed is chosen by a person, who saves again', async () => {
    await both(mine, theirs, 'tomas');
    await theirs.edit.name.fill('Tomás Theirs');
    await theirs.edit.email.fill('tomas.theirs@northwind.example');
    await theirs.edit.finish();

    await mine.edit.name.fill('Tomás Mine');
    await mine.edit.email.fill('tomas.mine@northwind.example');
    await mine.edit.ends.fill('2031-12-31');
    await mine.edit.save.click();
    await expect(mine.edit.meanwhile).toContainText('You both changed what is listed here');
    await expect(mine.edit.meanwhile).toContainText('Tomás Theirs');
    await expect(mine.edit.meanwhile).toContainText('Tomás Mine');
    for (const radio of await mine.edit.meanwhile.getByRole('radio').all()) await expect(radio).not.toBeChecked();
    await expect(mine.edit.save).toHaveAccessibleDescription('Choose first what holds.');

    await mine.edit.choose('Display name', 'theirs');
    await expect(mine.edit.name).toHaveValue('Tomás Theirs');
    await expect(mine.edit.save).toHaveAccessibleDescription('Choose first what holds.');
    await mine.edit.choose('E-mail', 'mine');
    await expect(mine.edit.email).toHaveValue('tomas.mine@northwind.example');
    await mine.edit.finish();
    await expect(page.getByRole('heading', { level: 1, name: 'Tomás Theirs' })).toBeVisible();
    await expect(mine.fact('E-mail')).toContainText('tomas.mine@northwind.example');
    await expect(mine.fact('Account ends')).toHaveText('31 Dec 2031');
  });

  await test.step('groups that both changed are chosen by name', async () => {
    await both(mine, theirs, 'yutong');
    await theirs.edit.group('Auditors').check();
    await theirs.edit.finish();
    await mine.edit.group('User managers').check();
    await mine.edit.save.click();
    const groups = mine.edit.meanwhile.getByRole('group', { name: 'Groups' });
    await expect(groups.getByRole('radio', { name: 'Auditors What they saved' })).toBeVisible();
    await expect(groups.getByRole('radio', { name: 'User managers What you typed' })).toBeVisible();
    await mine.edit.choose('Groups', 'theirs');
    await expect(mine.edit.group('Auditors').last()).toBeChecked();
    await mine.edit.finish();
    await expect(mine.fact('Groups')).toHaveText('Auditors');
  });

  await test.step('one who is in the bin meanwhile is not saved, and that is said', async () => {
    await mine.open('priya');
    await mine.button('Edit').click();
    await mine.edit.isOpen();
    await ask(other, 'users/delete', { id: await idOf(other, 'priya') });
    await mine.edit.name.fill('Priya Mine');
    await mine.edit.save.click();
    await expect(mine.edit.problems).toContainText('is in the bin. Restore them first.');
    await expect(mine.edit.name).toHaveValue('Priya Mine');
  });
});

test('settings that somebody else saved are not taken back from an older page', async ({ page, anotherBrowser, watch }) => {
  watch.expectComplaint('status of 409');
  const other = await anotherBrowser();
  await new SignIn(page).quietly(cast.ana);
  await new SignIn(other).quietly(cast.grace);
  await defineField(page, { name: 'Site', kind: 'Choice', choices: 'Lisbon\nPorto' });
  const mine = new Settings(page);
  await mine.open();

  await test.step('who has to have a second factor', async () => {
    await requireSecondFactors(other, 'everyone', { least: '20' });

    await mine.security.words.fill('Fjord');
    await mine.security.least.fill('18');
    await mine.security.save.click();
    await expect(mine.security.meanwhile).toContainText('Their change to who must have a second factor is in the form now.');
    await expect(mine.security.required('Everyone')).toBeChecked();
    await expect(mine.security.save).toHaveAccessibleDescription('Choose first what holds.');
    const both = mine.security.meanwhile.getByRole('group', { name: 'Shortest password' });
    await both.getByRole('radio', { name: /What they saved/ }).check();
    await expect(mine.security.least).toHaveValue('20');
    await mine.security.save.click();
    await expect(mine.toast).toContainText('Security settings saved');
    await expect(mine.security.meanwhile).toBeHidden();
  });

  await test.step('how long people wait in the bin', async () => {
    await ask(other, 'settings/update', { form: { seen: { bin_days: 30 }, bin_days: '60' } });
    // More than the 30 of this page, fewer than the 60 of now.
    await mine.days.fill('40');
    await mine.save.click();
    await expect(mine.main).toContainText('It is 60 days now.');
    await expect(mine.days).toHaveValue('40');
    await mine.save.click();
    const question = page.getByRole('dialog', { name: 'Keep deleted users for 40 days only?' });
    await question.getByRole('button', { name: 'Shorten to 40 days' }).click();
    await expect(mine.toast).toContainText('40 days');
  });

  await test.step('the choices of a custom field', async () => {
    await mine.edit('Site');
    const [seen] = await ask<object[]>(other, 'fields/list');
    await ask(other, 'fields/save', { form: { seen, name: 'Site', kind: 'Choice', required: false, choices: 'Lisbon\nPorto\nFaro' } });
    await mine.form.name.fill('Office');
    await mine.form.send();
    await expect(mine.form.meanwhile).toContainText('Their change to choices is in the form now.');
    await expect(mine.form.choices).toHaveValue('Lisbon\nPorto\nFaro');
    await mine.form.send();
    await expect(mine.form.dialog).toBeHidden();
    await expect(mine.field('Office')).toBeVisible();
  });

  await mine.open();
  await expect(mine.security.required('Everyone')).toBeChecked();
  await expect(mine.security.words).toHaveValue('Fjord');
  await expect(mine.security.least).toHaveValue('20');
  await expect(mine.days).toHaveValue('40');
});
