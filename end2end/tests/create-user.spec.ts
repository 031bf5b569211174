import { cast, NEW_PASSWORD, PASSWORD } from '../support/cast';
import { expect, test } from '../support/test';
import { Console } from '../pages/console';
import { NewPassword } from '../pages/new-password';
import { SetUp } from '../pages/second-factor';
import { SignIn } from '../pages/sign-in';
import { UserSecurity } from '../pages/user';
import { App } from '../support/codes';
import { requireSecondFactors } from '../support/enrol';

test.beforeEach(async ({ signIn, users }) => {
  await signIn.as(cast.ana);
  await users.open();
});

test('A2: D3: E2: a user is added in a dialog with username, name, e-mail, first password and group, all of it is on their page, and they sign in at once', async ({ page, users, console, anotherBrowser, watch }) => {
  const { create } = users;

  await test.step('username of 3 to 50 characters, display name, optional e-mail', async () => {
    await users.startCreating();
    await create.fillIn({ username: 'ab', name: '' });
    await create.send();
    await expect(create.username).toHaveAccessibleDescription(/Use at least 3 characters\./);
    await expect(create.name).toHaveAccessibleDescription(/Fill this in\./);
    await expect(create.problems).toContainText('2 things need another look');
    await create.username.fill('x'.repeat(51));
    await create.send();
    await expect(create.username).toHaveAccessibleDescription(/Use at most 50 characters\./);
    await create.fillIn({ username: 'abc', name: 'Short Username', email: 'nowhere' });
    await create.send();
    await expect(create.email).toHaveAccessibleDescription(/Write an address like name@example\.org\./);
    await create.cancel();
    await users.startCreating();
    await expect(create.username, 'it opens afresh').toHaveValue('');
  });

  await test.step('a username that somebody has is told while typing and refused on sending, and what was typed stays', async () => {
    await create.fillIn({ username: 'Grace', name: 'Grace the Second', email: 'second@northwind.example', groups: ['Auditors'] });
    await expect(create.username).toHaveAccessibleDescription(/Somebody has this already/);
    watch.expectComplaint('status of 422');
    await create.send();
    await expect(create.problems).toContainText('Somebody has this already. Choose another.');
    await expect(create.username).toBeFocused();
    await expect(create.username).toHaveValue('Grace');
    await expect(create.name).toHaveValue('Grace the Second');
    await expect(create.email).toHaveValue('second@northwind.example');
    await expect(create.group('Auditors')).toBeChecked();
    await create.username.fill('grace.second');
    await expect(create.username).toHaveAccessibleDescription(/Free to use/);
  });

  await test.step('a password that is too weak is refused beside its field', async () => {
    await create.typeOne.check();
    await create.password.fill('too short');
    await create.send();
    await expect(create.password).toHaveAccessibleDescription(/Use at least 15 characters\./);
    await create.password.fill('aaaaaaaaaaaaaaaaaaaa');
    await create.send();
    await expect(create.password).toHaveAccessibleDescription(/easy to guess|Many people/);
    await expect(create.username).toHaveValue('grace.second');
    await create.cancel();
  });

  await test.step('added, and shown in the list', async () => {
    await users.createUser({ username: 'y'.repeat(50), name: 'Long Username', password: PASSWORD });
    await expect(users.row('Long Username')).toContainText('y'.repeat(50));
    await users.createUser({ username: 'abc', name: 'Short Username', email: 'short@northwind.example', password: PASSWORD, groups: ['Administrators'] });
    await expect(console.toast).toContainText('Short Username can sign in now');
    await expect(users.row('Short Username')).toContainText('abc');
    await expect(users.row('Short Username')).toContainText('Administrators');
  });

  await test.step('all of it is on their page', async () => {
    await users.openPageOf('Short Username');
    await expect(console.heading('Short Username')).toHaveText('Short Username');
    for (const words of ['abc', 'short@northwind.example', 'Administrators']) {
      await expect(page.getByRole('main').getByText(words).first()).toBeVisible();
    }
  });

  await test.step('they sign in at once, and are an administrator', async () => {
    const theirs = await anotherBrowser();
    await new SignIn(theirs).as({ username: 'abc', password: PASSWORD });
    await new NewPassword(theirs).choose(PASSWORD, NEW_PASSWORD);
    await expect(new Console(theirs).ownButton({ name: 'Short Username' })).toContainText('Administrator');
    await expect(theirs).toHaveURL('/users');
  });
});

test('A13: a one-time password is shown once, copied, saved and acknowledged, and must be changed at the first sign-in', async ({ page, users, context, anotherBrowser, watch }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const { create, oneTimePassword } = users;
  await users.startCreating();
  await create.fillIn({ username: 'bruno', name: 'Bruno Costa' });
  await create.send();
  await expect(oneTimePassword.dialog).toContainText('Give it to Bruno Costa in person');
  const once = (await oneTimePassword.secret.textContent())!;
  expect(once.length).toBeGreaterThanOrEqual(15);

  await test.step('it can be copied and saved', async () => {
    await oneTimePassword.dialog.getByRole('button', { name: 'Copy' }).click();
    await expect(oneTimePassword.dialog.getByRole('button', { name: 'Copied' })).toBeVisible();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(once);
    const saving = page.waitForEvent('download');
    await oneTimePassword.dialog.getByRole('button', { name: 'Download' }).click();
    expect((await saving).suggestedFilename()).toBe('one-time-password.txt');
  });

  await test.step('it cannot be closed by accident, and is not shown again', async () => {
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await expect(oneTimePassword.dialog).toBeVisible();
    await oneTimePassword.done.click({ force: true });
    await expect(oneTimePassword.dialog).toBeVisible();
    await expect(oneTimePassword.done).toHaveAccessibleDescription('Say first that you have stored it.');
    await oneTimePassword.takeAndClose();
    await users.openPageOf('Bruno Costa');
    await expect(page.getByText('Bruno Costa has to choose a new password at the next sign-in.')).toBeVisible();
    await page.reload();
    await expect(page.getByText(once)).toHaveCount(0);
  });

  await test.step('it must be changed at the first sign-in', async () => {
    const other = await anotherBrowser();
    const [signIn, newPassword] = [new SignIn(other), new NewPassword(other)];
    await signIn.as({ username: 'bruno', password: once });
    await expect(newPassword.heading).toBeVisible();
    for (const elsewhere of ['/users', '/account', '/groups']) {
      await other.goto(elsewhere);
      await expect(newPassword.heading, 'nothing else before that').toBeVisible();
    }
    watch.expectComplaint('status of 422');
    await newPassword.choose(once, once);
    await expect(newPassword.new).toHaveAccessibleDescription(/This is the password you have now/);
    await newPassword.choose(once, NEW_PASSWORD);
    await expect(other).toHaveURL('/account');
    await expect(other.getByRole('heading', { level: 1, name: 'Profile' })).toBeVisible();

    watch.expectComplaint('status of 401');
    await other.getByRole('button', { name: 'Sign out' }).click();
    await signIn.attempt('bruno', once);
    await expect(signIn.refusal).toBeVisible();
    await signIn.as({ username: 'bruno', password: NEW_PASSWORD });
    await expect(other).toHaveURL('/account');
  });
});

test('a second factor is required of somebody from the beginning, and set up at the first sign-in', async ({ page, users, anotherBrowser }) => {
  const { create, oneTimePassword } = users;
  await users.startCreating();
  await create.fillIn({ username: 'safe', name: 'Safe Person' });
  await expect(create.secondFactor).not.toBeChecked();
  await create.secondFactor.check();
  await create.send();
  const once = await oneTimePassword.takeAndClose();
  const security = new UserSecurity(page);
  await security.open('Safe Person');
  await expect(page.getByRole('main')).toContainText('An administrator requires it of Safe, whatever the policy.');
  await page.goto('/audit');
  await expect(page.getByRole('main')).toContainText('Ana Moreira requires a second factor of Safe Person');

  const theirs = await anotherBrowser();
  const setUp = new SetUp(theirs);
  await new SignIn(theirs).as({ username: 'safe', password: once });
  await new NewPassword(theirs).choose(once, NEW_PASSWORD);
  await expect(setUp.heading).toBeVisible();
  await expect(theirs).toHaveURL('/set-up');
  await theirs.goto('/account');
  await expect(setUp.heading, 'nothing else before that').toBeVisible();
  const app = new App(await setUp.typedSecret());
  await setUp.verify(await app.next());
  expect(await setUp.keepCodes()).toHaveLength(10);
  await expect(theirs).toHaveURL('/account');

  await users.open();
  await users.startCreating();
  await expect(create.secondFactor, 'it opens afresh').not.toBeChecked();

  // Where the policy requires one anyway, the form says so.
  await requireSecondFactors(page, 'everyone');
  await users.open();
  await users.startCreating();
  await expect(create.dialog).toContainText('The policy requires one of everybody, with or without this.');
  await requireSecondFactors(page, 'nobody');
  await users.open();
  await users.startCreating();
  await expect(create.dialog).toContainText('whatever the policy says about everybody else');
});
