// Custom fields from their definition to a user's page.

import { User } from '../pages/user';
import { ask } from '../support/ask';
import { cast, PASSWORD } from '../support/cast';
import { expect, test } from '../support/test';

test.use({ needs: { seed: true, fresh: true } });

const field = (name: string, kind: 'Text' | 'Choice' | 'Date', choices: string[] = [], required = false) => ({
  form: { seen: null, name, kind, required, choices: choices.join('\n') },
});

test.beforeEach(async ({ page, signIn }) => {
  await signIn.quietly(cast.ana);
  await ask(page, 'fields/add_examples', {});
});

test('C5: full name and company are recorded, at creation and later', async ({ page, users }) => {
  const user = new User(page);
  await ask(page, 'fields/save', field('Site', 'Choice', ['North', 'South'], true));
  await users.open();
  await users.startCreating();
  const { create } = users;
  await create.fillIn({ username: 'olga', name: 'Olga Petrova', password: PASSWORD });
  await create.dialog.getByLabel('Company').fill('Northwind Research');
  await create.send();
  await expect(create.problems).toContainText('Origin: Fill this in.');
  await expect(create.dialog.getByLabel('Origin')).toBeFocused();
  await expect(create.dialog.getByLabel('Site')).toHaveAccessibleDescription(/Fill this in\./);
  await create.dialog.getByLabel('Origin').fill('Referral');
  await create.dialog.getByLabel('Site').selectOption('South');
  await create.dialog.getByLabel('Account ends').fill('2031-12-31');
  await create.send();
  await expect(create.dialog).toBeHidden();

  await users.openPageOf('Olga Petrova');
  await expect(user.fact('Display name')).toHaveText('Olga Petrova');
  await expect(user.fact('Company')).toHaveText('Northwind Research');
  await expect(user.fact('Origin')).toHaveText('Referral');
  await expect(user.fact('Location')).toHaveText('—');
  await expect(user.fact('Site')).toHaveText('South');
  await expect(user.fact('Account ends')).toHaveText('31 Dec 2031');

  await user.button('Edit').click();
  await expect(user.edit.field('Company')).toHaveValue('Northwind Research');
  await user.edit.field('Company').fill('Northwind Traders');
  await user.edit.field('Location').fill('Reykjavík');
  await user.edit.finish();
  await expect(user.fact('Company')).toHaveText('Northwind Traders');
  await expect(user.fact('Location')).toHaveText('Reykjavík');
  await users.open('?q=traders');
  await expect(users.row('Olga Petrova')).toBeVisible();
});

test('a required field that is empty is told on the page and asked for in the form, whatever its kind', async ({ page, watch }) => {
  const user = new User(page);
  await ask(page, 'fields/save', field('Site', 'Choice', ['Porto', 'Reykjavík']));
  await ask(page, 'fields/save', field('First day', 'Date'));
  await user.open('ingrid');
  await expect(user.fact('Origin')).toHaveText('Required, missing');
  await user.button('Edit').click();
  await user.edit.name.fill('Ingrid Berg');
  await user.edit.save.click();
  await expect(user.edit.problems).toContainText('Origin: Fill this in.');
  await user.edit.field('Origin').fill('Referral');

  await test.step('a choice is chosen from a list, and a date is a day', async () => {
    await user.edit.field('Site').selectOption('Porto');
    await user.edit.field('First day').fill('2026-03-01');
    await user.edit.finish();
    await expect(user.fact('Origin')).toHaveText('Referral');
    await expect(user.fact('Site')).toHaveText('Porto');
    await expect(user.fact('First day')).toHaveText('1 Mar 2026');
    await user.button('Edit').click();
    await expect(user.edit.field('Site')).toHaveValue('Porto');
    await expect(user.edit.field('First day')).toHaveValue('2026-03-01');
    await user.edit.field('Site').selectOption('—');
    await user.edit.finish();
    await expect(user.fact('Site')).toHaveText('—');
  });

  await test.step('one that somebody adds meanwhile appears in the open form, and what was typed stays', async () => {
    watch.expectComplaint('status of 422');
    await user.button('Edit').click();
    await user.edit.isOpen();
    await user.edit.field('Company').fill('Northwind');
    await user.edit.field('Origin').fill('Advertisement');
    await ask(page, 'fields/save', field('Badge', 'Text', [], true));
    await user.edit.save.click();
    await expect(user.edit.field('Badge')).toBeVisible();
    await expect(user.edit.problems).toContainText('Badge: Fill this in.');
    await expect(user.edit.field('Company')).toHaveValue('Northwind');
    await expect(user.edit.field('Origin')).toHaveValue('Advertisement');
    await user.edit.field('Badge').fill('B-17');
    await user.edit.finish();
    await expect(user.fact('Badge')).toHaveText('B-17');
  });
});
