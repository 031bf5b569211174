import { cast, NEW_PASSWORD, PASSWORD } from '../support/cast';
import { expect, test } from '../support/test';
import { Account, OwnFactors } from '../pages/account';
import { SignIn } from '../pages/sign-in';

test('a new display name shows in the frame at once, and everywhere afterwards; an empty one is refused', async ({
  page,
  signIn,
  account,
  console,
  watch,
}) => {
  await signIn.at('/account', cast.priya);
  await test.step('an empty name is refused beside its field', async () => {
    watch.expectComplaint('status of 422');
    await account.rename('   ');
    await expect(account.displayName).toHaveAccessibleDescription(/Fill this in\./);
    await expect(account.you).toContainText(cast.priya.name);
  });
  await account.rename('Priya R. Raghunathan');
  await expect(account.toast).toContainText('Profile saved');
  await expect(account.you).toContainText('Priya R. Raghunathan');
  await page.getByRole('link', { name: 'Back to console' }).click();
  await expect(console.ownButton({ name: 'Priya R. Raghunathan' })).toBeVisible();
  await page.reload();
  await expect(console.ownButton({ name: 'Priya R. Raghunathan' })).toBeVisible();
});

test('D7: one changes the own password with the current one, and other sessions end', async ({
  page,
  signIn,
  account,
  watch,
  anotherBrowser,
}) => {
  const other = await anotherBrowser();
  await new SignIn(other).quietly(cast.ingrid);
  await signIn.at('/account/security', cast.ingrid);
  const { strength } = new OwnFactors(page);

  await test.step('the strength of a new password is said while it is typed', async () => {
    await account.newPassword.fill('password1');
    await expect(strength).toContainText('Use at least 15 characters.');
    await account.newPassword.fill('Ingrid Sólveigardóttir Northwind');
    await expect(strength).toContainText('made of your name or ours');
    await account.newPassword.fill(NEW_PASSWORD);
    await expect(strength).toContainText('ard to guess.');
  });

  watch.expectComplaint('status of 422');
  await account.changePassword('not her password', NEW_PASSWORD);
  await expect(account.currentPassword).toHaveAccessibleDescription(/This is not your current password\./);
  await account.changePassword(PASSWORD, 'short');
  await expect(account.newPassword).toHaveAccessibleDescription(/Use at least 15 characters\./);
  await account.changePassword(PASSWORD, 'Ingrid Sólveigardóttir');
  await expect(account.newPassword).toHaveAccessibleDescription(/made of your name or ours/);

  const between = `${NEW_PASSWORD} x`;
  await test.step('other sessions stay if one wants that, and a strength that cannot be asked for blocks nothing', async () => {
    watch.expectComplaint('net::ERR_FAILED');
    const asked = page.waitForRequest((request) => request.url().endsWith('/password_strength') && request.postDataJSON().password === between);
    await page.route('**/password_strength', (route) => route.abort());
    await account.newPassword.fill(between);
    await asked;
    await account.signOutElsewhere.uncheck();
    await account.changePassword(PASSWORD, between);
    await expect(account.toast).toContainText('Password changed');
    await expect(strength).toBeEmpty();
    await page.unroute('**/password_strength');
    await new Account(other).openProfile();
    await expect(new Account(other).you).toContainText(cast.ingrid.name);
  });

  await account.signOutElsewhere.check();
  await account.changePassword(between, NEW_PASSWORD);
  await expect(account.toast).toContainText('Password changed, 1 other session ended');
  await expect(account.currentPassword).toHaveValue('');
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Security' })).toBeVisible();

  await other.goto('/account');
  const theirs = new SignIn(other);
  await expect(theirs.notice).toContainText('Your session has ended.');
  watch.expectComplaint('status of 401');
  await theirs.attempt('ingrid', PASSWORD);
  await expect(theirs.refusal).toBeVisible();
  await theirs.as({ username: 'ingrid', password: NEW_PASSWORD });
});

test('one sees where one is signed in, and ends one of the sessions or all others at once', async ({
  signIn,
  account,
  console,
  watch,
  anotherBrowser,
}) => {
  const since = console.main.getByText(/ since /);
  const first = await anotherBrowser();
  await new SignIn(first).quietly(cast.ana);
  await signIn.at('/account/sessions', cast.ana);
  await expect(console.main.getByText('This one')).toHaveCount(1);
  await expect(since).toHaveCount(2);
  await expect(console.main).toContainText(/Chrom\w+ on Linux/);
  await account.endOther();
  await expect(account.toast).toContainText('Session ended');
  await expect(since).toHaveCount(1);
  await first.goto('/users');
  await expect(new SignIn(first).notice).toContainText('Your session has ended. Sign in again to go on.');

  await new SignIn(first).quietly(cast.ana);
  const other = await anotherBrowser();
  await new SignIn(other).at('/account/sessions', cast.ana);
  await account.openSessions();
  await account.endAllOthers('Ends 2 sessions now');
  await expect(account.toast).toContainText('2 sessions ended');
  await expect(since).toHaveCount(1);
  await first.goto('/account');
  await expect(new SignIn(first).heading).toBeVisible();

  await test.step('what an ended browser still shows leads to sign-in when it is used', async () => {
    watch.expectComplaint('status of 401');
    await other.getByRole('link', { name: 'Profile' }).click();
    const dialog = other.getByRole('dialog', { name: 'Sign in again' });
    await expect(dialog).toContainText('You are signed out');
    await dialog.getByRole('link', { name: 'Sign in as somebody else' }).click();
    await expect(new SignIn(other).heading).toBeVisible();
  });
});
