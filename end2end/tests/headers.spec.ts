import { cast } from '../support/cast';
import { expect, test } from '../support/test';

// What the headers say is asserted where the server is asked: `server/tests/it/headers.rs` and `pages/entry.rs`.
test('a visit to every page asks nobody but this Keydesk for anything', async ({ page, desk, signIn, users, console, watch }) => {
  await signIn.as(cast.ana);
  await expect(users.heading).toBeVisible();
  await console.goTo('Groups');
  await expect(page).toHaveURL('/groups');
  await expect(console.heading('Groups')).toBeVisible();
  await expect(console.navigation.getByRole('link', { name: 'Groups' })).toHaveAttribute('aria-current', 'page');
  await users.open();
  await users.startCreating();
  for (const path of ['/groups', '/account', '/account/security', '/account/sessions']) await console.open(path);
  // A page that is not found wakes up as well.
  watch.expectComplaint('status of 404');
  const response = await console.open('/nowhere');
  expect(response?.status()).toBe(404);
  await expect(console.problem).toHaveText('Not found');
  const hosts = new Set(watch.requests.filter((url) => url.protocol.startsWith('http')).map((url) => url.origin));
  expect([...hosts]).toEqual([desk.url]);
});
