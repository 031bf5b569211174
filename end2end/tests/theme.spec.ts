import { cast } from '../support/cast';
import { expect, test } from '../support/test';

const THEMES = [
  ['Dark', 'dark'],
  ['Light', 'light'],
  ['As the system', 'system'],
] as const;

test('light, dark or the system’s: chosen in the menu, kept, and in the server’s own page', async ({ page, signIn, console, users }) => {
  await signIn.as(cast.ana);
  await users.open();
  for (const [words, name] of THEMES) {
    await console.chooseTheme(cast.ana, words);
    await expect(page.locator('html')).toHaveAttribute('data-theme', name);
    await console.openOwnMenu(cast.ana);
    await expect(console.ownMenu.getByRole('menuitemradio', { name: words })).toBeChecked();
    await page.keyboard.press('Escape');

    // The page is right before any script runs, so nothing flashes.
    const html = await (await page.request.get('/users')).text();
    expect(html).toContain(`data-theme="${name}"`);
    await page.reload();
    await expect(page.locator('html')).toHaveAttribute('data-theme', name);
  }
});

test('the dark page is dark, also before signing in', async ({ page, signIn, console, users }) => {
  const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  await signIn.as(cast.grace);
  await users.open();
  const light = await background();
  await console.chooseTheme(cast.grace, 'Dark');
  expect(await background()).not.toBe(light);
  await console.signOut(cast.grace);
  await expect(signIn.heading).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  expect(await background()).not.toBe(light);
});
