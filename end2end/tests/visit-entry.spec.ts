// The pages before the console: the first run, signing in, and what comes between the password and the console.

import { SecondFactor, SetUp } from '../pages/second-factor';
import { SignIn } from '../pages/sign-in';
import { ask } from '../support/ask';
import { cast, NEW_PASSWORD, PASSWORD } from '../support/cast';
import { App } from '../support/codes';
import { requireSecondFactors } from '../support/enrol';
import { at, expect, test } from '../support/visitor';

test.describe('before the first administrator', () => {
  test.use({ needs: { seed: false } });

  test('the first run is accessible in light and in dark, and fits 320 px', async ({ page, desk, firstRun, visitor, watch }) => {
    watch.expectComplaint('status of 422');
    await visitor.walk([
      at(() => page.goto(desk.firstRunLink), { name: 'the first run' }),
      at(() => page.goto('/first-run'), {
        name: 'the first run, with errors',
        show: async () => {
          await firstRun.fillIn({ username: 'x', name: ' ', password: PASSWORD });
          await firstRun.send();
          await expect(firstRun.username).toHaveAccessibleDescription(/Use at least 3/);
        },
      }),
    ]);
  });
});

test('every page from the sign-in to the console is accessible in light and in dark, and fits 320 px', async ({
  page,
  signIn,
  newPassword,
  visitor,
  watch,
  anotherBrowser,
}) => {
  watch.expectComplaint(/status of 4(01|22)/);
  const administrators = await anotherBrowser();
  await new SignIn(administrators).as(cast.ana);
  const form = { username: 'olga', display_name: 'Olga Petrova', email: '', password: 'Random', groups: [], fields: [], expires_on: '' };
  const { one_time_password: once } = await ask<{ one_time_password: string }>(administrators, 'users/create', { form });
  await requireSecondFactors(administrators, 'everyone');
  const setUp = new SetUp(page);
  const second = new SecondFactor(page);
  let app: App;

  await visitor.walk([
    at(
      () => signIn.open(),
      { name: 'sign-in' },
      {
        name: 'sign-in that was refused',
        show: async () => {
          await signIn.fillIn('ana', 'wrong');
          await expect(signIn.refusal).toBeVisible();
        },
      },
    ),
    at(
      () => signIn.attempt('olga', once),
      { name: 'a new password', show: () => expect(newPassword.heading).toBeVisible() },
      {
        name: 'a new password that is weak',
        show: async () => {
          await newPassword.new.fill('weak');
          await expect(newPassword.strength).toContainText('Use at least 8 characters.');
        },
      },
      {
        name: 'a new password that is strong',
        show: async () => {
          await newPassword.new.fill(NEW_PASSWORD);
          await expect(newPassword.strength).toContainText('ard to guess.');
        },
      },
    ),
    at(() => newPassword.choose(once, NEW_PASSWORD), {
      name: 'setting a second factor up',
      show: () => expect(setUp.picture).toBeVisible(),
    }),
    at(
      async () => {
        app = new App(await setUp.typedSecret());
        await setUp.verify(await app.next());
      },
      { name: 'recovery codes', show: () => expect(page.getByRole('heading', { name: 'Keep your recovery codes' })).toBeVisible() },
    ),
    at(
      async () => {
        await page.context().clearCookies();
        await signIn.attempt('olga', NEW_PASSWORD);
      },
      { name: 'the second factor', show: () => second.isAsked() },
      {
        name: 'the second factor, with an error',
        show: async () => {
          await second.give('000000');
          await expect(second.code).toHaveAccessibleDescription(/This code is not right/);
        },
      },
    ),
    at(() => page.goto('/second-factor?with=recovery'), {
      name: 'a recovery code instead',
      show: () => expect(second.recoveryCode).toBeVisible(),
    }),
  ]);
});
