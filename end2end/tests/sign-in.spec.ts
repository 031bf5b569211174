import { cast, PASSWORD } from '../support/cast';
import { expect, test } from '../support/test';

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

test('whoever wanted a page gets to it after signing in, and after signing out sees nothing of it any more', async ({ page, signIn, console, users, watch }) => {
  await page.goto('/users?q=grace&sort=name');
  await expect(signIn.heading).toBeVisible();

  await test.step('the page before signing in loads no WebAssembly', async () => {
    await page.waitForLoadState('networkidle');
    expect(watch.requests.map((url) => url.pathname).filter((path) => /wasm|keydesk-.*\.js$/.test(path))).toEqual([]);
  });

  await test.step('a password can be shown and hidden', async () => {
    await signIn.password.fill('something typed');
    await page.getByRole('button', { name: 'Show' }).click();
    await expect(signIn.password).toHaveAttribute('type', 'text');
    await page.getByRole('button', { name: 'Hide' }).click();
    await expect(signIn.password).toHaveAttribute('type', 'password');
  });

  await signIn.fillIn('ana', PASSWORD);
  await expect(page).toHaveURL('/users?q=grace&sort=name');
  await expect(users.heading).toBeVisible();
  await expect(users.rows).toHaveCount(1);

  await console.signOut(cast.ana);
  await expect(signIn.heading).toBeVisible();
  await page.goBack();
  await expect(users.table).toBeHidden();
  await page.goto('/users');
  await expect(signIn.heading).toBeVisible();
});
