import { NEW_PASSWORD, PASSWORD } from '../support/cast';
import { expect, test } from '../support/test';
import { FirstRun } from '../pages/first-run';

const mira = { username: 'mira', name: 'Mira Castellanos', email: 'mira@northwind.example', password: PASSWORD };

test.use({ needs: { seed: false, fresh: true } });

test('D1: the printed link makes the first person an administrator, and then sign-up is closed', async ({
  page,
  desk,
  firstRun,
  console,
  users,
  watch,
  anotherBrowser,
}) => {
  const other = await anotherBrowser();
  const otherForm = new FirstRun(other);
  await test.step('how hard a password is to guess is said to nobody without the code', async () => {
    watch.expectComplaint('status of 422');
    await other.goto('/');
    await expect(other).toHaveURL('/first-run');
    const refused = other.waitForResponse('**/first-run/strength');
    await otherForm.fillIn(mira);
    expect((await refused).status()).toBe(422);
    await expect(otherForm.strength).toBeEmpty();
  });

  // Somebody else has the form open already.
  await other.goto(desk.firstRunLink);
  await otherForm.fillIn({ username: 'second', name: 'Second Person', password: NEW_PASSWORD });

  await page.goto(desk.firstRunLink);
  await expect(page, 'the code leaves the address').toHaveURL('/first-run');
  await expect(firstRun.code).toHaveCount(0);
  await test.step('how hard the password is to guess is said while it is typed', async () => {
    await firstRun.fillIn({ ...mira, password: 'mira castellanos' });
    await expect(firstRun.strength).toHaveText('This is made of your name or ours. Choose something unrelated.');
    await firstRun.password.fill(mira.password);
    await expect(firstRun.strength).toHaveText(/ard to guess\.$/);
    await expect(firstRun.strength.locator('.good .on')).not.toHaveCount(0);
  });
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
