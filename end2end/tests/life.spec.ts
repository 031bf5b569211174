// Disabling and enabling, who is protected, and what one may not do.

import pg from 'pg';
import { User } from '../pages/user';
import { SignIn } from '../pages/sign-in';
import { cast } from '../support/cast';
import { expect, test } from '../support/test';

test.use({ needs: { seed: true, fresh: true } });

const INGRID = cast.ingrid.name;

test('B6: somebody is deactivated and reactivated, and the old password works again', async ({ page, signIn, anotherBrowser, watch }) => {
  await signIn.as(cast.ana);
  const user = new User(page);
  await user.open(INGRID);
  await user.button('Disable').click();
  await user.confirm(`Disable ${INGRID}?`, 'Disable Ingrid', 'Ends no session: not signed in anywhere');
  await expect(user.toast).toContainText('Ingrid disabled');
  await expect(user.main).toContainText('Disabled since');

  watch.expectComplaint('status of 401');
  const theirs = new SignIn(await anotherBrowser());
  await theirs.attempt('ingrid', cast.ingrid.password);
  await expect(theirs.refusal).toBeVisible();

  await user.button('Enable').click();
  await expect(user.toast).toContainText('Ingrid enabled');
  await expect(user.button('Disable')).toBeVisible();
  await theirs.as(cast.ingrid);
});

test('C7: a user is disabled from the row menu, and Undo enables again', async ({ page, signIn, users, anotherBrowser }) => {
  await signIn.as(cast.ana);
  const user = new User(page);
  await users.open();
  await user.askFromRow(INGRID, 'Disable');
  await user.confirm(`Disable ${INGRID}?`, 'Disable Ingrid');
  await expect(users.row(INGRID)).toContainText('Disabled');
  await user.undo();
  await expect(users.row(INGRID)).toContainText('Active');
  await new SignIn(await anotherBrowser()).as(cast.ingrid);
});

test('E11: a user can be disabled instead of deleted', async ({ page, signIn, users }) => {
  await signIn.as(cast.ana);
  const user = new User(page);
  await user.open(cast.tomas.name);
  await user.button('Disable').click();
  await user.confirm(/^Disable Tomás/, 'Disable Tomás');
  await expect(user.main).toContainText('Tomás cannot sign in; the old password works again once enabled.');
  await expect(user.button('Enable')).toBeVisible();
  await user.openMenu();
  await expect(user.menu.getByRole('menuitem', { name: 'Delete' })).toBeVisible();
  await users.open();
  await expect(users.row(cast.tomas.name)).toContainText('Disabled');
  await expect(users.row(cast.tomas.name)).toContainText('User managers');
});

test('A16: whoever is disabled while signed in is signed out at the next click', async ({ page, signIn, anotherBrowser, watch }) => {
  const theirs = await anotherBrowser();
  await new SignIn(theirs).as(cast.priya);
  const other = new User(theirs);
  await other.open(INGRID);

  await signIn.as(cast.ana);
  const user = new User(page);
  await user.open(cast.priya.name);
  await user.button('Disable').click();
  await user.confirm(/^Disable Priya/, 'Disable Priya', 'Ends 1 session now');
  await expect(user.toast).toContainText('Priya disabled. 1 session ended');

  watch.expectComplaint('status of 401');
  await other.tab('Sessions').click();
  await expect(theirs.getByText(/You are signed out/).first()).toBeVisible();
  await theirs.goto('/users');
  await expect(new SignIn(theirs).notice).toContainText('Your session has ended.');
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

test('C9: nobody deletes themselves: greyed, with the reason', async ({ page, signIn, users }) => {
  await signIn.as(cast.grace);
  const user = new User(page);
  await users.open();
  const menu = await user.openRowMenu(cast.grace.name);
  const remove = menu.getByRole('menuitem', { name: /^Delete/ });
  await expect(remove).toHaveAttribute('aria-disabled', 'true');
  await expect(remove).toContainText('You cannot do this to yourself. Ask another administrator.');
  await remove.click({ force: true });
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('E7: an administrator cannot delete, disable or demote themselves on their own page', async ({ page, signIn }) => {
  await signIn.as(cast.grace);
  const user = new User(page);
  await user.open(cast.grace.name);
  const why = 'You cannot do this to yourself. Ask another administrator.';
  await expect(user.button('Disable')).toHaveAccessibleDescription(why);
  await user.openMenu();
  await expect(user.menu.getByRole('menuitem', { name: /^Delete/ })).toContainText(why);
  await page.keyboard.press('Escape');
  await user.goTo('Access');
  await expect(user.button('Remove from Administrators')).toHaveAccessibleDescription(why);
});

test('C8: the first administrator is protected until they hand that over', async ({ page, signIn, anotherBrowser }) => {
  const theirs = await anotherBrowser();
  await new SignIn(theirs).as(cast.grace);
  const other = new User(theirs);
  await other.open(cast.ana.name);
  const why = /Ana Moreira is the first administrator and protected/;
  await expect(other.button('Disable')).toHaveAccessibleDescription(why);
  await other.openMenu();
  await expect(other.menu.getByRole('menuitem', { name: /^Delete/ })).toContainText(why);
  await theirs.keyboard.press('Escape');
  await other.goTo('Access');
  await expect(other.button('Remove from Administrators')).toHaveAccessibleDescription(why);

  await signIn.as(cast.ana);
  await page.goto('/account');
  const account = new User(page);
  await expect(page.locator('html[data-awake]')).toBeAttached();
  const card = page.getByLabel('Username of another administrator');
  await card.fill('grace');
  await page.getByRole('button', { name: 'Hand over' }).click();
  await account.confirm('Hand the protection to grace?', 'Hand over to grace', 'Only grace can hand the protection on');
  await expect(account.toast).toContainText('grace is protected now');
  await expect(card).toHaveCount(0);

  await theirs.reload();
  await expect(other.button('Disable')).not.toHaveAttribute('aria-disabled', 'true');
  await new User(page).open(cast.grace.name);
  await expect(account.main).toContainText('First administrator: protected');
});

test('the protection goes to an administrator only', async ({ page, signIn, watch }) => {
  await signIn.as(cast.ana);
  watch.expectComplaint(/status of 4(09|22)/);
  await page.goto('/account');
  await expect(page.locator('html[data-awake]')).toBeAttached();
  const user = new User(page);
  const username = page.getByLabel('Username of another administrator');
  const handOver = page.getByRole('button', { name: 'Hand over' });
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

test('C10: what an auditor may not do is greyed and names the missing permission', async ({ page, signIn, users }) => {
  await signIn.as(cast.priya);
  const user = new User(page);
  await users.open();
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

test('a user manager touches nobody who may do more', async ({ page, signIn }) => {
  await signIn.as(cast.tomas);
  const user = new User(page);
  await user.open(cast.grace.name);
  for (const action of ['New password', 'Disable']) {
    await expect(user.button(action)).toHaveAccessibleDescription(/Grace Okafor may do more than you/);
  }
  await user.button('Edit').click();
  await expect(user.edit.email).toBeDisabled();
  await expect(user.edit.groups).toContainText('Grace Okafor may do more than you');
  await expect(user.edit.typeOne).toBeDisabled();
  await page.keyboard.press('Escape');
  await user.open(INGRID, '/access');
  await page.getByRole('button', { name: 'Add to group' }).click();
  const auditors = page.getByRole('menuitem', { name: /^Auditors/ });
  await expect(auditors).toHaveAttribute('aria-disabled', 'true');
  await expect(auditors).toContainText('You cannot put anybody into Auditors');
});

test.describe('with a clock', () => {
  test.use({ needs: { seed: true, postgres: true, fresh: true } });

  test('whose account has ended cannot sign in until it gets a later end', async ({ page, desk, signIn, anotherBrowser, watch }) => {
    const database = new pg.Client({ connectionString: desk.database.url });
    await database.connect();
    await database.query("UPDATE users SET expires_at = 1767225599999 WHERE username = 'ingrid'");
    await database.end();
    watch.expectComplaint('status of 401');
    const theirs = new SignIn(await anotherBrowser());
    await theirs.attempt('ingrid', cast.ingrid.password);
    await expect(theirs.refusal).toBeVisible();

    await signIn.as(cast.ana);
    const user = new User(page);
    await user.open(INGRID);
    await expect(user.main).toContainText('The account ended on 31 Dec 2025.');
    await user.main.getByRole('button', { name: 'Edit', exact: true }).last().click();
    await user.edit.ends.fill('2031-12-31');
    await user.edit.finish();
    await expect(user.main).toContainText('Active');
    await theirs.as(cast.ingrid);
  });

  test('recent proof is asked for in place, and the act then goes on by itself', async ({ page, desk, signIn, watch }) => {
    await signIn.as(cast.ana);
    const user = new User(page);
    await user.open(INGRID);
    await desk.database.agePasswordProofs(6);
    watch.expectComplaint('status of 403');
    await user.button('Disable').click();
    await user.question(`Disable ${INGRID}?`).getByRole('button', { name: 'Disable Ingrid' }).click();
    const proof = page.getByRole('dialog', { name: 'Confirm that it is you' });
    await proof.getByLabel('Your password').fill(cast.ana.password);
    await proof.getByLabel('Your password').press('Enter');
    await expect(user.toast).toContainText('Ingrid disabled');
    await expect(user.question(`Disable ${INGRID}?`)).toBeHidden();

    await desk.database.agePasswordProofs(6);
    await user.button('Edit').click();
    await user.edit.name.fill('Ingrid Late');
    await user.edit.save.click();
    await proof.getByLabel('Your password').fill(cast.ana.password);
    await proof.getByLabel('Your password').press('Enter');
    await expect(user.edit.dialog).toBeHidden();
    await expect(page.getByRole('heading', { level: 1, name: 'Ingrid Late' })).toBeVisible();
  });
});
