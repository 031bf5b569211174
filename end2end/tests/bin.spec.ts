// Deleting, the bin, and erasing for good.

import { User } from '../pages/user';
import { Users } from '../pages/users';
import { SignIn } from '../pages/sign-in';
import { cast } from '../support/cast';
import { expect, test } from '../support/test';

test.use({ needs: { seed: true, fresh: true } });

test('A5: D4: from the row menu somebody is deleted and edited: asked first, in numbers, sessions end, and Undo restores', async ({ page, signIn, users, anotherBrowser, watch }) => {
  const theirs = await anotherBrowser();
  const theirSignIn = new SignIn(theirs);
  await theirSignIn.as(cast.ingrid);
  await signIn.as(cast.ana);
  const user = new User(page);
  const name = cast.ingrid.name;
  const question = user.question(`Delete ${name}?`);
  await users.open();

  await test.step('deleting asks first, in numbers', async () => {
    await user.askFromRow(name, 'Delete');
    await expect(question).toContainText('Ends 1 session now');
    await expect(question).toContainText(/Stays in the bin until \d+ \w{3} \d{4}; can be restored until then/);
    await question.getByRole('button', { name: 'Cancel' }).click();
    await expect(question).toBeHidden();
    await expect(users.row(name), 'nothing happened yet').toBeVisible();
  });

  await test.step('it ends the sessions, and nobody in the bin signs in', async () => {
    await user.askFromRow(name, 'Delete');
    await user.confirm(`Delete ${name}?`, 'Delete Ingrid');
    await expect(user.toast).toContainText('Ingrid moved to the bin. 1 session ended');
    await theirs.goto('/account');
    await expect(theirSignIn.notice).toContainText('Your session has ended.');
    watch.expectComplaint('status of 401');
    await theirSignIn.fillIn('ingrid', cast.ingrid.password);
    await expect(theirSignIn.refusal).toBeVisible();
  });

  await test.step('Undo restores them as they were', async () => {
    await user.undo();
    await expect(user.toast).toContainText('Ingrid restored');
    await expect(users.row(name)).toContainText('Active');
    await theirSignIn.as(cast.ingrid);
  });

  await test.step('edited', async () => {
    await user.askFromRow(name, 'Edit');
    await user.edit.name.fill('Ingrid Berg');
    await user.edit.finish();
    await expect(users.row('Ingrid Berg')).toBeVisible();
  });
});

test('somebody in the bin is told with the day of erasure, restored as they were, or erased by name, and nobody has the username again', async ({ page, signIn, users, anotherBrowser, watch }) => {
  // Grace looks at a list that shows him still when he is gone.
  const hers = new User(await anotherBrowser());
  await new SignIn(hers.page).as(cast.grace);
  await new Users(hers.page).open();

  await signIn.as(cast.ana);
  const user = new User(page);
  const remove = async () => {
    await user.openMenu();
    await user.menu.getByRole('menuitem', { name: 'Delete' }).click();
    await user.confirm(/^Delete Tomás Herrera/, 'Delete Tomás');
  };

  await test.step('the page tells of the bin and of its end', async () => {
    await user.open(cast.tomas.name);
    await remove();
    await expect(user.main).toContainText(/In the bin since .+ Erased for good on \d+ \w{3} \d{4}/);
    await expect(user.button('Edit')).toHaveCount(0);
  });

  await test.step('a username in the bin is told to be there while somebody types it', async () => {
    watch.expectComplaint(/status of 4(04|22)/);
    await users.open();
    await users.startCreating();
    await users.create.username.fill('tomas');
    await expect(users.create.username).toHaveAccessibleDescription(/Somebody in the bin has this/);
  });

  await test.step('restored as they were', async () => {
    await users.open('?status=bin');
    await users.openPageOf(cast.tomas.name);
    await user.button('Restore').click();
    await expect(user.toast).toContainText('Tomás restored');
    await expect(user.main).toContainText('Active');
    await expect(user.main).toContainText('User managers');
    await new SignIn(await anotherBrowser()).as(cast.tomas);
  });

  await test.step('erasing asks for the username', async () => {
    await remove();
    await user.button('Erase now').click();
    const question = user.question('Erase Tomás Herrera for good?');
    await expect(question).toContainText('This cannot be undone.');
    await expect(question).toContainText('Nobody can ever have the username tomas again');
    const erase = question.getByRole('button', { name: 'Erase Tomás' });
    await expect(erase).toHaveAccessibleDescription('Type the username first.');
    await question.getByLabel('Username').fill('Tomas');
    await erase.click({ force: true });
    await expect(question).toBeVisible();
    await question.getByLabel('Username').fill('tomas');
    await question.getByLabel('Username').press('Enter');
    await expect(user.toast).toContainText('Tomás erased for good');
    await expect(page, 'there is no page of his any more').toHaveURL('/users');
    await expect(users.row(cast.tomas.name)).toHaveCount(0);
  });

  await test.step('nobody can ever have the username again', async () => {
    await users.startCreating();
    await users.create.username.fill('TOMAS');
    await expect(users.create.username).toHaveAccessibleDescription(/belonged to somebody who was erased, and is never given again/);
  });

  await test.step('where they are still shown, they are said to be gone', async () => {
    await hers.askFromRow(cast.tomas.name, 'Edit');
    await expect(hers.toast).toContainText('Tomás Herrera is not there any more');
    await expect(hers.edit.dialog).toBeHidden();
  });
});
