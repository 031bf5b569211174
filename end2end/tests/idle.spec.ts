// Two clocks: the browser's is Playwright's, and the server's stands for itself, so that activity is made older in the database.

import { cast } from '../support/cast';
import { expect, test } from '../support/test';

// Two hours without activity end a session; the last two minutes are warned of.
test.use({ needs: { seed: true, postgres: true } });

test('whoever is idle is warned, stays signed in by saying so, and otherwise signs in again and gets back to the same page', async ({
  page,
  desk,
  signIn,
  users,
  watch,
}) => {
  await page.clock.install();
  await signIn.at('/users?sort=name', cast.ana);
  const warning = page.getByRole('dialog', { name: /You will be signed out in \d+ (second|minute)s?/ });

  /** An hour and 59 minutes go by, of which the browser's clock sees enough to ask how much time is left. */
  const sitIdle = async () => {
    // What a process has noted and not yet written would count for more than what is in the database.
    await desk.restart(() => desk.database.ageActivity(119));
    await page.clock.fastForward('01:58:30');
    await expect(warning).toBeVisible();
  };

  await test.step('whoever answers stays', async () => {
    await sitIdle();
    const answered = page.waitForResponse('**/fn/account/stay');
    await warning.getByRole('button', { name: 'Stay signed in' }).click();
    // Told as of the moment of the answer, however long that is ago: more than what is warned of.
    expect(await (await answered).json()).toBeGreaterThan(2 * 60_000);
    await expect(warning).toBeHidden();
  });

  await test.step('whoever does not answer leaves', async () => {
    await sitIdle();
    watch.expectComplaint('status of 401');
    // The browser asks once more when the time is up, for another tab may have been used.
    await desk.database.ageActivity(2);
    await page.clock.fastForward('01:30');
    await expect(signIn.notice).toContainText('Your session has ended. Sign in again to go on.');
    await signIn.fillIn(cast.ana.username, cast.ana.password);
    await expect(page).toHaveURL('/users?sort=name');
  });
});
