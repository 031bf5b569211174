// Disabling and enabling, who is protected, and what one may not do.

import pg from 'pg';
import { Console } from '../pages/console';
import { User } from '../pages/user';
import { Users } from '../pages/users';
import { SignIn } from '../pages/sign-in';
import { cast } from '../support/cast';
import { expect, test } from '../support/test';

test.use({ needs: { seed: true, fresh: true } });

const INGRID = cast.ingrid.name;
const PRIYA = cast.priya.name;

test('A16: B6: C7: E11: somebody is disabled from their page or the row menu, is out at the next click, and is enabled again', async ({ page, signIn, users, anotherBrowser, watch }) => {
  const theirs = await anotherBrowser();
  const theirSignIn = new SignIn(theirs);
  await theirSignIn.as(cast.priya);
  const other = new User(theirs);
  await other.open(INGRID);
  await signIn.as(cast.ana);
  const user = new User(page);

  await test.step('disabled from the page, which says what that means', async () => {
    await user.open(PRIYA);
    await user.button('Disable').click();
    await user.confirm(/^Disable Priya/, 'Disable Priya', 'Ends 1 session now');
    await expect(user.toast).toContainText('Priya disabled. 1 session ended');
    await expect(user.main).toContainText('Disabled since');
    await expect(user.main).toContainText('Priya cannot sign in; the old password works again once enabled.');
    await expect(user.button('Enable')).toBeVisible();
    await user.openMenu();
    await expect(user.menu.getByRole('menuitem', { name: 'Delete' }), 'which is another thing').toBeVisible();
    await page.keyboard.press('Escape');
  });

  await test.step('out at the next click, and not in again', async () => {
    watch.expectComplaint('status of 401');
    await other.tab('Sessions').click();
    await expect(theirs.getByText(/You are signed out/).first()).toBeVisible();
    await theirs.goto('/users');
    await expect(theirSignIn.notice).toContainText('Your session has ended.');
    await theirSignIn.attempt('priya', cast.priya.password);
    await expect(theirSignIn.refusal).toBeVisible();
  });

  await test.step('the list says it, and the groups stay', async () => {
    await users.open();
    await expect(users.row(PRIYA)).toContainText('Disabled');
    await expect(users.row(PRIYA)).toContainText('Auditors');
  });

  await test.step('enabled again, the old password works', async () => {
    await users.openPageOf(PRIYA);
    await user.button('Enable').click();
    await expect(user.toast).toContainText('Priya enabled');
    await expect(user.button('Disable')).toBeVisible();
    await theirSignIn.as(cast.priya);
  });

  await test.step('from the row menu, where Undo enables again', async () => {
    await users.open();
    await user.askFromRow(INGRID, 'Disable');
    await user.confirm(`Disable ${INGRID}?`, 'Disable Ingrid', 'Ends no session: not signed in anywhere');
    await expect(user.toast).toContainText('Ingrid disabled');
    await expect(users.row(INGRID)).toContainText('Disabled');
    await user.undo();
    await expect(user.toast).toContainText('Ingrid enabled');
    await expect(users.row(INGRID)).toContainText('Active');
    await new SignIn(await anotherBrowser()).as(cast.ingrid);
  });
});

test('A11: one session of a user is ended, or all of them', async ({ page, signIn, anotherBrowser }) => {
  const [first, second] = [await anotherBrowser(), await anotherBrowser()];
  await new SignIn(first).as(cast.ingrid);
  await new SignIn(second).as(cast.ingrid);
  await signIn.as(cast.ana);
  const user = new User(page);
  await user.open(INGRID);
  await expect(user.tab('Sessions')).toContainText('2');
  await user.goTo('Sessions');
  await user.main.getByRole('button', { name: /^End (?!all)/ }).first().click();
  await expect(user.toast).toContainText('Session ended');
  await expect(user.tab('Sessions')).toContainText('1');
  await user.button('End all').click();
  await user.confirm(`End the sessions of ${INGRID}?`, 'End sessions of Ingrid', 'Ends 1 session now');
  await expect(user.toast).toContainText('1 session of Ingrid ended');
  await expect(user.main.getByRole('heading', { name: 'Not signed in anywhere' })).toBeVisible();
  for (const theirs of [first, second]) {
    await theirs.goto('/account');
    await expect(new SignIn(theirs).notice).toContainText('Your session has ended.');
  }
});

test('C8: C9: E7: nobody takes themselves away, and the first administrator is protected until they hand that over', async ({ page, signIn, anotherBrowser, watch }) => {
  const theirs = await anotherBrowser();
  await new SignIn(theirs).as(cast.grace);
  const other = new User(theirs);

  await test.step('C9: nobody deletes themselves: greyed, with the reason', async () => {
    await new Users(theirs).open();
    const menu = await other.openRowMenu(cast.grace.name);
    const remove = menu.getByRole('menuitem', { name: /^Delete/ });
    await expect(remove).toHaveAttribute('aria-disabled', 'true');
    await expect(remove).toContainText('You cannot do this to yourself. Ask another administrator.');
    await remove.click({ force: true });
    await expect(theirs.getByRole('dialog')).toHaveCount(0);
  });

  await test.step('E7: an administrator cannot delete, disable or demote themselves on their own page', async () => {
    await other.open(cast.grace.name);
    const why = 'You cannot do this to yourself. Ask another administrator.';
    await expect(other.button('Disable')).toHaveAccessibleDescription(why);
    await other.openMenu();
    await expect(other.menu.getByRole('menuitem', { name: /^Delete/ })).toContainText(why);
    await theirs.keyboard.press('Escape');
    await other.goTo('Access');
    await expect(other.button('Remove from Administrators')).toHaveAccessibleDescription(why);
  });

  await test.step('one edits oneself as far as one may', async () => {
    await other.button('Edit').click();
    await expect(other.edit.ends).toBeDisabled();
    await expect(other.edit.group('Administrators')).toBeDisabled();
    await expect(other.edit.groups).toContainText('You cannot do this to yourself. Ask another administrator.');
    await expect(other.edit.oneTime).toBeDisabled();
    await expect(other.edit.dialog).toContainText('Change your own password under My account');
    await other.edit.name.fill('Grace O.');
    await other.edit.finish();
    await expect(new Console(theirs).ownButton({ name: 'Grace O.' })).toBeVisible();
  });

  await test.step('C8: the first administrator is protected', async () => {
    await other.open(cast.ana.name);
    const why = /Ana Moreira is the first administrator and protected/;
    await expect(other.button('Disable')).toHaveAccessibleDescription(why);
    await other.openMenu();
    await expect(other.menu.getByRole('menuitem', { name: /^Delete/ })).toContainText(why);
    await theirs.keyboard.press('Escape');
    await other.goTo('Access');
    await expect(other.button('Remove from Administrators')).toHaveAccessibleDescription(why);
  });

  await signIn.as(cast.ana);
  await page.goto('/account');
  await expect(page.locator('html[data-awake]')).toBeAttached();
  const user = new User(page);
  const username = page.getByLabel('Username of another administrator');
  const handOver = page.getByRole('button', { name: 'Hand over' });

  await test.step('the protection goes to an administrator only', async () => {
    watch.expectComplaint(/status of 4(09|22)/);
    await handOver.click();
    await expect(username).toHaveAccessibleDescription(/Fill this in\./);
    await username.fill('nobody');
    await handOver.click();
    await user.confirm('Hand the protection to nobody?', 'Hand over to nobody');
    await expect(username).toHaveAccessibleDescription(/Nobody has this username\./);
    await username.fill('tomas');
    await handOver.click();
    await user.confirm('Hand the protection to tomas?', 'Hand over to tomas');
    await expect(page.getByRole('alert').filter({ hasText: 'is not an active administrator' })).toBeVisible();
  });

  await test.step('C8: until they hand that over', async () => {
    await username.fill('grace');
    await handOver.click();
    await user.confirm('Hand the protection to grace?', 'Hand over to grace', 'Only grace can hand the protection on');
    await expect(user.toast).toContainText('grace is protected now');
    await expect(username).toHaveCount(0);
    await theirs.reload();
    await expect(other.button('Disable')).not.toHaveAttribute('aria-disabled', 'true');
    await user.open('Grace O.');
    await expect(user.main).toContainText('First administrator: protected');
  });
});

test('C10: what an auditor may not do is greyed and names the missing permission', async ({ signIn, users }) => {
  await signIn.as(cast.priya);
  const user = new User(users.page);
  await users.open();
  await expect(users.createButton).toHaveAttribute('aria-disabled', 'true');
  await expect(users.createButton).toHaveAccessibleDescription('Needs the permission “Create users”');
  await users.createButton.click({ force: true });
  await expect(users.create.dialog).toBeHidden();
  const menu = await user.openRowMenu(INGRID);
  for (const [action, permission] of [
    ['Edit', 'Edit users'],
    ['New password', 'Reset credentials'],
    ['End sessions', 'End sessions'],
    ['Disable', 'Disable users'],
    ['Delete', 'Delete users'],
  ] as const) {
    const item = menu.getByRole('menuitem', { name: new RegExp(`^${action}`) });
    await expect(item).toHaveAttribute('aria-disabled', 'true');
    await expect(item).toContainText(`Needs the permission “${permission}”`);
  }
  await user.open(INGRID);
  await expect(user.button('Edit')).toHaveAccessibleDescription('Needs the permission “Edit users”');
  await user.goTo('Access');
  await expect(user.button('Add to group')).toHaveAccessibleDescription('Needs the permission “Assign groups”');
});

test.describe('with a clock', () => {
  test.use({ needs: { seed: true, postgres: true, fresh: true } });

  test('whose account has ended gets a later end, and recent proof is asked for in place, where the act then goes on by itself', async ({ page, desk, signIn, anotherBrowser, watch }) => {
    const theirs = new SignIn(await anotherBrowser());
    const user = new User(page);
    const proof = page.getByRole('dialog', { name: 'Confirm that it is you' });

    await test.step('whose account has ended cannot sign in until it gets a later end', async () => {
      const database = new pg.Client({ connectionString: desk.database.url });
      await database.connect();
      await database.query("UPDATE users SET expires_at = 1767225599999 WHERE username = 'ingrid'");
      await database.end();
      watch.expectComplaint('status of 401');
      await theirs.attempt('ingrid', cast.ingrid.password);
      await expect(theirs.refusal).toBeVisible();

      await signIn.as(cast.ana);
      await user.open(INGRID);
      await expect(user.main).toContainText('The account ended on 31 Dec 2025.');
      await user.main.getByRole('button', { name: 'Edit', exact: true }).last().click();
      await user.edit.ends.fill('2031-12-31');
      await user.edit.finish();
      await expect(user.main).toContainText('Active');
      await theirs.as(cast.ingrid);
    });

    await test.step('recent proof for a form', async () => {
      await desk.database.agePasswordProofs(6);
      watch.expectComplaint('status of 403');
      await user.button('Edit').click();
      await user.edit.name.fill('Ingrid Late');
      await user.edit.save.click();
      await proof.getByLabel('Your password').fill(cast.ana.password);
      await proof.getByLabel('Your password').press('Enter');
      await expect(user.edit.dialog).toBeHidden();
      await expect(page.getByRole('heading', { level: 1, name: 'Ingrid Late' })).toBeVisible();
    });

    await test.step('recent proof for an act', async () => {
      await desk.database.agePasswordProofs(6);
      await user.button('Disable').click();
      await user.question('Disable Ingrid Late?').getByRole('button', { name: 'Disable Ingrid' }).click();
      await proof.getByLabel('Your password').fill(cast.ana.password);
      await proof.getByLabel('Your password').press('Enter');
      await expect(user.toast).toContainText('Ingrid disabled');
      await expect(user.question('Disable Ingrid Late?')).toBeHidden();
    });
  });
});
