// A session that ends while somebody works: they sign in again where they are.

import type { Page } from '@playwright/test';
import { SignIn } from '../pages/sign-in';
import { ask, idOf } from '../support/ask';
import { awake } from '../support/awake';
import { cast, NEW_PASSWORD, PASSWORD } from '../support/cast';
import { enrolPasskey, removePassword } from '../support/enrol';
import { Authenticator } from '../support/passkeys';
import { expect, test } from '../support/test';

test.use({ needs: { seed: true, fresh: true } });
test.beforeEach(({ watch }) => watch.expectComplaint('status of 401'));

const dialog = (page: Page) => page.getByRole('dialog', { name: 'Sign in again' });
const password = (page: Page) => dialog(page).getByLabel('Password', { exact: true });

/** Signs somebody in elsewhere; what comes back ends every session of theirs but that one. */
async function elsewhere(page: Page, person: { username: string; password: string }) {
  await new SignIn(page).quietly(person);
  return async () => expect(await ask<number>(page, 'account/end_other_sessions')).toBeGreaterThan(0);
}

async function signInAgain(page: Page, secret = PASSWORD) {
  await expect(password(page)).toBeFocused();
  await password(page).fill(secret);
  await page.keyboard.press('Enter');
}

test('whoever is signed out in the middle of a form loses nothing, and what was asked for goes on', async ({
  page,
  signIn,
  users,
  console,
  anotherBrowser,
}) => {
  const endOthers = await elsewhere(await anotherBrowser(), cast.ana);
  await signIn.at('/users', cast.ana);
  await users.startCreating();
  await users.create.fillIn({ username: 'late', name: 'Late Comer', email: 'late@northwind.example', groups: ['Auditors'], password: PASSWORD });
  await expect(users.create.username).toHaveAccessibleDescription(/Free to use/);
  await endOthers();

  await users.create.send();
  await expect(dialog(page)).toContainText('You are signed out. Your session was ended.');
  await expect(dialog(page)).toContainText('Ana Moreira');
  await expect(users.create.email).toHaveValue('late@northwind.example');

  await test.step('a wrong password reads as on the page before the console', async () => {
    await password(page).fill('not her password at all');
    await page.keyboard.press('Enter');
    await expect(password(page)).toHaveAccessibleDescription(/These do not match an account that can sign in now\./);
    await expect(dialog(page)).toBeVisible();
  });

  await password(page).fill(PASSWORD);
  await page.keyboard.press('Enter');
  await expect(dialog(page)).toBeHidden();
  await expect(console.toast.first()).toContainText('Late Comer can sign in now');
  await expect(users.row('Late Comer')).toContainText('Auditors');

  await test.step('a name that is checked while typing asks as well, and typing goes on afterwards', async () => {
    await users.startCreating();
    // What the form offers is there: nothing else is asked for before the name.
    await expect(users.create.group('Auditors')).toBeVisible();
    await endOthers();
    await users.create.username.fill('olga');
    await signInAgain(page);
    await expect(dialog(page)).toBeHidden();
    await expect(users.create.username).toHaveValue('olga');
    await users.create.username.fill('olga.petrova');
    await expect(users.create.username).toHaveAccessibleDescription(/Free to use/);
  });

  await test.step('whoever closes the dialog is asked again at the next click', async () => {
    await users.create.fillIn({ username: 'later', name: 'Later Comer' });
    await expect(users.create.username).toHaveAccessibleDescription(/Free to use/);
    await endOthers();
    await users.create.send();
    await expect(password(page)).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(dialog(page)).toBeHidden();
    await expect(users.create.name).toHaveValue('Later Comer');
    await users.create.send();
    await signInAgain(page);
    await users.oneTimePassword.takeAndClose();
    await expect(users.row('Later Comer'), 'once, not twice').toHaveCount(1);
  });

  await test.step('proof that is asked for after the session has ended is given by signing in', async () => {
    await users.startCreating();
    await users.create.fillIn({ username: 'proven', name: 'Proven Person', password: PASSWORD });
    await expect(users.create.username).toHaveAccessibleDescription(/Free to use/);
    const answer = JSON.stringify('ProofNeeded');
    await page.route('**/fn/users/create', (route) => route.fulfill({ status: 401, contentType: 'application/json', body: answer }), { times: 1 });
    await users.create.send();
    const proof = page.getByRole('dialog', { name: 'Confirm that it is you' });
    await expect(proof).toBeVisible();
    await endOthers();
    await proof.getByLabel('Your password').fill(PASSWORD);
    await proof.getByRole('button', { name: 'Confirm' }).click();
    await signInAgain(page);
    await expect(proof).toBeHidden();
    await expect(console.toast.first()).toContainText('Proven Person can sign in now');
  });
});

test('a page that could not be loaded is there after signing in, for whoever that is', async ({ page, signIn, users, console, anotherBrowser }) => {
  const other = await anotherBrowser();
  const endOthers = await elsewhere(other, cast.ana);
  await signIn.at('/users?sort=name', cast.ana);
  await endOthers();
  await console.goTo('Groups');
  await expect(dialog(page)).toContainText('You are signed out. Your session was ended.');
  await signInAgain(page);
  await expect(page).toHaveURL('/groups');
  await expect(console.main.getByRole('heading', { name: 'Auditors' })).toBeVisible();
  await expect(dialog(page)).toBeHidden();

  await test.step('where it is another person who has signed in, the page is built anew for them', async () => {
    await users.open();
    await endOthers();
    await console.goTo('Groups');
    const asGrace = JSON.stringify({ step: { password: { username: 'grace', password: PASSWORD } } });
    await page.route('**/sign_in_here', (route) => route.continue({ postData: asGrace }), { times: 1 });
    await signInAgain(page);
    await expect(console.ownButton(cast.grace)).toBeVisible();
    await expect(console.heading('Groups')).toBeVisible();
  });

  await test.step('somebody else signs in on the page for it, and gets back here', async () => {
    await users.open();
    await ask(other, 'users/end_sessions', { id: await idOf(other, 'grace'), only: null });
    await console.goTo('Groups');
    await expect(dialog(page)).toBeVisible();
    await dialog(page).getByRole('link', { name: 'Sign in as somebody else' }).click();
    await expect(signIn.heading).toBeVisible();
    await signIn.fillIn(cast.priya.username, cast.priya.password);
    await expect(page).toHaveURL('/groups');
    await expect(console.ownButton(cast.priya)).toBeVisible();
  });
});

test('whoever comes back owes something first: a new password, or a second factor', async ({ page, signIn, users, console, newPassword, anotherBrowser, watch }) => {
  watch.expectComplaint('status of 403');
  const other = await anotherBrowser();
  await new SignIn(other).quietly(cast.ana);
  const id = await idOf(other, 'priya');
  await signIn.quietly(cast.priya);

  const given = await test.step('whoever comes back with a one-time password has to replace it first', async () => {
    await users.open();
    const { one_time_password } = await ask<{ one_time_password: string | null }>(other, 'users/reset_password', { id });
    await console.goTo('Groups');
    await signInAgain(page, one_time_password!);
    await expect(newPassword.heading).toBeVisible();
    return one_time_password!;
  });

  await test.step('whoever has to set a second factor up first is led to where that is done', async () => {
    await newPassword.choose(given, NEW_PASSWORD);
    await expect(page).toHaveURL('/users');
    await awake(page);
    await ask(other, 'users/ask_second_factor', { id, required: true });
    await ask(other, 'users/end_sessions', { id, only: null });
    await console.goTo('Groups');
    await signInAgain(page, NEW_PASSWORD);
    await expect(page).toHaveURL('/set-up');
    await expect(page.getByRole('heading', { name: 'Set up a second factor' })).toBeVisible();
  });
});

test.describe('with a passkey', () => {
  const usePasskey = (page: Page) => dialog(page).getByRole('button', { name: 'Use a passkey' });

  /** Signs somebody in and gives them a passkey on a device of this browser. */
  async function withPasskey(page: Page, person = cast.tomas): Promise<Authenticator> {
    await new SignIn(page).at('/account', person);
    const device = await Authenticator.plugIn(page);
    await enrolPasskey(page);
    return device;
  }

  test('D9: whoever has only passkeys signs in with one where they are, by the keyboard alone, and loses nothing', async ({
    page,
    users,
    console,
    anotherBrowser,
  }) => {
    const device = await withPasskey(page);
    await removePassword(page);
    const administrators = await anotherBrowser();
    await new SignIn(administrators).quietly(cast.ana);
    const id = await idOf(administrators, 'tomas');
    const endAll = async () => ask(administrators, 'users/end_sessions', { id, only: null });
    await users.open();
    await users.startCreating();
    await users.create.fillIn({ username: 'late', name: 'Late Comer', password: PASSWORD });
    await expect(users.create.username).toHaveAccessibleDescription(/Free to use/);
    await endAll();
    await users.create.name.press('Enter');
    await expect(dialog(page)).toContainText('You are signed out. Your session was ended. What you typed is still here.');
    await expect(dialog(page)).toContainText(cast.tomas.name);
    await expect(usePasskey(page)).toBeFocused();
    await expect(dialog(page).getByRole('button', { name: 'Use your password' })).toHaveCount(0);
    await page.keyboard.press('Enter');
    await expect(dialog(page)).toBeHidden();
    await expect(console.toast.first()).toContainText('Late Comer can sign in now');
    await expect(users.row('Late Comer')).toHaveCount(1);

    await test.step('a passkey that is not given says so, and the dialog stays until it is', async () => {
      await users.startCreating();
      await users.create.fillIn({ username: 'later', name: 'Later Comer', email: 'later@northwind.example' });
      await expect(users.create.username).toHaveAccessibleDescription(/Free to use/);
      await endAll();
      await device.ownerIsThere(false);
      await users.create.send();
      await usePasskey(page).click();
      await expect(dialog(page).getByRole('alert')).toHaveText(/No passkey was used|could not be used/);
      await expect(usePasskey(page)).toBeFocused();
      await device.ownerIsThere(true);
      await usePasskey(page).click();
      await users.oneTimePassword.takeAndClose();
      await expect(users.row('Later Comer'), 'once, not twice').toHaveCount(1);
    });
  });

  test('T11: whoever is disabled while signed in is told at the next click, and comes back neither by passkey nor by password', async ({
    page,
    users,
    console,
    anotherBrowser,
  }) => {
    await withPasskey(page);
    await users.open();
    const other = await anotherBrowser();
    await new SignIn(other).quietly(cast.ana);
    await ask(other, 'users/disable', { id: await idOf(other, 'tomas') });
    await console.goTo('Groups');
    await expect(dialog(page)).toContainText('You are signed out. Your session was ended.');
    await usePasskey(page).click();
    await expect(dialog(page).getByRole('alert')).toContainText('These do not match an account that can sign in now.');
    await dialog(page).getByRole('button', { name: 'Use your password' }).click();
    await signInAgain(page);
    await expect(password(page)).toHaveAccessibleDescription(/These do not match an account that can sign in now\./);
    await expect(dialog(page)).toBeVisible();
  });

  test('where it is the passkey of another person, the page is built anew for them', async ({ page, signIn, users, console }) => {
    await withPasskey(page, cast.grace);
    await page.context().clearCookies();
    await signIn.at('/account', cast.ana);
    await enrolPasskey(page);
    await users.open();
    const over = { status: 401, contentType: 'application/json', body: JSON.stringify('SignedOut') };
    await page.route('**/fn/groups/list', (route) => route.fulfill(over), { times: 1 });
    await page.route('**/sign-in/passkey/ask', (route) => route.continue({ postData: 'username=grace' }));
    await console.goTo('Groups');
    await usePasskey(page).click();
    await expect(console.ownButton(cast.grace)).toBeVisible();
    await expect(console.heading('Groups')).toBeVisible();
    await expect(dialog(page)).toBeHidden();
  });
});
