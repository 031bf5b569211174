import { cast } from '../support/cast';
import { expect, test } from '../support/test';

test('the groups page says who is in which group and what it allows', async ({ page, signIn, console, users }) => {
  await signIn.as(cast.ana);
  await expect(users.heading).toBeVisible();
  await console.goTo('Groups');
  await expect(page).toHaveURL('/groups');
  await expect(console.heading('Groups')).toBeVisible();
  const main = console.main;
  for (const group of ['Administrators', 'Auditors', 'User managers']) {
    await expect(main.getByRole('heading', { name: group })).toBeVisible();
  }
  await expect(main.getByText('2 people')).toHaveCount(1);
  await expect(main.getByText('1 person')).toHaveCount(2);
  await expect(main.getByText('May see everything and change nothing.')).toBeVisible();
  await expect(main.getByText('audit:view')).toHaveCount(2);
  await expect(console.navigation.getByRole('link', { name: 'Groups' })).toHaveAttribute('aria-current', 'page');
});
