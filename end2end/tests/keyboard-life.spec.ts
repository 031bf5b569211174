// The life of a user without a mouse: created, found, changed, disabled.

import { Palette } from '../pages/palette';
import { User } from '../pages/user';
import { cast } from '../support/cast';
import { press, tabTo } from '../support/keys';
import { expect, test } from '../support/test';

test('a user is created, edited and disabled by the keyboard alone', async ({ page, signIn, users }) => {
  await signIn.as(cast.ana);
  await users.open();
  const [palette, user] = [new Palette(page), new User(page)];
  const keys = page.keyboard;

  await test.step('created from the palette', async () => {
    await palette.open();
    await palette.type('create', 'Create user');
    await keys.press('Enter');
    await expect(users.create.username).toBeFocused();
    await keys.type('keyboard');
    await keys.press('Tab');
    await keys.type('Keyboard Only');
    await keys.press('Enter');
    await expect(users.oneTimePassword.dialog).toBeVisible();
    await press(page, users.oneTimePassword.stored, 'Space');
    await keys.press('Tab');
    await expect(users.oneTimePassword.done).toBeFocused();
    await keys.press('Enter');
    await expect(users.oneTimePassword.dialog).toBeHidden();
    await expect(users.row('Keyboard Only')).toBeVisible();
  });

  await test.step('edited from the row', async () => {
    await keys.press('j');
    await expect(users.rowUnderCursor).toContainText('Keyboard Only');
    await keys.press('e');
    await tabTo(page, user.edit.name);
    await keys.press('Control+a');
    await keys.type('Keyboard Person');
    await keys.press('Enter');
    await expect(user.edit.dialog).toBeHidden();
    await expect(users.row('Keyboard Person')).toBeVisible();
  });

  await test.step('disabled from the palette', async () => {
    await palette.act('Keyboard Person', 'Disable');
    const question = user.question('Disable Keyboard Person?');
    await expect(question).toBeVisible();
    await press(page, question.getByRole('button', { name: 'Disable Keyboard' }));
    await expect(question).toBeHidden();
    await expect(users.row('Keyboard Person')).toContainText('Disabled');
  });

  await test.step('opened from the palette', async () => {
    await palette.open();
    await palette.type('keyboard person', 'Keyboard Person');
    await keys.press('Enter');
    await expect(page.getByRole('heading', { level: 1, name: 'Keyboard Person' })).toBeVisible();
    await expect(user.main).toContainText('Disabled');
  });
});
