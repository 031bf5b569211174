import { cast } from '../support/cast';
import { expect, test } from '../support/test';

test('A15: whoever has no rights sees an explanation, not a blank page', async ({ page, signIn, account }) => {
  await signIn.as(cast.ingrid);
  await expect(page).toHaveURL('/account');
  await expect(page.getByRole('heading', { name: 'Profile' })).toBeVisible();
  await expect(page.getByText(/To see users and groups you need a group that allows it/)).toBeVisible();
  await expect(account.you).toContainText('Ingrid Sólveigardóttir');
  await expect(page.getByRole('link', { name: 'Back to console' })).toHaveCount(0);
});

test('a page that one may not see names the permission that is missing', async ({ signIn, console, watch }) => {
  await signIn.as(cast.ingrid);
  watch.expectComplaint('status of 403');
  for (const [path, permission] of [
    ['/users', 'This needs the permission “View users” (users:view)'],
    ['/groups', 'This needs the permission “View groups” (groups:view)'],
  ] as const) {
    const response = await console.open(path);
    expect(response?.status(), path).toBe(403);
    await expect(console.problem).toHaveText('You may not see this');
    await expect(console.main).toContainText(permission);
  }
});

test('C10: an auditor sees “Create user” greyed, with the permission that is missing', async ({ signIn, users }) => {
  await signIn.as(cast.priya);
  await users.open();
  await expect(users.createButton).toHaveAttribute('aria-disabled', 'true');
  await expect(users.createButton).toHaveAccessibleDescription('Needs the permission “Create users”');
  await users.createButton.click({ force: true });
  await expect(users.create.dialog).toBeHidden();
});

test('a user manager has no way to the audit log of a person', async ({ page, signIn, users, console, watch }) => {
  await signIn.as(cast.tomas);
  await users.open();
  await users.openPageOf('Ana Moreira');
  await expect(page.getByRole('link', { name: 'Overview' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Activity' })).toHaveCount(0);
  watch.expectComplaint('status of 403');
  const response = await console.open(`${new URL(page.url()).pathname}/activity`);
  expect(response?.status()).toBe(403);
  await expect(console.main).toContainText('“View the audit log” (audit:view)');
});
