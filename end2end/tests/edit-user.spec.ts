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

test('A3: editing with an empty password keeps the old one, what is wrong is told beside its field, and an account ends with its last day', async ({ page, signIn, anotherBrowser, watch }) => {
  const theirs = await anotherBrowser();
  await new SignIn(theirs).as(cast.ingrid);
  await signIn.as(cast.ana);
  const user = new User(page);
  await user.open(INGRID);

  await test.step('what was typed stays where the browser finds something wrong', async () => {
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

  await test.step('an empty password keeps the old one', async () => {
    await expect(user.edit.dialog).toContainText('Username ingrid. It cannot be changed.');
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

  await test.step('an account ends with its last day, which cannot be over', async () => {
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
});

test('C6: E12: a new password, made up or typed, is shown once at most, ends the sessions, and has to be changed', async ({ page, signIn, users, anotherBrowser, watch }) => {
  const theirs = await anotherBrowser();
  const theirSignIn = new SignIn(theirs);
  const theirPassword = new NewPassword(theirs);
  await theirSignIn.as(cast.ingrid);
  await signIn.as(cast.ana);
  const user = new User(page);

  await test.step('a random password is shown once, at creation and at a reset, which ends the sessions', async () => {
    await users.open();
    const first = await users.createUser({ username: 'bruno', name: 'Bruno Costa' });
    expect(first.length).toBeGreaterThanOrEqual(15);

    await user.open(INGRID);
    await user.button('New password').click();
    await user.confirm(`A new password for ${INGRID}?`, 'Give Ingrid a new password', 'Ends 1 session now', 'The old password stops working');
    await expect(user.oneTimePassword.dialog).toContainText(`Give it to ${INGRID} in person`);
    const once = await user.oneTimePassword.takeAndClose();
    await expect(user.toast).toContainText('Ingrid has a new password. 1 session ended');
    expect(once).not.toBe(first);
    await expect(page.getByText(once)).toHaveCount(0);
    await expect(page.getByText(`${INGRID} has to choose a new password at the next sign-in.`)).toBeVisible();

    await theirs.goto('/account');
    await expect(theirSignIn.notice).toContainText('Your session has ended.');
    await theirSignIn.as({ username: 'ingrid', password: once });
    await expect(theirPassword.heading).toBeVisible();
  });

  await test.step('a one-time password from the edit form is shown once as well', async () => {
    await user.button('Edit').click();
    await user.edit.oneTime.check();
    await user.edit.finish();
    const once = await user.oneTimePassword.takeAndClose();
    expect(once.length).toBeGreaterThanOrEqual(15);
    await expect(user.toast).toContainText('Ingrid saved');

    await theirSignIn.as({ username: 'ingrid', password: once });
    await theirPassword.choose(once, PASSWORD);
    await expect(theirs).toHaveURL('/account');
  });

  await test.step('a typed one ends the sessions, and the old password stops working', async () => {
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
    await theirs.goto('/account');
    await expect(theirSignIn.notice).toContainText('Your session has ended.');
    await theirSignIn.attempt('ingrid', PASSWORD);
    await expect(theirSignIn.refusal).toBeVisible();
    await theirSignIn.as({ username: 'ingrid', password: NEW_PASSWORD });
    await expect(theirPassword.heading, 'it has to be changed').toBeVisible();
  });
});

test('A4: somebody is put into another group and taken out, rights move on the next request, and what was removed stays away', async ({ page, signIn, anotherBrowser, watch }) => {
  const theirs = await anotherBrowser();
  await new SignIn(theirs).as(cast.ingrid);
  watch.expectComplaint('status of 403');
  expect((await theirs.goto('/users'))?.status()).toBe(403);
  await signIn.as(cast.ana);
  const user = new User(page);

  await test.step('into a group and out of it, and back by Undo', async () => {
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

  await test.step('a group that was removed stays away when the next is removed before the page shows it', async () => {
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
});

test('E5: a user manager touches nobody who may do more until they are promoted to administrator, which holds on their next request', async ({ page, signIn, anotherBrowser }) => {
  const theirs = await anotherBrowser();
  await new SignIn(theirs).as(cast.tomas);
  const of = new User(theirs);

  await test.step('groups that allow more than they may are greyed, with the reason', async () => {
    const list = new Users(theirs);
    await list.open();
    await list.startCreating();
    const { create } = list;
    await expect(create.group('Administrators')).toBeDisabled();
    await expect(create.groups).toContainText('You cannot put anybody into Administrators: it allows “Erase users”, and you do not hold that yourself.');
    await expect(create.group('Auditors')).toBeDisabled();
    await expect(create.group('User managers')).toBeEnabled();
  });

  await test.step('so is all of an administrator but their name', async () => {
    await of.open('Grace Okafor');
    await expect(of.button('Disable')).toHaveAccessibleDescription(/Grace Okafor may do more than you/);
    await of.button('Edit').click();
    await expect(of.edit.email).toBeDisabled();
    await expect(of.edit.groups).toContainText('Grace Okafor may do more than you');
    await expect(of.edit.typeOne).toBeDisabled();
    await theirs.keyboard.press('Escape');
    await expect(of.edit.dialog).toBeHidden();
  });

  await test.step('promoted', async () => {
    await signIn.as(cast.ana);
    const user = new User(page);
    await user.open(cast.tomas.name, '/access');
    await page.getByRole('button', { name: 'Add to group' }).click();
    await page.getByRole('menuitem', { name: 'Administrators' }).click();
    await expect(user.toast).toContainText('is in Administrators now');
    await theirs.reload();
    await expect(of.button('Disable')).not.toHaveAttribute('aria-disabled', 'true');
  });
});
