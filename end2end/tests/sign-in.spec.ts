import { cast, PASSWORD } from '../support/cast';
import { expect, test } from '../support/test';

test('the right password leads to the console', async ({ page, signIn, users }) => {
  await signIn.as(cast.ana);
  await expect(page).toHaveURL('/users');
  await expect(users.heading).toBeVisible();
});

test('the username may be written in capitals', async ({ signIn, users }) => {
  await signIn.as({ username: ' GRACE ', password: PASSWORD });
  await expect(users.heading).toBeVisible();
});

test('signing out leads to sign-in, and the way back shows nothing', async ({ page, signIn, console, users }) => {
  await signIn.as(cast.ana);
  await console.signOut(cast.ana);
  await expect(signIn.heading).toBeVisible();
  await page.goBack();
  await expect(users.table).toBeHidden();
  await page.goto('/users');
  await expect(signIn.heading).toBeVisible();
});

test('B13: a wrong password, an unknown name, a disabled and an invited person all read the same', async ({
  signIn,
  watch,
}) => {
  watch.expectComplaint('status of 401');
  const sentences = new Set<string | null>();
  for (const [username, password] of [
    ['ana', 'not her password at all'],
    ['nobody-of-that-name', PASSWORD],
    [cast.samuelWhoIsDisabled.username, PASSWORD],
    [cast.yutongWhoIsInvited.username, PASSWORD],
  ] as const) {
    await signIn.attempt(username, password);
    await expect(signIn.refusal).toBeVisible();
    sentences.add(await signIn.refusal.textContent());
    await expect(signIn.username, 'what was typed stays').toHaveValue(username);
    await expect(signIn.password).toHaveValue('');
  }
  expect(sentences.size, [...sentences].join('\n')).toBe(1);
});

test('whoever wanted a page gets to it after signing in', async ({ page, signIn, users }) => {
  await page.goto('/users?q=grace&sort=name');
  await expect(signIn.heading).toBeVisible();
  await signIn.fillIn('ana', PASSWORD);
  await expect(page).toHaveURL('/users?q=grace&sort=name');
  await expect(users.rows).toHaveCount(1);
});

test('nobody is sent to a foreign address after signing in', async ({ page, signIn, console, desk }) => {
  for (const foreign of ['https://example.org/', '//example.org/', '/\\example.org', 'javascript:alert(1)']) {
    await signIn.open(foreign);
    await signIn.fillIn('ana', PASSWORD);
    await expect(page).toHaveURL(`${desk.url}/users`);
    await console.signOut(cast.ana);
  }
});

test('whoever is signed in is not asked again', async ({ page, signIn }) => {
  await signIn.as(cast.ana);
  await page.goto('/sign-in?next=/groups');
  await expect(page).toHaveURL('/groups');
});

test('a password can be shown and hidden', async ({ page, signIn }) => {
  await signIn.open();
  await signIn.password.fill('something typed');
  await page.getByRole('button', { name: 'Show' }).click();
  await expect(signIn.password).toHaveAttribute('type', 'text');
  await page.getByRole('button', { name: 'Hide' }).click();
  await expect(signIn.password).toHaveAttribute('type', 'password');
});

test('the pages before signing in load no WebAssembly', async ({ page, signIn, watch }) => {
  await signIn.open();
  await expect(signIn.heading).toBeVisible();
  await page.waitForLoadState('networkidle');
  expect(watch.requests.map((url) => url.pathname).filter((path) => /wasm|keydesk-.*\.js$/.test(path))).toEqual([]);
});
