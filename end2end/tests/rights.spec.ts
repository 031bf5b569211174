import { cast } from '../support/cast';
import { expect, test } from '../support/test';

test('A15: whoever has no rights sees an explanation, not a blank page', async ({ page, signIn, account }) => {
  await signIn.as(cast.ingrid);
  await expect(page).toHaveURL('/account');
  await expect(page.getByRole('heading', { name: 'Profile' })).toBeVisible();
  await expect(page.getByText(/To see users and groups you need a group that allows it/)).toBeVisible();
  await expect(account.you).toContainText('Ingrid Sólveigardóttir');
  await expect(page.getByRole('link', { name: 'Back to console' })).toHaveCount(0);
});
