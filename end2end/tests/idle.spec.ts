import { cast } from '../support/cast';
import { expect, test } from '../support/test';

// Real minutes: both tests wait at the same time, each on a desk of its own.
test.describe.configure({ mode: 'parallel', timeout: 120_000 });
test.use({ needs: { seed: true, fresh: true, env: { KEYDESK_SESSIONS_IDLE_MINUTES: '1' } } });

test('whoever is idle is warned, and stays signed in by saying so', async ({ page, desk, signIn, users }) => {
  await signIn.as(cast.ana);
  await users.open();
  const warning = page.getByRole('dialog', { name: /You will be signed out in \d+ seconds/ });
  await expect(warning).toBeVisible({ timeout: 55_000 });
  await warning.getByRole('button', { name: 'Stay signed in' }).click();
  await expect(warning).toBeHidden();
  const left = async () =>
    (await page.request.post('/fn/account/time_left', { data: {}, headers: { origin: desk.url } })).json();
  await expect.poll(left).toBeGreaterThan(50_000);
});

test('whoever does not answer is asked to sign in, and gets back to the same page', async ({ page, signIn, users, watch }) => {
  await signIn.as(cast.ana);
  await users.open('?sort=name');
  watch.expectComplaint('status of 401');
  await expect(signIn.notice).toContainText('Your session has ended. Sign in again to go on.', { timeout: 80_000 });
  await signIn.fillIn(cast.ana.username, cast.ana.password);
  await expect(page).toHaveURL('/users?sort=name');
});
