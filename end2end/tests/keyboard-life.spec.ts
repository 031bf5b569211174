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

  await test.step('the first stop of the keyboard is a way past the navigation', async () => {
    await keys.press('Tab');
    await expect(page.getByRole('link', { name: 'Skip to the page' })).toBeFocused();
    await keys.press('Enter');
    await expect(page.getByRole('main')).toBeFocused();
  });

  await test.step('a dialog that is left gives the keyboard back', async () => {
    await press(page, users.createButton);
    await expect(users.create.username).toBeFocused();
    await keys.press('Escape');
    await expect(users.create.dialog).toBeHidden();
    await expect(users.createButton).toBeFocused();
  });

  await test.step('created from the palette', async () => {
    const { create, oneTimePassword } = users;
    await palette.open();
    await palette.type('create', 'Create user');
    // All that the form offers stands in the way of the keyboard; what has not arrived cannot be reached.
    const offered = ['fields/list', 'groups/choices', 'users/find_second_factor_policy'];
    const arrived = Promise.all(offered.map((name) => page.waitForResponse(`**/fn/${name}`)));
    await keys.press('Enter');
    await expect(create.username).toBeFocused();
    await arrived;
    await expect(create.group('Administrators')).toBeVisible();
    await expect(create.secondFactor).toBeVisible();
    await keys.type('keyboard');
    await keys.press('Tab');
    await keys.type('Keyboard Only');
    await keys.press('Tab');
    await expect(create.email).toBeFocused();
    await keys.press('Tab');
    await expect(create.group('Administrators')).toBeFocused();
    await keys.press('Tab');
    await keys.press('Space');
    await expect(create.group('Auditors')).toBeChecked();
    for (const back of [create.group('Administrators'), create.email, create.name]) {
      await keys.press('Shift+Tab');
      await expect(back).toBeFocused();
    }
    await keys.press('Enter');

    await expect(oneTimePassword.dialog).toBeVisible();
    await press(page, oneTimePassword.stored, 'Space');
    await keys.press('Tab');
    await expect(oneTimePassword.done).toBeFocused();
    await keys.press('Enter');
    await expect(oneTimePassword.dialog).toBeHidden();
    await expect(users.row('Keyboard Only')).toContainText('Auditors');
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
