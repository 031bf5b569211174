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
  await signIn.at('/users', cast.ana);
  await desk.database.agePasswordProofs(6);
  watch.expectComplaint('status of 403');
  await users.startCreating();
  await users.create.fillIn({ username: 'late', name: 'Late Comer', password: PASSWORD });
  const proof = page.getByRole('dialog', { name: 'Confirm that it is you' });

  await test.step('whoever does not confirm is back in the form', async () => {
    await users.create.send();
    await proof.getByRole('button', { name: 'Cancel' }).click();
    await expect(proof).toBeHidden();
    await expect(users.create.username).toHaveValue('late');
    await expect(users.row('Late Comer')).toHaveCount(0);
  });

  await users.create.send();
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
