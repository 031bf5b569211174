// Deleting, the bin, and erasing for good.

import { User } from '../pages/user';
import { SignIn } from '../pages/sign-in';
import { cast } from '../support/cast';
import { expect, test } from '../support/test';

test.use({ needs: { seed: true, fresh: true } });

const INGRID = cast.ingrid.name;

test('A5: deleting asks first, in numbers, and ends the sessions', async ({ page, signIn, users, anotherBrowser }) => {
  const theirs = await anotherBrowser();
  await new SignIn(theirs).as(cast.ingrid);
  await signIn.as(cast.ana);
  const user = new User(page);
  await users.open();
  await user.askFromRow(INGRID, 'Delete');
  const question = user.question(`Delete ${INGRID}?`);
  await expect(question).toContainText('Ends 1 session now');
  await expect(question).toContainText(/Stays in the bin until \d+ \w{3} \d{4}; can be restored until then/);
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect(users.row(INGRID), 'nothing happened yet').toBeVisible();

  await user.askFromRow(INGRID, 'Delete');
  await user.confirm(`Delete ${INGRID}?`, 'Delete Ingrid');
  await expect(user.toast).toContainText('Ingrid moved to the bin. 1 session ended');
  await theirs.goto('/account');
  await expect(new SignIn(theirs).notice).toContainText('Your session has ended.');
});

test('D4: delete from the row menu, with confirmation and Undo', async ({ page, signIn, users, anotherBrowser, watch }) => {
  await signIn.as(cast.ana);
  const user = new User(page);
  await users.open();
  await user.askFromRow(INGRID, 'Delete');
  await user.confirm(`Delete ${INGRID}?`, 'Delete Ingrid');
  watch.expectComplaint('status of 401');
  const theirs = new SignIn(await anotherBrowser());
  await theirs.attempt('ingrid', cast.ingrid.password);
  await expect(theirs.refusal).toBeVisible();

  await user.undo();
  await expect(user.toast).toContainText('Ingrid restored');
  await expect(users.row(INGRID)).toContainText('Active');
  await theirs.as(cast.ingrid);
});

test('D4: edit from the row menu', async ({ page, signIn, users }) => {
  await signIn.as(cast.ana);
  const user = new User(page);
  await users.open();
  await user.askFromRow(INGRID, 'Edit');
  await user.edit.name.fill('Ingrid Berg');
  await user.edit.finish();
  await expect(users.row('Ingrid Berg')).toBeVisible();
});

test('somebody in the bin is told with the day of erasure, and restored as they were', async ({ page, signIn, anotherBrowser }) => {
  await signIn.as(cast.ana);
  const user = new User(page);
  await user.open(cast.tomas.name);
  await user.openMenu();
  await user.menu.getByRole('menuitem', { name: 'Delete' }).click();
  await user.confirm(/^Delete Tomás Herrera/, 'Delete Tomás');
  await expect(user.main).toContainText(/In the bin since .+ Erased for good on \d+ \w{3} \d{4}/);
  await expect(user.button('Edit')).toHaveCount(0);
  await user.button('Restore').click();
  await expect(user.toast).toContainText('Tomás restored');
  await expect(user.main).toContainText('Active');
  await expect(user.main).toContainText('User managers');
  await new SignIn(await anotherBrowser()).as(cast.tomas);
});

test('erasing asks for the username, and nobody can ever have it again', async ({ page, signIn, users, watch }) => {
  await signIn.as(cast.ana);
  const user = new User(page);
  await user.open(INGRID);
  await user.openMenu();
  await user.menu.getByRole('menuitem', { name: 'Delete' }).click();
  await user.confirm(`Delete ${INGRID}?`, 'Delete Ingrid');
  await user.button('Erase now').click();
  const question = user.question(`Erase ${INGRID} for good?`);
  await expect(question).toContainText('This cannot be undone.');
  await expect(question).toContainText('Nobody can ever have the username ingrid again');
  const erase = question.getByRole('button', { name: 'Erase Ingrid' });
  await expect(erase).toHaveAccessibleDescription('Type the username first.');
  await question.getByLabel('Username').fill('Ingrid');
  await erase.click({ force: true });
  await expect(question).toBeVisible();
  await question.getByLabel('Username').fill('ingrid');
  watch.expectComplaint(/status of 4(04|22)/);
  await question.getByLabel('Username').press('Enter');
  await expect(user.toast).toContainText('Ingrid erased for good');
  await expect(page, 'there is no page of hers any more').toHaveURL('/users');
  await expect(users.row(INGRID)).toHaveCount(0);
  await users.startCreating();
  await users.create.username.fill('INGRID');
  await expect(users.create.username).toHaveAccessibleDescription(/belonged to somebody who was erased, and is never given again/);
});

test('a username in the bin is told to be there while somebody types it', async ({ page, signIn, users, watch }) => {
  watch.expectComplaint('status of 422');
  await signIn.as(cast.ana);
  const user = new User(page);
  await users.open();
  await user.askFromRow(INGRID, 'Delete');
  await user.confirm(`Delete ${INGRID}?`, 'Delete Ingrid');
  await users.open();
  await users.startCreating();
  await users.create.username.fill('ingrid');
  await expect(users.create.username).toHaveAccessibleDescription(/Somebody in the bin has this/);
});
