import { cast } from '../support/cast';
import { SLOWER } from '../support/slower';
import { expect, test } from '../support/test';

// Real minutes: both tests wait at the same time, each on a desk of its own.
test.describe.configure({ mode: 'parallel' });

/** Minutes until the session ends; its last quarter is warned of, which a slow page needs for answering. */
const MINUTES = Math.ceil(SLOWER);
const IDLE = MINUTES * 60_000;
const WARNED = IDLE / 4;
test.use({ needs: { seed: true, fresh: true, env: { KEYDESK_SESSIONS_IDLE_MINUTES: String(MINUTES) } } });

/** As long as that takes, and as long again as anything is waited for. */
const within = (time: number) => ({ timeout: time + 30_000 * SLOWER });

test('whoever is idle is warned, and stays signed in by saying so', async ({ page, signIn, users }) => {
  await signIn.as(cast.ana);
  await users.open();
  const warning = page.getByRole('dialog', { name: /You will be signed out in \d+ (second|minute)s?/ });
  await expect(warning).toBeVisible(within(IDLE));
  const answered = page.waitForResponse('**/fn/account/stay');
  await warning.getByRole('button', { name: 'Stay signed in' }).click();
  // Told as of the moment of the answer, however long that is ago.
  expect(await (await answered).json()).toBeGreaterThan(WARNED);
  await expect(warning).toBeHidden();
});

test('whoever does not answer is asked to sign in, and gets back to the same page', async ({ page, signIn, users, watch }) => {
  await signIn.as(cast.ana);
  await users.open('?sort=name');
  watch.expectComplaint('status of 401');
  await expect(signIn.notice).toContainText('Your session has ended. Sign in again to go on.', within(IDLE));
  await signIn.fillIn(cast.ana.username, cast.ana.password);
  await expect(page).toHaveURL('/users?sort=name');
});
