// What people do about what proves them: passkeys, authenticator app, recovery codes, password.

import type { Page } from '@playwright/test';
import { OwnFactors } from '../pages/account';
import { SignIn } from '../pages/sign-in';
import { ask, idOf } from '../support/ask';
import { awake } from '../support/awake';
import { expectAccessible } from '../support/axe';
import { cast, NEW_PASSWORD, PASSWORD } from '../support/cast';
import { enrolApp, enrolPasskey } from '../support/enrol';
import { Authenticator } from '../support/passkeys';
import { expect, test } from '../support/test';

test.use({ needs: { seed: true, fresh: true } });

test.describe('passkeys', () => {
  test('D9: passkeys are added, named, renamed and removed', async ({ page, signIn, account, watch }) => {
    await signIn.at('/account/security', cast.ingrid);
    const own = new OwnFactors(page);
    await expect(own.verdict).toHaveText('Only a password protects you');

    const laptop = await Authenticator.plugIn(page);
    await test.step('whoever thinks better of it keeps none, and one whose finger is wrong is told', async () => {
      await laptop.ownerIsThere(false);
      await own.addPasskey('Laptop');
      await expect(own.newPasskey.problem).toContainText(/No passkey was used|could not be used/);
      await own.newPasskey.dialog.getByRole('button', { name: 'Cancel' }).click();
      await expect(own.card('Passkeys')).toContainText('None');
      expect(await laptop.count()).toBe(0);
      await laptop.ownerIsThere(true);
    });
    await own.addPasskey('Laptop');
    await expect(own.codes.dialog, 'the first second factor brings recovery codes').toBeVisible();
    await own.codes.keep();
    await expect(own.passkey('Laptop')).toContainText('On one device');
    await expect(own.verdict).toHaveText('Well protected');

    await test.step('a device that has one already says so', async () => {
      await own.addPasskey('Laptop again');
      await expect(own.newPasskey.problem).toContainText('This device has a passkey for you already.');
      await own.newPasskey.dialog.getByRole('button', { name: 'Cancel' }).click();
    });
    await laptop.unplug();
    await Authenticator.plugIn(page, { synced: true });
    await own.addPasskey();
    await expect(own.passkey('Synced')).toHaveCount(1);
    await expect(own.codes.dialog, 'there are recovery codes already').toBeHidden();

    await own.renamePasskey('Laptop', 'Old laptop');
    await expect(account.toast).toContainText('Passkey renamed');
    await expect(own.passkey('Old laptop')).toBeVisible();
    await test.step('an empty name is refused', async () => {
      watch.expectComplaint('status of 422');
      await own.renamePasskey('Old laptop', '  ');
      const dialog = own.question('Rename the passkey');
      await expect(dialog.getByLabel('Name')).toHaveAccessibleDescription(/Fill this in\./);
      await dialog.getByRole('button', { name: 'Cancel' }).click();
    });

    const question = await own.startRemovingPasskey('Old laptop');
    await expect(question).toContainText('It no longer lets you in');
    await question.getByRole('button', { name: 'Cancel' }).click();
    await expect(own.passkey('Old laptop')).toBeVisible();
    await (await own.startRemovingPasskey('Old laptop')).getByRole('button', { name: 'Remove Old laptop' }).click();
    await expect(own.passkey('Old laptop')).toHaveCount(0);

    await test.step('it stays so, and a browser that cannot use passkeys says so', async () => {
      await page.addInitScript(() => Object.defineProperty(window, 'PublicKeyCredential', { value: undefined }));
      await own.open();
      await expect(own.card('Passkeys').locator('.line')).toHaveCount(1);
      const add = own.card('Passkeys').getByRole('button', { name: 'Add a passkey' });
      await expect(add).toHaveAttribute('aria-disabled', 'true');
      await expect(add).toHaveAccessibleDescription('This browser cannot use passkeys.');
    });
  });

  test('a device learns the new name of the owner of its passkey, drops one that was removed, and nobody else\'s', async ({
    page,
    signIn,
    account,
  }) => {
    const device = await Authenticator.plugIn(page);
    await signIn.at('/account', cast.tomas);
    await enrolPasskey(page);
    await page.context().clearCookies();
    await signIn.at('/account', cast.ingrid);
    await enrolPasskey(page, 'Laptop');
    expect(await device.names()).toEqual([cast.ingrid.name, cast.tomas.name].sort());

    await account.openProfile();
    await account.rename('Ingrid the Second');
    await expect(account.toast).toContainText('Profile saved');
    await expect.poll(() => device.names()).toEqual(['Ingrid the Second', cast.tomas.name]);

    const own = new OwnFactors(page);
    await own.open();
    await (await own.startRemovingPasskey('Laptop')).getByRole('button', { name: 'Remove Laptop' }).click();
    await expect(account.toast.last()).toContainText('Laptop removed');
    await expect.poll(() => device.names()).toEqual([cast.tomas.name]);
  });

  test('a browser that takes no signals, or rejects them, is left alone', async ({ page, signIn, account }) => {
    await page.addInitScript(() => {
      const rejects = () => Promise.reject(new Error('not now'));
      Object.defineProperty(PublicKeyCredential, 'signalAllAcceptedCredentials', { value: rejects });
      Object.defineProperty(PublicKeyCredential, 'signalCurrentUserDetails', { value: undefined });
    });
    const device = await Authenticator.plugIn(page);
    await signIn.at('/account', cast.ingrid);
    await enrolPasskey(page, 'Laptop');
    const own = new OwnFactors(page);
    await own.open();
    const told = page.waitForResponse('**/fn/account/kept_passkeys');
    await (await own.startRemovingPasskey('Laptop')).getByRole('button', { name: 'Remove Laptop' }).click();
    await expect(account.toast.last()).toContainText('Laptop removed');
    await (await told).finished();
    expect(await device.count(), 'it was not told').toBe(1);
  });

  test('T11: the last way in is refused, also by the server', async ({ page, signIn, watch, account }) => {
    await signIn.at('/account/security', cast.ingrid);
    const own = new OwnFactors(page);
    await expect(own.button('Remove password'), 'the only way in').toHaveCount(0);
    const phone = await Authenticator.plugIn(page);
    await own.addPasskey('Phone');
    await own.codes.keep();
    await own.removePassword();
    await expect(account.toast.first()).toContainText('Password removed');
    await expect(own.verdict).toHaveText('One passkey is your only way in');

    const remove = own.passkey('Phone').getByRole('button', { name: 'Remove' });
    await expect(remove).toHaveAttribute('aria-disabled', 'true');
    await expect(remove).toHaveAccessibleDescription(/Nothing would be left to sign in with\./);
    await remove.click({ force: true });
    await expect(own.question('Remove Phone?')).toBeHidden();
    watch.expectComplaint('status of 409');
    const { origin } = new URL(page.url());
    const list = await ask<{ passkeys: { id: string }[] }>(page, 'account/factors');
    const refused = await page.request.post(`${origin}/fn/account/remove_passkey`, { data: { id: list.passkeys[0]!.id }, headers: { origin } });
    expect(refused.status()).toBe(409);

    await test.step('a password can be set again', async () => {
      await own.setPassword('short');
      await expect(page.getByLabel('New password')).toHaveAccessibleDescription(/Use at least 15 characters\./);
      watch.expectComplaint('status of 422');
      await own.setPassword(NEW_PASSWORD);
      await expect(account.toast.last()).toContainText('Password set');
      await expect(page.getByLabel('Current password')).toBeVisible();
    });
    // It would sign its owner in as soon as the page offers that.
    await phone.unplug();
    await account.signOut();
    await signIn.fillIn('ingrid', NEW_PASSWORD);
    await expect(page).toHaveURL(/\/second-factor/);
  });
});

test.describe('authenticator app', () => {
  test('A7: a second factor from the own page, with QR code and recovery codes', async ({ page, signIn, account, watch }) => {
    await signIn.at('/account/security', cast.tomas);
    const own = new OwnFactors(page);
    await own.button('Set up an app').click();
    const app = await own.newApp.scan();
    watch.expectComplaint('status of 422');
    await own.newApp.verify('000000');
    await expect(own.newApp.code).toHaveAccessibleDescription(/This code is not right\./);
    await expect(own.newApp.picture, 'a wrong code keeps the dialog and its secret').toBeVisible();
    expect(await ask<{ factors: number }>(page, 'account/factors')).toMatchObject({ factors: 1, app_since: null });
    await own.newApp.verify(await app.next());
    expect(await own.codes.read()).toHaveLength(10);
    await own.codes.keep();
    await expect(own.verdict).toHaveText('Well protected');
    await expect(own.card('Recovery codes')).toContainText('10 of 10 left');

    await expect(own.card('Remembered devices')).toContainText('None');
    await account.signOut();
    await signIn.fillIn(cast.tomas.username, cast.tomas.password);
    await page.getByRole('checkbox', { name: /Do not ask on this device/ }).check();
    await page.getByLabel('Code from your authenticator app').fill(await app.next());
    await page.getByRole('button', { name: 'Confirm' }).click();
    await expect(page).not.toHaveURL(/second-factor/);

    await test.step('the browser that was remembered is forgotten, and asks again', async () => {
      await own.open();
      await expect(own.card('Remembered devices')).toContainText('1 browser');
      await account.signOut();
      await signIn.fillIn(cast.tomas.username, cast.tomas.password);
      await expect(page, 'it is not asked').not.toHaveURL(/sign-in|second-factor/);
      await own.open();
      await own.button('Ask on all of them again').click();
      await own.question('Ask on all remembered devices again?').getByRole('button', { name: 'Ask again' }).click();
      await expect(account.toast.last()).toContainText('1 browser forgotten');
      await expect(own.card('Remembered devices')).toContainText('None');
      await account.signOut();
      await signIn.fillIn(cast.tomas.username, cast.tomas.password);
      await expect(page).toHaveURL(/\/second-factor/);
    });
  });

  test('D8: an app is set up with QR code and a verified code, replaced and removed', async ({ page, signIn, account, anotherBrowser }) => {
    await signIn.at('/account/security', cast.ingrid);
    const own = new OwnFactors(page);
    const elsewhere = own.main.getByRole('status').filter({ hasText: 'You are still signed in elsewhere' });
    const { app } = await own.setUpApp();
    await expect(own.verdict).toHaveText('Well protected');
    await expect(elsewhere, 'there is no other').toBeHidden();

    const other = await anotherBrowser();
    await new SignIn(other).attempt(cast.ingrid.username, cast.ingrid.password);
    await other.getByLabel('Code from your authenticator app').fill(await app.next());
    await other.getByRole('button', { name: 'Confirm' }).click();
    await expect(other).not.toHaveURL(/second-factor/);
    await own.button('Replace').click();
    await expect(own.newApp.dialog).toContainText('goes on to count until the new one is verified');
    const second = await own.newApp.scan();
    await own.newApp.verify(await second.next());
    await expect(account.toast.last()).toContainText('Authenticator app replaced');
    await expect(own.codes.dialog, 'the recovery codes stay').toBeHidden();

    await test.step('the other sessions can be kept or ended after such a change', async () => {
      await expect(elsewhere).toContainText('1 other session began before this change.');
      await expectAccessible(page);
      await elsewhere.getByRole('button', { name: 'Keep' }).click();
      await expect(elsewhere).toBeHidden();
    });
    await own.button('Remove the app').click();
    const question = own.question('Remove the authenticator app?');
    await expect(question).toContainText('Your password alone lets you in');
    await question.getByRole('button', { name: 'Remove app' }).click();
    await expect(own.card('Authenticator app')).toContainText('Not set up');
    await elsewhere.getByRole('button', { name: 'End it' }).click();
    await expect(account.toast.last()).toContainText('1 other session ended');
    await expect(elsewhere).toBeHidden();
    await other.reload();
    await expect(other).toHaveURL(/\/sign-in/);
    await page.reload();
    await expect(own.verdict).toHaveText('Only a password protects you');
  });

  test('D14: a code of another time says by how much the clock is off', async ({ page, signIn, watch }) => {
    watch.expectComplaint('status of 422');
    await signIn.at('/account/security', cast.tomas);
    const own = new OwnFactors(page);
    await own.button('Set up an app').click();
    const app = await own.newApp.scan();
    await own.newApp.verify(app.fast(300));
    await expect(own.newApp.code).toHaveAccessibleDescription(/the clock of your device is about 5 minutes fast/);
    await own.newApp.verify(app.fast(-240));
    await expect(own.newApp.code).toHaveAccessibleDescription(/the clock of your device is about [45] minutes slow/);
    await own.newApp.verify(await app.next());
    await expect(own.codes.dialog).toBeVisible();
  });
});

test('T10: recovery codes are shown once and acknowledged, and new ones end the old', async ({ page, signIn }) => {
  await signIn.at('/account/security', cast.tomas);
  const own = new OwnFactors(page);
  const make = own.card('Recovery codes').getByRole('button', { name: 'Make new codes' });
  await expect(make).toHaveAccessibleDescription(/you have none yet/);
  const { codes } = await own.setUpApp();
  await make.click();
  const question = own.question('Make new recovery codes?');
  await expect(question).toContainText('The 10 codes you have stop working');
  await question.getByRole('button', { name: 'Make new codes' }).click();
  const fresh = await own.codes.read();
  expect(fresh.filter((code) => codes.includes(code))).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(own.codes.dialog, 'only an acknowledgement closes it').toBeVisible();
  await expect(own.codes.dialog.getByRole('button', { name: 'Done' })).toHaveAttribute('aria-disabled', 'true');
  await own.codes.keep();
  await page.reload();
  await expect(page.getByText(fresh[0]!)).toHaveCount(0);
});

test.describe('recent proof', () => {
  // On PostgreSQL, where a test moves the time of proof: one desk, and each test has its own person.
  test.use({ needs: { seed: true, postgres: true } });
  test.beforeEach(({ watch }) => watch.expectComplaint(/status of (403|422)/));

  test('T17: the code of the app proves it as well, and nothing typed is lost', async ({ page, desk, signIn, users, console }) => {
    await signIn.at('/account/security', cast.tomas);
    const own = new OwnFactors(page);
    const app = await test.step('the proof for a new app is asked for in its dialog, which goes on', async () => {
      await desk.database.agePasswordProofs(6);
      await own.button('Set up an app').click();
      const app = await own.newApp.scan();
      await own.newApp.verify(await app.next());
      await own.proof.password.fill(PASSWORD);
      await own.proof.confirm();
      expect(await own.codes.read()).toHaveLength(10);
      await own.codes.keep();
      return app;
    });
    await users.open();
    await desk.database.agePasswordProofs(6);
    await users.startCreating();
    await users.create.fillIn({ username: 'late', name: 'Late Comer', password: PASSWORD });
    await users.create.send();
    await expect(own.proof.password).toBeFocused();
    await own.proof.way('Use the authenticator app').click();
    await own.proof.code.fill('000000');
    await own.proof.confirm();
    await expect(own.proof.code).toHaveAccessibleDescription(/This code is not right\./);
    await own.proof.code.fill(await app.next());
    await own.proof.confirm();
    await expect(own.proof.dialog).toBeHidden();
    await expect(console.toast).toContainText('Late Comer can sign in now');
  });

  test('T17: the proof for a new passkey is asked for before the device makes one, which is offered first from then on', async ({
    page,
    desk,
    signIn,
    account,
  }) => {
    await signIn.at('/account/security', cast.grace);
    const own = new OwnFactors(page);
    const device = await Authenticator.plugIn(page);
    await desk.database.agePasswordProofs(6);
    await own.addPasskey('Laptop');
    await expect(own.proof.password).toBeFocused();
    expect(await device.count()).toBe(0);
    await own.proof.password.fill(PASSWORD);
    await own.proof.confirm();
    expect(await own.codes.read()).toHaveLength(10);
    await own.codes.keep();
    await expect(own.passkey('Laptop')).toBeVisible();
    expect(await device.count()).toBe(1);

    await test.step('a passkey is offered first, and the password one click away', async () => {
      await desk.database.agePasswordProofs(6);
      await own.card('Recovery codes').getByRole('button', { name: 'Make new codes' }).click();
      await own.question('Make new recovery codes?').getByRole('button', { name: 'Make new codes' }).click();
      await device.ownerIsThere(false);
      await own.proof.way('Use a passkey').click();
      await expect(own.proof.dialog).toContainText(/No passkey was used|could not be used/);
      await device.ownerIsThere(true);
      await own.proof.way('Use a passkey').click();
      await own.codes.keep();

      await desk.database.agePasswordProofs(6);
      await own.removePassword();
      await expect(own.proof.password).toHaveCount(0);
      await own.proof.way('Use your password').click();
      await own.proof.password.fill(PASSWORD);
      await own.proof.confirm();
      await expect(account.toast.last()).toContainText('Password removed');
      await desk.database.agePasswordProofs(6);
      await own.setPassword(NEW_PASSWORD);
      await expect(own.proof.dialog.getByRole('button', { name: /^Use/ }), 'nothing else is there').toHaveCount(1);
      await own.proof.way('Use a passkey').click();
      await expect(account.toast.last()).toContainText('Password set');
    });

    await test.step('one for another address is told to be, and can be removed', async () => {
      await expect(own.verdict).toHaveText('Well protected');
      await desk.database.movePasskeysAway();
      await page.reload();
      await expect(own.passkey('Laptop')).toContainText('Not usable here');
      await expect(own.verdict).toHaveText('Only a password protects you');
      await expect(own.button('Remove password')).toHaveCount(0);
      await awake(page);
      const question = await own.startRemovingPasskey('Laptop');
      await expect(question).toContainText('It does not let you in at this address');
      await question.getByRole('button', { name: 'Remove Laptop' }).click();
      await expect(own.card('Passkeys')).toContainText('None');
    });
  });
});

test.describe('signing in again in place', () => {
  test.beforeEach(({ watch }) => watch.expectComplaint(/status of (401|422)/));

  const dialog = (page: Page) => page.getByRole('dialog', { name: 'Sign in again' });

  async function password(page: Page) {
    await dialog(page).getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.keyboard.press('Enter');
  }

  test('T8: the second factor is asked for there as well, and nothing typed is lost', async ({ page, signIn, users, console, anotherBrowser }) => {
    const other = await anotherBrowser();
    await new SignIn(other).quietly(cast.ana);
    await signIn.quietly(cast.tomas);
    const { app, recovery } = await enrolApp(page);
    const id = await idOf(other, 'tomas');
    const endAll = async () => ask(other, 'users/end_sessions', { id, only: null });

    await users.open();
    await users.startCreating();
    await users.create.fillIn({ username: 'late', name: 'Late Comer', password: PASSWORD });
    await expect(users.create.username).toHaveAccessibleDescription(/Free to use/);
    await endAll();
    await users.create.send();
    await password(page);
    const code = dialog(page).getByLabel('Code from your authenticator app');
    await expect(code).toBeFocused();
    await code.fill('000000');
    await page.keyboard.press('Enter');
    await expect(code).toHaveAccessibleDescription(/This code is not right\./);
    await code.fill(await app.next());
    await page.keyboard.press('Enter');
    await expect(dialog(page)).toBeHidden();
    await expect(console.toast.first()).toContainText('Late Comer can sign in now');

    await test.step('a recovery code', async () => {
      await endAll();
      await console.goTo('Groups');
      await password(page);
      await dialog(page).getByRole('button', { name: 'Use a recovery code' }).click();
      await dialog(page).getByLabel('Recovery code').fill(recovery[3]!.toUpperCase());
      await page.keyboard.press('Enter');
      await expect(dialog(page)).toBeHidden();
      await expect(console.main.getByRole('heading', { name: 'Auditors' })).toBeVisible();
    });

    await test.step('a passkey after the password', async () => {
      await Authenticator.plugIn(page);
      await enrolPasskey(page, 'Laptop');
      await console.open('/users');
      await endAll();
      await console.goTo('Groups');
      await dialog(page).getByRole('button', { name: 'Use your password' }).click();
      await password(page);
      await expect(dialog(page)).toContainText('One more thing is needed: your second factor.');
      await dialog(page).getByRole('button', { name: 'Use a passkey' }).click();
      await expect(dialog(page)).toBeHidden();
      await expect(console.main.getByRole('heading', { name: 'Auditors' })).toBeVisible();
    });
  });
});

test.describe('news', () => {
  test('what happened to a sign-in stands on every page of the other sessions', async ({ page, signIn, anotherBrowser }) => {
    await signIn.as(cast.ana);
    const other = await anotherBrowser();
    await new SignIn(other).as(cast.ana);
    await ask(other, 'account/change_password', { current: cast.ana.password, new: NEW_PASSWORD, end_others: false });
    await other.goto('/users');
    await expect(other.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(new OwnFactors(other).notices, 'whoever did it knows').toHaveCount(0);
    const own = new OwnFactors(page);
    for (const path of ['/users', '/settings', '/account', '/account/sessions']) {
      await page.goto(path);
      await expect(own.notices).toContainText('Ana Moreira changed the password');
    }
    await own.notices.getByRole('button', { name: 'I have seen this' }).click();
    await expect(own.notices).toHaveCount(0);
  });

  test('news that could not be dismissed stay, and the page says why', async ({ page, signIn, console, anotherBrowser, watch }) => {
    watch.expectComplaint('status of 503');
    await signIn.quietly(cast.ana);
    const other = await anotherBrowser();
    await new SignIn(other).quietly(cast.ana);
    await ask(other, 'account/change_password', { current: cast.ana.password, new: NEW_PASSWORD, end_others: false });
    await console.open('/users');
    const { notices } = new OwnFactors(page);
    const seen = notices.getByRole('button', { name: 'I have seen this' });
    const busy = { status: 503, contentType: 'application/json', body: JSON.stringify({ Busy: { retry_after: 5 } }) };
    await page.route('**/fn/account/see_notices', (route) => route.fulfill(busy));
    await seen.click();
    await expect(console.toast).toContainText('Keydesk is busy. Try again in 5 seconds.');
    await expect(notices).toBeVisible();
    await page.unroute('**/fn/account/see_notices');
    await seen.click();
    await expect(notices).toHaveCount(0);
  });

  test('T10: the owner of a recovery code is told that it was used, and of what others did', async ({ page, signIn, account, console, watch, anotherBrowser }) => {
    watch.expectComplaint('status of 401');
    const other = await anotherBrowser();
    await new SignIn(other).quietly(cast.ana);
    await signIn.at('/account/security', cast.tomas);
    const own = new OwnFactors(page);
    await expect(own.notices).toHaveCount(0);
    const { codes } = await own.setUpApp();
    await account.signOut();
    await signIn.fillIn(cast.tomas.username, cast.tomas.password);
    await page.getByRole('link', { name: 'Use a recovery code' }).click();
    await page.getByLabel('Recovery code').fill(codes[0]!);
    await page.getByRole('button', { name: 'Confirm' }).click();
    // On the first page, whichever that is: of this session, and of what the one before did.
    await expect(page).toHaveURL('/users');
    await expect(own.notices.getByRole('listitem')).toHaveCount(3);
    await expect(own.notices).toContainText('Tomás Herrera used a recovery code; 9 left');
    await expect(own.notices).toContainText('Tomás Herrera added an authenticator app');
    await expect(own.notices).toContainText(/Chrom\w+ on Linux/);
    await own.open();
    await expect(own.card('Recovery codes')).toContainText('9 of 10 left');

    const id = await idOf(other, 'tomas');
    await ask(other, 'users/ask_second_factor', { id, required: true });
    // An open page learns of it on its way to another.
    await page.getByRole('link', { name: 'Sessions' }).click();
    await expect(own.notices).toContainText('Ana Moreira requires a second factor of Tomás Herrera');
    await expect(own.notices.getByRole('listitem')).toHaveCount(3);
    await own.notices.getByText('1 more').click();
    await expect(own.notices.getByRole('listitem')).toHaveCount(4);
    await expect(page.getByRole('link', { name: 'Security' })).toContainText('4 new');
    await own.notices.getByRole('button', { name: 'I have seen this' }).click();
    await expect(own.notices).toHaveCount(0);
    await page.getByRole('link', { name: 'Security' }).click();
    await expect(page.getByRole('link', { name: 'Security' })).not.toContainText('new');
    await own.open();
    await expect(own.notices).toHaveCount(0);

    await test.step('the only second factor stays where one is required', async () => {
      const remove = own.button('Remove the app');
      await expect(remove).toHaveAccessibleDescription(/A second factor is required, and this is the only one\./);
    });
  });
});
