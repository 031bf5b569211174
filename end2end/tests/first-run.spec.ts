import { NEW_PASSWORD, PASSWORD } from '../support/cast';
import { expect, test } from '../support/test';
import { FirstRun } from '../pages/first-run';

const mira = { username: 'mira', name: 'Mira Castellanos', email: 'mira@northwind.example', password: PASSWORD };

// What each of these shows must hold on both databases.
for (const postgres of [false, true]) {
  test.describe(postgres ? 'on PostgreSQL' : 'on SQLite', () => {
    test.use({ needs: { seed: false, fresh: true, postgres } });

    test('D1: the printed link makes the first person an administrator, and then sign-up is closed', async ({
      page,
      desk,
      firstRun,
      console,
      users,
      watch,
      anotherBrowser,
    }) => {
      // Somebody else has the form open already.
      const other = await anotherBrowser();
      await other.goto(desk.firstRunLink);
      const otherForm = new FirstRun(other);
      await otherForm.fillIn({ username: 'second', name: 'Second Person', password: NEW_PASSWORD });

      await page.goto(desk.firstRunLink);
      await firstRun.fillIn(mira);
      await firstRun.send();
      await expect(users.heading).toBeVisible();
      await expect(page).toHaveURL('/users');
      await expect(users.row(mira.name)).toContainText('Administrators');
      await expect(console.ownButton(mira)).toContainText('Administrator');

      // The server itself refuses the form that was open.
      watch.expectComplaint('status of 409');
      await otherForm.send();
      await expect(other.getByText('Keydesk is set up already. Sign in, or ask an administrator for an account.')).toBeVisible();
      await other.goto(desk.firstRunLink);
      await expect(other).toHaveURL('/sign-in');

      await page.reload();
      await expect(users.row(mira.name)).toBeVisible();
      await expect(users.rows).toHaveCount(1);
    });
  });
}

test.describe('before the first administrator', () => {
  test.use({ needs: { seed: false } });

  test('the setup code leaves the address and is not asked for again', async ({ page, desk, firstRun }) => {
    await page.goto(desk.firstRunLink);
    await expect(firstRun.heading).toBeVisible();
    await expect(page).toHaveURL('/first-run');
    await expect(firstRun.code).toHaveCount(0);
  });

  test('every way in leads to the form, which asks for the code', async ({ page, firstRun }) => {
    for (const address of ['/', '/users', '/sign-in']) {
      await page.goto(address);
      await expect(page).toHaveURL('/first-run');
    }
    await expect(firstRun.code).toBeVisible();
  });

  test('a wrong code is refused and what was typed stays', async ({ page, firstRun, watch }) => {
    watch.expectComplaint('status of 422');
    await page.goto('/first-run?code=WRONGWRONGWRONGWRONG');
    await firstRun.fillIn(mira);
    await firstRun.send();
    await expect(firstRun.code).toHaveAccessibleDescription(/This setup code is not valid/);
    await expect(firstRun.username).toHaveValue(mira.username);
    await expect(firstRun.name).toHaveValue(mira.name);
  });

  test('how hard the password is to guess is said while it is typed', async ({ page, desk, firstRun, watch }) => {
    await page.goto(desk.firstRunLink);
    await firstRun.fillIn({ ...mira, password: 'mira castellanos' });
    await expect(firstRun.strength).toHaveText('This is made of your name or ours. Choose something unrelated.');
    await firstRun.password.fill(mira.password);
    await expect(firstRun.strength).toHaveText(/ard to guess\.$/);
    await expect(firstRun.strength.locator('.good .on')).not.toHaveCount(0);

    await test.step('to nobody without the code', async () => {
      watch.expectComplaint('status of 422');
      await page.context().clearCookies();
      await page.goto('/first-run');
      const refused = page.waitForResponse('**/first-run/strength');
      await firstRun.fillIn(mira);
      expect((await refused).status()).toBe(422);
      await expect(firstRun.strength).toBeEmpty();
    });
  });

  test('a weak password is refused with the reason, and what was typed stays', async ({ page, desk, firstRun, watch }) => {
    watch.expectComplaint('status of 422');
    await page.goto(desk.firstRunLink);
    for (const [password, reason] of [
      ['short', /^Use at least 15 characters\./],
      ['passwordpassword', /Many people use this password|easy to guess/],
      ['mira castellanos', /made of your name or ours/],
    ] as const) {
      await firstRun.fillIn({ ...mira, password });
      await firstRun.send();
      await expect(firstRun.password).toHaveAccessibleDescription(reason);
      await expect(firstRun.username).toHaveValue(mira.username);
      await expect(firstRun.name).toHaveValue(mira.name);
      await expect(firstRun.email).toHaveValue(mira.email);
      await expect(firstRun.password).toHaveValue('');
    }
  });
});
