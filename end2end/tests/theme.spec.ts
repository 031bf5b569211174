import { cast } from '../support/cast';
import { expect, test } from '../support/test';

const THEMES = [
  ['Dark', 'dark'],
  ['Light', 'light'],
  ['As the system', 'system'],
] as const;

// That the server's own page comes in it, so that nothing flashes, is asserted in `server/tests/it/pages/entry.rs`.
test('light, dark or the system’s: chosen in the menu, seen at once, and kept, also before signing in', async ({ page, signIn, console, users }) => {
  const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  await signIn.as(cast.ana);
  await users.open();
  const light = await background();
  for (const [words, name] of THEMES) {
    await console.chooseTheme(cast.ana, words);
    await expect(page.locator('html')).toHaveAttribute('data-theme', name);
    await console.openOwnMenu(cast.ana);
    await expect(console.ownMenu.getByRole('menuitemradio', { name: words })).toBeChecked();
    await page.keyboard.press('Escape');
    if (name === 'dark') {
      expect(await background()).not.toBe(light);
      await page.reload();
      await expect(page.locator('html')).toHaveAttribute('data-theme', name);
      expect(await background()).not.toBe(light);
    } else {
      expect(await background(), name).toBe(light);
    }
  }
  await console.chooseTheme(cast.ana, 'Dark');
  await console.signOut(cast.ana);
  await expect(signIn.heading).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  expect(await background()).not.toBe(light);
});
