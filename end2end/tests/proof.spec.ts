// The server's clock decides, so the time of proof is moved in the database.

import { cast, PASSWORD } from '../support/cast';
import { expect, test } from '../support/test';

test.use({ needs: { seed: true, postgres: true } });

test('six minutes after the password was given it is asked for again, and nothing typed is lost', async ({
  page,
  desk,
  signIn,
  users,
  console,
  watch,
}) => {
  await signIn.as(cast.ana);
  await users.open();
  await desk.database.agePasswordProofs(6);
  watch.expectComplaint('status of 403');
  await users.startCreating();
  await users.create.fillIn({ username: 'late', name: 'Late Comer', password: PASSWORD });
  await users.create.send();

  const proof = page.getByRole('dialog', { name: 'Confirm that it is you' });
  const password = proof.getByLabel('Your password');
  await expect(password).toBeFocused();
  watch.expectComplaint('status of 422');
  await password.fill('not her password');
  await proof.getByRole('button', { name: 'Confirm' }).click();
  await expect(password).toHaveAccessibleDescription(/./);
  await password.fill(PASSWORD);
  await password.press('Enter');

  await expect(proof).toBeHidden();
  await expect(console.toast).toContainText('Late Comer can sign in now');
  await expect(users.row('Late Comer')).toBeVisible();
});

test('whoever does not confirm is back in the form', async ({ page, desk, signIn, users, watch }) => {
  await signIn.as(cast.grace);
  await users.open();
  await desk.database.agePasswordProofs(6);
  watch.expectComplaint('status of 403');
  await users.startCreating();
  await users.create.fillIn({ username: 'never', name: 'Never Made' });
  await users.create.send();
  const proof = page.getByRole('dialog', { name: 'Confirm that it is you' });
  await proof.getByRole('button', { name: 'Cancel' }).click();
  await expect(proof).toBeHidden();
  await expect(users.create.username).toHaveValue('never');
  await users.create.cancel();
  await expect(users.row('Never Made')).toHaveCount(0);
});
