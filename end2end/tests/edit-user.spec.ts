import type { Route } from '@playwright/test';
import { User } from '../pages/user';
import { NewPassword } from '../pages/new-password';
import { SignIn } from '../pages/sign-in';
import { Users } from '../pages/users';
import { ask } from '../support/ask';
import { cast, NEW_PASSWORD, PASSWORD } from '../support/cast';
import { expect, test } from '../support/test';

test.use({ needs: { seed: true, fresh: true } });

const INGRID = cast.ingrid.name;

test('A3: editing with an empty password keeps the old one', async ({ page, signIn, anotherBrowser }) => {
  const theirs = await anotherBrowser();
  await new SignIn(theirs).as(cast.ingrid);
  await signIn.as(cast.ana);
  const user = new User(page);
  await user.open(INGRID);
  await user.button('Edit').click();
  await expect(user.edit.dialog).toContainText('Username ingrid. It cannot be changed.');
  await expect(user.edit.name).toHaveValue(INGRID);
  await expect(user.edit.keepPassword).toBeChecked();
  await user.edit.name.fill('Ingrid Berg');
  await user.edit.email.fill('berg@northwind.example');
  await expect(user.edit.email).toHaveAccessibleDescription('Not verified until they confirm it.');
  await user.edit.finish();
  await expect(user.toast).toContainText('Ingrid saved');
  await expect(page.getByRole('heading', { level: 1, name: 'Ingrid Berg' })).toBeVisible();
  await expect(user.fact('E-mail')).toHaveText('berg@northwind.example (not verified)');

  // Her session goes on, and the old password signs in.
  await theirs.goto('/account');
  await expect(theirs.getByRole('region', { name: 'You' })).toContainText('Ingrid Berg');
  const again = new SignIn(await anotherBrowser());
  await again.as(cast.ingrid);
  await expect(again.page).toHaveURL('/account');
});

test('editing with a new password ends the sessions, and the old password stops working', async ({ page, signIn, anotherBrowser, watch }) => {
  const theirs = await anotherBrowser();
  await new SignIn(theirs).as(cast.ingrid);
  await signIn.as(cast.ana);
  const user = new User(page);
  await user.open(INGRID);
  await user.button('Edit').click();
  await user.edit.typeOne.check();
  await expect(user.edit.dialog).toContainText('Ends 1 session now');
  watch.expectComplaint('status of 422');
  await user.edit.password.fill('too short');
  await user.edit.save.click();
  await expect(user.edit.password).toHaveAccessibleDescription(/Use at least 15 characters\./);
  await user.edit.password.fill(NEW_PASSWORD);
  await user.edit.finish();
  await expect(user.toast).toContainText('Ingrid saved. 1 session ended');

  watch.expectComplaint('status of 401');
  const other = new SignIn(theirs);
  await theirs.goto('/account');
  await expect(other.notice).toContainText('Your session has ended.');
  await other.attempt('ingrid', PASSWORD);
  await expect(other.refusal).toBeVisible();
  await other.as({ username: 'ingrid', password: NEW_PASSWORD });
  await expect(new NewPassword(theirs).heading, 'it has to be changed').toBeVisible();
});

test('C6: a random password is shown once, at creation and at a reset', async ({ page, signIn, users, anotherBrowser }) => {
  await signIn.as(cast.ana);
  await users.open();
  const first = await users.createUser({ username: 'bruno', name: 'Bruno Costa' });
  expect(first.length).toBeGreaterThanOrEqual(15);

  const user = new User(page);
  await user.open(INGRID);
  await user.button('New password').click();
  await user.confirm(`A new password for ${INGRID}?`, 'Give Ingrid a new password', 'The old password stops working');
  await expect(user.oneTimePassword.dialog).toContainText(`Give it to ${INGRID} in person`);
  const once = await user.oneTimePassword.takeAndClose();
  await expect(user.toast).toContainText('Ingrid has a new password');
  expect(once).not.toBe(first);
  await expect(page.getByText(once)).toHaveCount(0);
  await expect(page.getByText(`${INGRID} has to choose a new password at the next sign-in.`)).toBeVisible();

  const theirs = await anotherBrowser();
  await new SignIn(theirs).as({ username: 'ingrid', password: once });
  await expect(new NewPassword(theirs).heading).toBeVisible();
});

test('a one-time password from the edit form is shown once as well', async ({ page, signIn }) => {
  await signIn.as(cast.ana);
  const user = new User(page);
  await user.open(INGRID);
  await user.button('Edit').click();
  await user.edit.oneTime.check();
  await user.edit.finish();
  expect((await user.oneTimePassword.takeAndClose()).length).toBeGreaterThanOrEqual(15);
  await expect(user.toast).toContainText('Ingrid saved');
});

test('E12: a password reset ends the sessions', async ({ page, signIn, anotherBrowser }) => {
  const theirs = await anotherBrowser();
  await new SignIn(theirs).as(cast.ingrid);
  await signIn.as(cast.ana);
  const user = new User(page);
  await user.open(INGRID);
  await user.button('New password').click();
  await user.confirm(`A new password for ${INGRID}?`, 'Give Ingrid a new password', 'Ends 1 session now');
  await user.oneTimePassword.takeAndClose();
  await expect(user.toast).toContainText('1 session ended');
  await theirs.goto('/account');
  await expect(new SignIn(theirs).notice).toContainText('Your session has ended.');
});

test('A4: somebody is put into another group, and rights move on the next request', async ({ page, signIn, anotherBrowser, watch }) => {
  const theirs = await anotherBrowser();
  await new SignIn(theirs).as(cast.ingrid);
  watch.expectComplaint('status of 403');
  expect((await theirs.goto('/users'))?.status()).toBe(403);

  await signIn.as(cast.ana);
  const user = new User(page);
  await user.open(INGRID);
  await user.button('Edit').click();
  await user.edit.group('Auditors').check();
  await user.edit.finish();
  await expect(user.tab('Access')).toContainText('1');
  expect((await theirs.goto('/users'))?.status()).toBe(200);

  await user.goTo('Access');
  await expect(user.main).toContainText('May see everything and change nothing.');
  await expect(user.main.getByRole('heading', { name: 'What Ingrid may do' })).toBeVisible();
  await user.button('Remove from Auditors').click();
  await expect(user.toast).toContainText('Ingrid is not in Auditors any more');
  await expect(user.main.getByRole('heading', { name: 'In no group' })).toBeVisible();
  expect((await theirs.goto('/users'))?.status()).toBe(403);

  await user.undo();
  await expect(user.button('Remove from Auditors')).toBeVisible();
  expect((await theirs.goto('/users'))?.status()).toBe(200);
});

test('A4: a group that was removed stays away when the next is removed before the page shows it', async ({ page, signIn }) => {
  await signIn.as(cast.ana);
  const user = new User(page);
  await user.open(INGRID);
  const id = new URL(page.url()).pathname.split('/')[2];
  const groups = await ask<{ id: string; name: string }[]>(page, 'groups/choices');
  const add = groups.filter(({ name }) => ['Administrators', 'Auditors'].includes(name)).map(({ id }) => id);
  await ask(page, 'users/assign_groups', { id, add, remove: [] });
  await user.open(INGRID, '/access');

  // The page goes on showing both until it has learned what is there now.
  const held: Route[] = [];
  let over = false;
  await page.route('**/fn/users/find', (route) => (over ? route.continue() : void held.push(route)));
  await user.button('Remove from Administrators').click();
  await expect(user.toast).toContainText('Ingrid is not in Administrators any more');
  await user.button('Remove from Auditors').click();
  await expect(user.toast).toContainText('Ingrid is not in Auditors any more');
  over = true;
  // One that the page took back is gone.
  await Promise.all(held.map((route) => route.continue().catch(() => undefined)));
  await expect(user.main.getByRole('heading', { name: 'In no group' })).toBeVisible();
});

test('E5: somebody is promoted to administrator, which holds on their next request', async ({ page, signIn, anotherBrowser }) => {
  const theirs = await anotherBrowser();
  await new SignIn(theirs).as(cast.tomas);
  const of = new User(theirs);
  await of.open('Grace Okafor');
  await expect(of.button('Disable')).toHaveAccessibleDescription(/Grace Okafor may do more than you/);

  await signIn.as(cast.ana);
  const user = new User(page);
  await user.open(cast.tomas.name, '/access');
  await page.getByRole('button', { name: 'Add to group' }).click();
  await page.getByRole('menuitem', { name: 'Administrators' }).click();
  await expect(user.toast).toContainText('is in Administrators now');

  await theirs.reload();
  await expect(of.button('Disable')).not.toHaveAttribute('aria-disabled', 'true');
});

test('an account ends with its last day, which cannot be over', async ({ page, signIn, watch }) => {
  await signIn.as(cast.ana);
  const user = new User(page);
  await user.open(INGRID);
  await expect(user.fact('Account ends')).toHaveText('Never');
  await user.button('Edit').click();
  watch.expectComplaint('status of 422');
  await user.edit.ends.fill('2020-01-31');
  await user.edit.save.click();
  await expect(user.edit.ends).toHaveAccessibleDescription(/This day is over\./);
  await user.edit.ends.fill('2031-12-31');
  await user.edit.finish();
  await expect(user.fact('Account ends')).toHaveText('31 Dec 2031');

  await user.button('Edit').click();
  await expect(user.edit.ends).toHaveValue('2031-12-31');
  await user.edit.ends.fill('');
  await user.edit.finish();
  await expect(user.fact('Account ends')).toHaveText('Never');
});

test('what was typed stays where the browser finds something wrong', async ({ page, signIn }) => {
  await signIn.as(cast.ana);
  const user = new User(page);
  await user.open(INGRID);
  await user.button('Edit').click();
  await user.edit.name.fill('  ');
  await user.edit.email.fill('nowhere');
  await user.edit.save.click();
  await expect(user.edit.problems).toContainText('2 things need another look');
  await expect(user.edit.name).toBeFocused();
  await expect(user.edit.email).toHaveAccessibleDescription(/Write an address like/);
  await expect(user.edit.email).toHaveValue('nowhere');
  await page.keyboard.press('Escape');
  await expect(user.edit.dialog).toBeHidden();
  await expect(user.button('Edit')).toBeFocused();
  await user.button('Edit').click();
  await expect(user.edit.name, 'it opens afresh').toHaveValue(INGRID);
});

test('one edits oneself as far as one may', async ({ page, signIn, console }) => {
  await signIn.as(cast.grace);
  const user = new User(page);
  await user.open(cast.grace.name);
  await user.button('Edit').click();
  await expect(user.edit.ends).toBeDisabled();
  await expect(user.edit.group('Administrators')).toBeDisabled();
  await expect(user.edit.groups).toContainText('You cannot do this to yourself. Ask another administrator.');
  await expect(user.edit.oneTime).toBeDisabled();
  await expect(user.edit.dialog).toContainText('Change your own password under My account');
  await user.edit.name.fill('Grace O.');
  await user.edit.finish();
  await expect(console.ownButton({ name: 'Grace O.' })).toBeVisible();
});

test('somebody who is gone meanwhile is said to be gone', async ({ page, signIn, anotherBrowser, watch }) => {
  await signIn.as(cast.ana);
  const users = new Users(page);
  await users.open();
  const theirs = await anotherBrowser();
  await new SignIn(theirs).as(cast.grace);
  const other = new User(theirs);
  await other.open('Yutong Li');
  await other.openMenu();
  await other.menu.getByRole('menuitem', { name: 'Delete' }).click();
  await other.confirm('Delete Yutong Li?', 'Delete Yutong');
  await other.button('Erase now').click();
  await other.question('Erase Yutong Li for good?').getByLabel('Username').fill('yutong');
  await other.confirm('Erase Yutong Li for good?', 'Erase Yutong');

  watch.expectComplaint('status of 404');
  const user = new User(page);
  await user.askFromRow('Yutong Li', 'Edit');
  await expect(user.toast).toContainText('Yutong Li is not there any more');
  await expect(user.edit.dialog).toBeHidden();
});
