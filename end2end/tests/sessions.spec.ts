import { cast } from '../support/cast';
import { expect, test } from '../support/test';

test.use({ needs: { seed: true, postgres: true, fresh: true } });

test('A6: sessions are in the database with their last activity, and a job ends those that nobody has used for two hours', async ({ desk, signIn, users, page }) => {
  await signIn.as(cast.ana);
  const [before] = await desk.database.sessionsOf('ana');
  expect(before).toBeDefined();
  await users.open('?sort=name');
  // Activity is written down every few seconds.
  await expect.poll(async () => (await desk.database.sessionsOf('ana'))[0]?.lastSeenAt).toBeGreaterThan(before!.lastSeenAt);

  await desk.restart(() => desk.database.ageActivity(119));
  await users.open();
  await expect(users.table).toBeVisible();

  // By itself: the person's browser asks for nothing meanwhile.
  await page.goto('about:blank');
  await desk.restart(() => desk.database.ageActivity(122));
  await expect.poll(() => desk.database.sessionsOf('ana')).toEqual([]);
  await page.goto('/users');
  await expect(signIn.notice).toContainText('Your session has ended. Sign in again to go on.');
});
