// A password that another product hashed; which kinds there are is asserted in `server/tests/it/pages/entry.rs`.

import { cast } from '../support/cast';
import { expect, test } from '../support/test';

test.use({ needs: { seed: true, postgres: true } });

/** A hash of the cast's password, made by Python's bcrypt package. */
const BCRYPT = '$2b$10$ehFa/aLB3tWQ2JR.JoZcB.ZcshawMCOuCJKhmkQe3rQCNNZE9kPLG';

test('D6: hashes of other products let in with the old password, and are argon2id afterwards', async ({ page, signIn, desk, watch }) => {
  watch.expectComplaint('status of 401');
  await desk.database.bringHash(cast.ingrid.username, BCRYPT);
  await signIn.attempt(cast.ingrid.username, 'violet tractor humming eighteen');
  await expect(signIn.refusal).toBeVisible();
  expect(await desk.database.hashOf(cast.ingrid.username), 'a wrong password upgrades nothing').toBe(BCRYPT);

  await signIn.as(cast.ingrid);
  const upgraded = await desk.database.hashOf(cast.ingrid.username);
  expect(upgraded).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  await page.context().clearCookies();
  await signIn.as(cast.ingrid);
  await expect(page).toHaveURL('/account');
  expect(await desk.database.hashOf(cast.ingrid.username)).toBe(upgraded);
});
