// One's own account and all that opens on it, news about it, and signing in again where one is.

import { OwnFactors } from '../pages/account';
import { SignIn } from '../pages/sign-in';
import { ask } from '../support/ask';
import { cast, NEW_PASSWORD } from '../support/cast';
import { enrolApp, enrolPasskey } from '../support/enrol';
import { Authenticator } from '../support/passkeys';
import { at, expect, prove, test } from '../support/visitor';

test('the own account and what opens on it are accessible in light and in dark, and fit 320 px', async ({
  page,
  signIn,
  users,
  account,
  console,
  visitor,
  watch,
  anotherBrowser,
}) => {
  watch.expectComplaint(/status of (401|403|422)/);
  await signIn.as(cast.ana);
  const own = new OwnFactors(page);

  const other = await anotherBrowser();
  await new SignIn(other).as(cast.ana);
  await ask(other, 'account/change_password', { current: cast.ana.password, new: NEW_PASSWORD, end_others: false });
  const news = { show: () => expect(own.notices).toBeVisible(), axe: ['narrow' as const] };
  await visitor.walk([
    at(() => account.openProfile(), { name: 'news above the own profile', ...news }),
    at(() => users.open(), { name: 'news above the users', ...news }),
  ]);
  await own.notices.getByRole('button', { name: 'I have seen this' }).click();
  await expect(own.notices).toHaveCount(0);

  // As if the session had ended in the meantime.
  const over = { status: 401, contentType: 'application/json', body: JSON.stringify('SignedOut') };
  await page.route('**/fn/groups/list', (route) => route.fulfill(over));
  const again = page.getByRole('dialog', { name: 'Sign in again' });
  const goTo = async (name: string) => page.getByRole('link', { name }).first().click();

  await visitor.walk([
    at(() => account.openSessions(), { name: 'the own sessions' }),
    at(() => own.open(), { name: 'the own security' }),
    at(() => users.open(), {
      name: 'signing in again with a wrong password',
      show: async () => {
        await goTo('Groups');
        const password = again.getByLabel('Password', { exact: true });
        await password.fill('wrong');
        await page.keyboard.press('Enter');
        await expect(password).toHaveAccessibleDescription(/./);
      },
    }),
  ]);

  await prove(page, NEW_PASSWORD);
  const device = await Authenticator.plugIn(page);
  await enrolApp(page);
  await enrolPasskey(page, 'A laptop with quite a long name that somebody gave it');
  const makeCodes = async () => {
    await own.card('Recovery codes').getByRole('button', { name: 'Make new codes' }).click();
    await own.question('Make new recovery codes?').getByRole('button', { name: 'Make new codes' }).click();
  };
  /** As if the last proof were too long ago, and with this way to give another. */
  const prover = (way: string) => async () => {
    const needed = { status: 403, contentType: 'application/json', body: JSON.stringify('ProofNeeded') };
    await page.route('**/fn/account/make_recovery_codes', (route) => route.fulfill(needed), { times: 1 });
    await makeCodes();
    await expect(own.proof.dialog).toBeVisible();
    if (way) await own.proof.way(way).click();
  };

  await visitor.walk([
    at(
      () => own.open(),
      {
        name: 'the own security with factors, and how strong a new password is',
        show: async () => {
          await expect(own.passkey('A laptop')).toBeVisible();
          await account.newPassword.fill(NEW_PASSWORD);
          await expect(own.strength).not.toBeEmpty();
        },
      },
      {
        name: 'setting up an app, with a wrong code',
        show: async () => {
          await own.button('Replace').click();
          await own.newApp.scan();
          await own.newApp.verify('000000');
          await expect(own.newApp.code).toHaveAccessibleDescription(/not right/);
        },
      },
      {
        name: 'adding a passkey',
        show: async () => {
          await own.card('Passkeys').getByRole('button', { name: 'Add a passkey' }).click();
          await expect(own.newPasskey.name).toBeVisible();
        },
      },
      {
        name: 'new recovery codes',
        show: async () => {
          await makeCodes();
          await expect(own.codes.dialog).toBeVisible();
        },
        leave: () => own.codes.keep(),
      },
      { name: 'recent proof', show: prover('') },
      { name: 'recent proof by the password', show: prover('Use your password'), only: 'dialog[open]' },
      { name: 'recent proof by the authenticator app', show: prover('Use the authenticator app'), only: 'dialog[open]' },
    ),
    at(() => console.open('/users'), {
      name: 'signing in again with a passkey that is not given',
      show: async () => {
        await device.ownerIsThere(false);
        await goTo('Groups');
        await again.getByRole('button', { name: 'Use a passkey' }).click();
        await expect(again.getByRole('alert')).not.toBeEmpty();
      },
    }),
  ]);
});
