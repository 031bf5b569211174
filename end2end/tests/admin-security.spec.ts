// What administrators see and do about what proves other people.

import type { Page } from '@playwright/test';
import pg from 'pg';
import { AuditLog } from '../pages/audit';
import { NewPassword } from '../pages/new-password';
import { Settings } from '../pages/settings';
import { SignIn } from '../pages/sign-in';
import { User, UserSecurity } from '../pages/user';
import { Users } from '../pages/users';
import { awake } from '../support/awake';
import { cast, NEW_PASSWORD, PASSWORD } from '../support/cast';
import { App } from '../support/codes';
import { enrolApp, enrolPasskey, removePassword } from '../support/enrol';
import { Authenticator } from '../support/passkeys';
import { expect, test } from '../support/test';

test.use({ needs: { seed: true, fresh: true } });

const INGRID = cast.ingrid.name;

/** Registers a passkey for whoever is signed in. While the device is plugged in, it answers on every sign-in page. */
async function addPasskey(page: Page, name: string, synced = false): Promise<Authenticator> {
  const device = await Authenticator.plugIn(page, { synced });
  await page.goto('/account');
  await enrolPasskey(page, name);
  return device;
}

/** Ingrid in a browser of hers. */
async function ingridIn(browser: () => Promise<Page>): Promise<Page> {
  const page = await browser();
  await new SignIn(page).quietly(cast.ingrid);
  return page;
}

const secondFactor = (page: Page) => page.getByRole('heading', { name: 'Confirm it is you' });

test('A12: an administrator resets the two-factor authentication of somebody, and their next sign-in asks for no code', async ({ page, signIn, anotherBrowser }) => {
  const theirs = await ingridIn(anotherBrowser);
  await enrolApp(theirs);
  await signIn.quietly(cast.ana);
  const security = new UserSecurity(page);
  await security.open('ingrid');
  await expect(security.line('Recovery codes')).toContainText('10 of 10 left');
  await security.reset.click();
  await security.confirm(
    `Reset the second factors of ${INGRID}?`,
    'Reset those of Ingrid',
    'Ends 1 session now',
    'Their authenticator app gives no code that counts any more',
    '10 recovery codes stop working',
    'the password alone is enough',
  );
  await expect(security.toast).toContainText('Second factors reset, 1 session ended');
  await expect(security.line('Authenticator app')).toContainText('Not set up');
  await expect(security.reset).toHaveAttribute('aria-description', 'They have no second factor.');

  await theirs.goto('/account');
  await expect(new SignIn(theirs).notice).toContainText('Your session has ended.');
  await new SignIn(theirs).as(cast.ingrid);
  await expect(theirs).toHaveURL(/\/account/);
});

test('D11: an administrator resets second factors and password and changes groups, effective immediately', async ({ page, signIn, anotherBrowser, watch }) => {
  const { tomas } = cast;
  const theirs = await anotherBrowser();
  await new SignIn(theirs).quietly(tomas);
  await enrolApp(theirs);
  await signIn.quietly(cast.ana);
  const security = new UserSecurity(page);
  await security.open('tomas');
  await security.reset.click();
  await security.confirm(/^Reset the second factors/, 'Reset those of Tomás', 'Ends 1 session now');
  await expect(security.toast).toContainText('Second factors reset, 1 session ended');
  await security.newPassword.click();
  const user = new User(page);
  await user.confirm(/^A new password for/, 'Give Tomás a new password');
  const given = await user.oneTimePassword.takeAndClose();
  await expect(security.line('Password')).toContainText('Must be changed at the next sign-in');

  await theirs.goto('/users');
  await expect(new SignIn(theirs).notice).toContainText('Your session has ended.');
  await new SignIn(theirs).as({ username: 'tomas', password: given });
  await new NewPassword(theirs).choose(given, NEW_PASSWORD);
  const list = new Users(theirs);
  await list.open();
  await expect(list.table).toBeVisible();
  await user.open('tomas', '/access');
  await user.main.getByRole('button', { name: 'Remove from User managers' }).click();
  await expect(user.toast).toContainText('User managers');
  watch.expectComplaint('status of 403');
  await theirs.goto('/users');
  await expect(list.table).toBeHidden();
});

test('C7: an administrator turns the second factor of somebody off, and disables them, from their page', async ({ page, signIn, anotherBrowser, watch }) => {
  const theirs = await ingridIn(anotherBrowser);
  await enrolApp(theirs);
  const laptop = await addPasskey(theirs, 'Laptop', true);
  await laptop.unplug();
  await signIn.quietly(cast.ana);
  const security = new UserSecurity(page);
  await security.open('ingrid');
  await expect(security.line('Laptop')).toContainText('Synced');
  await security.reset.click();
  const question = security.question(/^Reset the second factors/);
  await expect(question).toContainText('1 passkey stays');
  await question.getByRole('checkbox', { name: 'Remove their passkeys too' }).check();
  await expect(question).toContainText('1 passkey is removed');
  await security.confirm(/^Reset the second factors/, 'Reset those of Ingrid');
  await expect(security.toast).toContainText('Second factors reset');
  await expect(security.line('Laptop')).toHaveCount(0);
  const user = new User(page);
  await user.button('Disable').click();
  await user.confirm(`Disable ${INGRID}?`, 'Disable Ingrid');
  await expect(user.toast).toContainText('Ingrid disabled');
  watch.expectComplaint('status of 401');
  const again = new SignIn(theirs);
  await again.attempt('ingrid', cast.ingrid.password);
  await expect(again.refusal).toBeVisible();
});

test('B7: a second factor that an administrator requires is asked for at the next sign-in', async ({ page, signIn, anotherBrowser }) => {
  await signIn.quietly(cast.ana);
  const security = new UserSecurity(page);
  await security.open('ingrid');
  await expect(security.main).toContainText('Neither the policy nor an administrator requires it of Ingrid.');
  await security.require.click();
  await security.confirm(`Require a second factor of ${INGRID}?`, 'Require it of Ingrid', 'Ingrid has to set one up at the next sign-in');
  await expect(security.toast).toContainText('A second factor is required of Ingrid');
  await expect(security.main).toContainText('An administrator requires it of Ingrid, whatever the policy.');

  const theirs = await anotherBrowser();
  const own = new SignIn(theirs);
  await own.as(cast.ingrid);
  await expect(theirs).toHaveURL(/\/set-up/);
  await theirs.goto('/account');
  await expect(theirs).toHaveURL(/\/set-up/);
  await theirs.getByText('It cannot be scanned').click();
  const app = new App((await theirs.locator('.secret code').innerText()).replaceAll(' ', ''));
  await theirs.getByLabel('Code that the app shows').fill(await app.next());
  await theirs.getByRole('button', { name: 'Verify and go on' }).click();
  await theirs.getByRole('checkbox', { name: 'I have kept these codes' }).check();
  await theirs.getByRole('button', { name: 'Go on', exact: true }).click();
  await expect(theirs).toHaveURL(/\/account/);

  const next = await anotherBrowser();
  await new SignIn(next).as(cast.ingrid);
  await expect(secondFactor(next)).toBeVisible();
  await next.getByLabel('Code from your authenticator app').fill(await app.next());
  await next.getByRole('button', { name: 'Confirm' }).click();
  await expect(next).toHaveURL(/\/account/);

  await security.open('ingrid');
  await expect(security.line('Authenticator app')).toContainText('Set up');
  await security.noLonger.click();
  await security.confirm(/^No longer require/, 'No longer require it');
  await expect(security.toast).toContainText('no longer required of Ingrid alone');
});

test('a passkey that its owner lost is removed and opens nothing any more, unless it is their only way in', async ({ page, signIn, anotherBrowser }) => {
  const theirs = await ingridIn(anotherBrowser);
  const laptop = await addPasskey(theirs, 'Old laptop');
  await laptop.unplug();
  await signIn.quietly(cast.ana);
  const security = new UserSecurity(page);
  await security.open('ingrid');
  await expect(security.line('Old laptop')).toContainText('On one device');
  await expect(security.line('Old laptop')).toContainText('not used yet');
  await security.remove('Old laptop').click();
  await security.confirm('Remove the passkey Old laptop?', 'Remove passkey', 'Ends 1 session now');
  await expect(security.toast).toContainText('Old laptop removed, 1 session ended');
  await expect(security.line('Old laptop')).toHaveCount(0);
  await theirs.goto('/account');
  await expect(new SignIn(theirs).notice).toContainText('Your session has ended.');
  await new SignIn(theirs).as(cast.ingrid);
  await expect(theirs).toHaveURL(/\/account/);

  await addPasskey(theirs, 'Phone');
  await removePassword(theirs);
  await page.reload();
  await awake(page);
  const reason = 'Nothing would be left to sign in with. Give them a new password first.';
  await expect(security.remove('Phone')).toHaveAttribute('aria-description', reason);
  await security.reset.click();
  const question = security.question(/^Reset the second factors/);
  await expect(question.getByRole('checkbox', { name: 'Remove their passkeys too' })).toBeDisabled();
  await expect(question).toContainText(reason);
});

test('D2: the list shows status, groups and second factors, and filters by them', async ({ page, signIn, users, anotherBrowser, watch }) => {
  const theirs = await ingridIn(anotherBrowser);
  await enrolApp(theirs);
  const grace = await anotherBrowser();
  await new SignIn(grace).quietly(cast.grace);
  await addPasskey(grace, 'Key ring');
  await removePassword(grace);

  await signIn.at('/users', cast.ana);
  await expect(await users.cell(INGRID, 'Status')).toContainText('Active');
  await expect(await users.cell(cast.tomas.name, 'Groups')).toContainText('User managers');
  const methods = (name: string) => users.cell(name, 'Sign-in methods');
  await expect(await methods(INGRID)).toHaveText(/^Password Authenticator app\s*$/);
  await expect(await methods(cast.grace.name)).toHaveText(/^Passkey\s*$/);
  await expect(await methods(cast.tomas.name)).toHaveText(/^Password\s*$/);
  await expect(await methods(cast.yutongWhoIsInvited.name)).toHaveText('None');

  await users.filters.open();
  await users.filters.field('Sign-in methods').selectOption('No second factor');
  await users.filters.show();
  await expect(page).toHaveURL(/\?factors=none$/);
  await expect(users.filters.chips).toHaveText(/Sign-in methods: no second factor/);
  await expect(users.row(cast.tomas.name)).toBeVisible();
  await expect(users.row(INGRID)).toBeHidden();
  await users.filters.open();
  await users.filters.field('Sign-in methods').selectOption('Passkey only');
  await users.filters.show();
  await expect(users.names).toHaveText([cast.grace.name]);
  await page.reload();
  await expect(users.names).toHaveText([cast.grace.name]);
  await users.filters.remove('Sign-in methods: passkey only');
  await expect(page).toHaveURL(/\/users$/);

  watch.expectComplaint('status of 422');
  await page.goto('/users?factors=fingers');
  await expect(page.getByRole('main')).toContainText('factors');
  await expect(users.rows).toHaveCount(0);
});

test('D15: disabling exists, and failed sign-ins and resets of second factors are in the audit log', async ({ page, signIn, anotherBrowser, watch }) => {
  const theirs = await ingridIn(anotherBrowser);
  await enrolApp(theirs);
  watch.expectComplaint('status of 401');
  const wrong = new SignIn(await anotherBrowser());
  await wrong.attempt('ingrid', 'wrong anchor paper thunder');
  await expect(wrong.refusal).toBeVisible();
  await signIn.quietly(cast.ana);
  const security = new UserSecurity(page);
  await security.open('ingrid');
  await security.reset.click();
  await security.confirm(/^Reset the second factors/, 'Reset those of Ingrid');
  await expect(security.toast).toContainText('Second factors reset');
  const user = new User(page);
  await user.button('Disable').click();
  await user.confirm(`Disable ${INGRID}?`, 'Disable Ingrid');
  await expect(user.toast).toContainText('Ingrid disabled');
  const log = new AuditLog(page);
  await log.open();
  await expect(log.event(/disabled Ingrid/)).toBeVisible();
  await expect(log.event(/second factors of Ingrid/)).toBeVisible();
  await expect(log.event(/Ingrid.*(failed|could not|wrong)|(failed|could not|wrong).*[Ii]ngrid/)).toBeVisible();
});

test('A14: a password shorter than the policy asks for, or made of our own words, is refused', async ({
  page,
  signIn,
  account,
  watch,
  anotherBrowser,
}) => {
  await signIn.at('/settings', cast.ana);
  const settings = new Settings(page);
  const rules = settings.security;

  await test.step('the rules are saved, wrong ones are named beside their fields, and what was typed stays', async () => {
    await expect(rules.required('Nobody')).toBeChecked();
    await rules.required('These groups').check();
    await rules.apps.uncheck();
    await rules.passkeys.uncheck();
    await rules.rememberDays.fill('often');
    await rules.least.fill('5');
    await rules.words.fill('Fjord');
    await rules.save.click();
    await expect(rules.problems).toContainText('4 things need another look');
    await expect(rules.card).toContainText('Choose at least one group.');
    await expect(rules.card).toContainText('Choose at least one kind.');
    await expect(rules.rememberDays).toHaveAccessibleDescription(/Use a number from 0 to 365/);
    await expect(rules.least).toHaveAccessibleDescription(/Use a number from 6 to 64/);
    await expect(rules.least).toHaveValue('5');
    await expect(rules.words).toHaveValue('Fjord');

    await rules.group('Auditors').check();
    await rules.apps.check();
    await rules.passkeys.check();
    await rules.rememberDays.fill('7');
    await rules.least.fill('12');
    await rules.save.click();
    await rules.confirm('1 person has none that counts, and sets one up at their next sign-in, before anything else');
    await expect(settings.toast).toContainText('Security settings saved');
    await settings.open();
    await expect(rules.required('These groups')).toBeChecked();
    await expect(rules.group('Auditors')).toBeChecked();
    await expect(rules.least).toHaveValue('12');
    await expect(rules.words).toHaveValue('Fjord');

    const auditor = await anotherBrowser();
    await new SignIn(auditor).as(cast.priya);
    await expect(auditor).toHaveURL(/\/set-up/);
    // Whoever asks for less is not asked.
    await rules.required('Nobody').check();
    await rules.save.click();
    await expect(settings.toast).toContainText('Security settings saved');
    await expect(rules.question).toBeHidden();
    await expect(settings.main.locator('.card').filter({ hasText: 'Addresses' })).toContainText('localhost');
  });

  await rules.least.fill('20');
  await rules.words.fill('Fjordlantern');
  // The last one said so, too: what is waited for is the answer.
  const saved = page.waitForResponse('**/fn/settings/update_security');
  await rules.save.click();
  expect((await saved).status()).toBe(200);

  await account.openSecurity();
  watch.expectComplaint('status of 422');
  await account.changePassword(PASSWORD, 'orbit mustard qua');
  await expect(account.newPassword).toHaveAccessibleDescription(/Use at least 20 characters/);
  await account.changePassword(PASSWORD, 'Fjordlantern Fjordlantern 2027');
  await expect(account.newPassword).toHaveAccessibleDescription(/made of your name or ours/);
});

test.describe('whoever is held up', () => {
  test.use({ needs: { seed: true, fresh: true, postgres: true } });

  test('T7: somebody who is held up after six wrong tries is shown as locked out and released with one click', async ({ page, signIn, users, anotherBrowser, desk, watch }) => {
    watch.expectComplaint('status of 401');
    const wrong = new SignIn(await anotherBrowser());
    for (let tries = 0; tries < 6; tries += 1) {
      await wrong.attempt('ingrid', 'wrong anchor paper thunder');
      await expect(wrong.refusal).toBeVisible();
    }
    // The first wait is a second; more tries would have made it minutes.
    const client = new pg.Client(desk.database.url);
    await client.connect();
    await client.query("UPDATE throttle SET blocked_until = blocked_until + 600000 WHERE user_id IS NOT NULL AND blocked_until > 0");
    await client.end();

    await signIn.at('/users?factors=locked', cast.ana);
    await expect(users.names).toHaveText([INGRID]);
    await expect(await users.cell(INGRID, 'Status')).toContainText('Locked out');
    const security = new UserSecurity(page);
    await security.open('ingrid');
    await expect(page.getByTitle(/^New browsers wait \d+ minutes more$/)).toHaveText('Locked out');
    await expect(security.main).toContainText(/New browsers wait \d+ minutes more after wrong tries/);
    await wrong.attempt('ingrid', cast.ingrid.password);
    await expect(wrong.refusal).toBeVisible();
    await security.release.click();
    await expect(security.toast).toContainText('Ingrid can try again at once');
    await expect(security.release).toBeHidden();
    await expect(page.getByText('Locked out')).toHaveCount(0);
    await wrong.as(cast.ingrid);
  });
});
