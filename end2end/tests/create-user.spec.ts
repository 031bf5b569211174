import { cast, NEW_PASSWORD, PASSWORD } from '../support/cast';
import { expect, test } from '../support/test';
import { Console } from '../pages/console';
import { NewPassword } from '../pages/new-password';
import { SetUp } from '../pages/second-factor';
import { SignIn } from '../pages/sign-in';
import { UserSecurity } from '../pages/user';
import { App } from '../support/codes';
import { requireSecondFactors } from '../support/enrol';

test.describe('by an administrator', () => {
  test.beforeEach(async ({ signIn, users }) => {
    await signIn.as(cast.ana);
    await users.open();
  });

  test('A2: a user is added in a dialog with username, first password and group, and signs in at once', async ({
    users,
    console,
    anotherBrowser,
  }) => {
    await users.createUser({ username: 'olga', name: 'Olga Petrova', email: 'olga@northwind.example', password: PASSWORD, groups: ['User managers'] });
    await expect(console.toast).toContainText('Olga Petrova can sign in now');
    await expect(users.row('Olga Petrova')).toContainText('olga');
    await expect(users.row('Olga Petrova')).toContainText('User managers');

    const page = await anotherBrowser();
    await new SignIn(page).as({ username: 'olga', password: PASSWORD });
    await new NewPassword(page).choose(PASSWORD, NEW_PASSWORD);
    await expect(new Console(page).ownButton({ name: 'Olga Petrova' })).toBeVisible();
    await expect(page).toHaveURL('/users');
  });

  test('D3: a user is created with e-mail, name, password and group, and all of it is on their page', async ({ page, users }) => {
    await users.createUser({ username: 'nadia', name: 'Nadia Haddad', email: 'nadia@northwind.example', password: PASSWORD, groups: ['Auditors'] });
    await users.openPageOf('Nadia Haddad');
    const main = page.getByRole('main');
    await expect(main.getByRole('heading', { level: 1 })).toHaveText('Nadia Haddad');
    for (const words of ['nadia', 'nadia@northwind.example', 'Auditors']) {
      await expect(main.getByText(words).first()).toBeVisible();
    }
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
  });

  test('the form says where the policy requires a second factor anyway', async ({ page, users }) => {
    await requireSecondFactors(page, 'everyone');
    await users.open();
    await users.startCreating();
    await expect(users.create.dialog).toContainText('The policy requires one of everybody, with or without this.');
    await requireSecondFactors(page, 'nobody');
    await users.open();
    await users.startCreating();
    await expect(users.create.dialog).toContainText('whatever the policy says about everybody else');
  });

  test('A2: a username that somebody has is told while typing and refused on sending, and what was typed stays', async ({
    users,
    watch,
  }) => {
    const { create } = users;
    await users.startCreating();
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

  test('A13: a one-time password is shown once, acknowledged, and must be changed at the first sign-in', async ({
    page,
    users,
    anotherBrowser,
    watch,
  }) => {
    const { create, oneTimePassword } = users;
    await users.startCreating();
    await create.fillIn({ username: 'bruno', name: 'Bruno Costa' });
    await create.send();
    await expect(oneTimePassword.dialog).toContainText('Give it to Bruno Costa in person');
    const once = (await oneTimePassword.secret.textContent())!;
    expect(once.length).toBeGreaterThanOrEqual(15);

    // It cannot be closed by accident.
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

  test('the one-time password can be copied and saved', async ({ page, users, context }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const { create, oneTimePassword } = users;
    await users.startCreating();
    await create.fillIn({ username: 'copied', name: 'Copied Person' });
    await create.send();
    const once = (await oneTimePassword.secret.textContent())!;
    await oneTimePassword.dialog.getByRole('button', { name: 'Copy' }).click();
    await expect(oneTimePassword.dialog.getByRole('button', { name: 'Copied' })).toBeVisible();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(once);
    const saving = page.waitForEvent('download');
    await oneTimePassword.dialog.getByRole('button', { name: 'Download' }).click();
    expect((await saving).suggestedFilename()).toBe('one-time-password.txt');
    await oneTimePassword.takeAndClose();
  });

  test('E2: username of 3 to 50 characters, display name, optional e-mail, password, and the switch to administrator', async ({
    users,
    anotherBrowser,
  }) => {
    const { create } = users;
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
    await create.cancel();

    await users.createUser({ username: 'abc', name: 'Short Username', password: PASSWORD, groups: ['Administrators'] });
    await expect(users.row('Short Username')).toContainText('Administrators');
    await users.createUser({ username: 'y'.repeat(50), name: 'Long Username', password: PASSWORD });
    await expect(users.row('Long Username')).toContainText('y'.repeat(50));

    const page = await anotherBrowser();
    await new SignIn(page).as({ username: 'abc', password: PASSWORD });
    await new NewPassword(page).choose(PASSWORD, NEW_PASSWORD);
    await expect(new Console(page).ownButton({ name: 'Short Username' })).toContainText('Administrator');
  });

  test('a password that is too weak is refused beside its field', async ({ users, watch }) => {
    const { create } = users;
    watch.expectComplaint('status of 422');
    await users.startCreating();
    await create.fillIn({ username: 'weak', name: 'Weak Password', password: 'too short' });
    await create.send();
    await expect(create.password).toHaveAccessibleDescription(/Use at least 15 characters\./);
    await create.password.fill('aaaaaaaaaaaaaaaaaaaa');
    await create.send();
    await expect(create.password).toHaveAccessibleDescription(/easy to guess|Many people/);
    await expect(create.username).toHaveValue('weak');
  });

  test('by the keyboard alone', async ({ page, users }) => {
    const { create, oneTimePassword } = users;
    await users.createButton.focus();
    await page.keyboard.press('Enter');
    await expect(create.username).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(create.dialog).toBeHidden();
    await expect(users.createButton).toBeFocused();

    // All that the form offers stands in the way of the keyboard; what has not arrived cannot be reached.
    const offered = ['fields/list', 'groups/choices', 'users/find_second_factor_policy'];
    const arrived = Promise.all(offered.map((name) => page.waitForResponse(`**/fn/${name}`)));
    await page.keyboard.press('Enter');
    await expect(create.username).toBeFocused();
    await arrived;
    await expect(create.group('Administrators')).toBeVisible();
    await expect(create.secondFactor).toBeVisible();
    await page.keyboard.type('keyboard');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Keyboard Only');
    await page.keyboard.press('Tab');
    await expect(create.email).toBeFocused();
    await page.keyboard.press('Tab');
    await expect(create.group('Administrators')).toBeFocused();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await expect(create.group('Auditors')).toBeChecked();
    await create.name.focus();
    await page.keyboard.press('Enter');

    await expect(oneTimePassword.dialog).toBeVisible();
    await oneTimePassword.stored.focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('Tab');
    await expect(oneTimePassword.done).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(oneTimePassword.dialog).toBeHidden();
    await expect(users.row('Keyboard Only')).toContainText('Auditors');
  });

  test('the first stop of the keyboard is a way past the navigation', async ({ page, console }) => {
    await page.keyboard.press('Tab');
    const skip = page.getByRole('link', { name: 'Skip to the page' });
    await expect(skip).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(console.main).toBeFocused();
  });
});

test('a user manager sees groups that allow more than they may as greyed, with the reason', async ({ signIn, users }) => {
  await signIn.as(cast.tomas);
  await users.open();
  await users.startCreating();
  const { create } = users;
  await expect(create.group('Administrators')).toBeDisabled();
  await expect(create.groups).toContainText('You cannot put anybody into Administrators: it allows “Erase users”, and you do not hold that yourself.');
  await expect(create.group('Auditors')).toBeDisabled();
  await expect(create.group('User managers')).toBeEnabled();
});
