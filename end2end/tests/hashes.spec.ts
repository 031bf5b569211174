// Passwords that another product hashed.

import { cast } from '../support/cast';
import { expect, test } from '../support/test';

test.use({ needs: { seed: true, postgres: true } });

/** Hashes of the cast's password, made by Python: hashlib, the bcrypt package, argon2-cffi and Django's encoding. */
const HASHES = {
  bcrypt: '$2b$10$ehFa/aLB3tWQ2JR.JoZcB.ZcshawMCOuCJKhmkQe3rQCNNZE9kPLG',
  scrypt: '$scrypt$ln=14,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$4FneHJ70IBD/qT4wDVRXh8QE8riGJNg/6IChq7brvO8',
  PBKDF2: '$pbkdf2-sha256$i=100000,l=32$AAECAwQFBgcICQoLDA0ODw$0g80MDKtWGowFD50y5ZmVF2/o+z+yaK502Iqq40oLXQ',
  Django: 'pbkdf2_sha256$100000$QwErTy123456$luQrc2r3SKUn/TVm2z36js8/dWwq5lg1Ba1m/kSgnAo=',
  'an older argon2': '$argon2i$v=19$m=4096,t=3,p=1$ar60kFd8hy96lV9wlRq78w$e5JWYvt6GqKHJL2U2vK5tCydpwLvHMG/wQnawARHAFc',
};

test('D6: hashes of other products let in with the old password, and are argon2id afterwards', async ({ page, signIn, desk, watch }) => {
  watch.expectComplaint('status of 401');
  for (const [kind, hash] of Object.entries(HASHES)) {
    await test.step(kind, async () => {
      await desk.database.bringHash(cast.ingrid.username, hash);
      await signIn.attempt(cast.ingrid.username, 'violet tractor humming eighteen');
      await expect(signIn.refusal).toBeVisible();
      expect(await desk.database.hashOf(cast.ingrid.username), 'a wrong password upgrades nothing').toBe(hash);

      await signIn.as(cast.ingrid);
      const upgraded = await desk.database.hashOf(cast.ingrid.username);
      expect(upgraded).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
      await page.context().clearCookies();
      await signIn.as(cast.ingrid);
      await expect(page).toHaveURL('/account');
      expect(await desk.database.hashOf(cast.ingrid.username)).toBe(upgraded);
      await page.context().clearCookies();
    });
  }
});
