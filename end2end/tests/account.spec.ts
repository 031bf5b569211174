import { cast, NEW_PASSWORD, PASSWORD } from '../support/cast';
import { expect, test } from '../support/test';
import { Account } from '../pages/account';
import { SignIn } from '../pages/sign-in';

test.describe('profile', () => {
  test('a new display name shows in the frame at once, and everywhere afterwards', async ({ page, signIn, account, console }) => {
    await signIn.as(cast.priya);
    await account.openProfile();
    await account.rename('Priya R. Raghunathan');
    await expect(account.toast).toContainText('Profile saved');
    await expect(account.you).toContainText('Priya R. Raghunathan');
    await page.getByRole('link', { name: 'Back to console' }).click();
    await expect(console.ownButton({ name: 'Priya R. Raghunathan' })).toBeVisible();
    await page.reload();
    await expect(console.ownButton({ name: 'Priya R. Raghunathan' })).toBeVisible();
  });

  test('an empty name is refused beside its field', async ({ signIn, account, watch }) => {
    await signIn.as(cast.tomas);
    watch.expectComplaint('status of 422');
    await account.openProfile();
    await account.rename('   ');
    await expect(account.displayName).toHaveAccessibleDescription(/Fill this in\./);
    await expect(account.you).toContainText('Tomás Herrera');
  });
});

test.describe('password', () => {
  test('D7: one changes the own password with the current one, and other sessions end', async ({
    page,
    signIn,
    account,
    watch,
    anotherBrowser,
  }) => {
    const other = await anotherBrowser();
    await new SignIn(other).as(cast.ingrid);
    await signIn.as(cast.ingrid);
    await account.openSecurity();

    watch.expectComplaint('status of 422');
    await account.changePassword('not her password', NEW_PASSWORD);
    await expect(account.currentPassword).toHaveAccessibleDescription(/This is not your current password\./);
    await account.changePassword(PASSWORD, 'short');
    await expect(account.newPassword).toHaveAccessibleDescription(/Use at least 15 characters\./);
    await account.changePassword(PASSWORD, 'Ingrid Sólveigardóttir');
    await expect(account.newPassword).toHaveAccessibleDescription(/made of your name or ours/);

    await account.changePassword(PASSWORD, NEW_PASSWORD);
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

  test('other sessions stay if one wants that', async ({ signIn, account, anotherBrowser }) => {
    const other = await anotherBrowser();
    await new SignIn(other).as(cast.tomas);
    await signIn.as(cast.tomas);
    await account.openSecurity();
    await account.signOutElsewhere.uncheck();
    await account.changePassword(PASSWORD, NEW_PASSWORD);
    await expect(account.toast).toContainText('Password changed');
    await new Account(other).openProfile();
    await expect(new Account(other).you).toContainText('Tomás Herrera');
  });
});

test.describe('sessions', () => {
  test('one sees where one is signed in, and ends one of them', async ({ signIn, account, console, anotherBrowser }) => {
    const other = await anotherBrowser();
    await new SignIn(other).as(cast.ana);
    await signIn.as(cast.ana);
    await account.openSessions();
    await expect(console.main.getByText('This one')).toHaveCount(1);
    await expect(console.main.getByText(/ since /)).toHaveCount(2);
    await expect(console.main).toContainText(/Chrom\w+ on Linux/);
    await account.endOther();
    await expect(account.toast).toContainText('Session ended');
    await expect(console.main.getByText(/ since /)).toHaveCount(1);

    await other.goto('/users');
    await expect(new SignIn(other).notice).toContainText('Your session has ended. Sign in again to go on.');
  });

  test('one ends all others at once', async ({ signIn, account, console, anotherBrowser }) => {
    const others = [await anotherBrowser(), await anotherBrowser()];
    for (const other of others) await new SignIn(other).as(cast.grace);
    await signIn.as(cast.grace);
    await account.openSessions();
    await account.endAllOthers('Ends 2 sessions now');
    await expect(account.toast).toContainText('2 sessions ended');
    await expect(console.main.getByText(/ since /)).toHaveCount(1);
    for (const other of others) {
      await other.goto('/account');
      await expect(new SignIn(other).heading).toBeVisible();
    }
  });

  test('what an ended browser still shows leads to sign-in when it is used', async ({ signIn, account, console, watch, anotherBrowser }) => {
    const other = await anotherBrowser();
    await new SignIn(other).as(cast.ana);
    await new Account(other).openSessions();
    await signIn.as(cast.ana);
    await account.openSessions();
    await account.endAllOthers();
    await expect(console.main.getByText(/ since /)).toHaveCount(1);

    watch.expectComplaint('status of 401');
    await other.getByRole('link', { name: 'Profile' }).click();
    const dialog = other.getByRole('dialog', { name: 'Sign in again' });
    await expect(dialog).toContainText('You are signed out');
    await dialog.getByRole('link', { name: 'Sign in as somebody else' }).click();
    await expect(new SignIn(other).heading).toBeVisible();
  });
});
