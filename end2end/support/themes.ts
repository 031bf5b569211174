import { expect, type Page, test } from '@playwright/test';
import { expectAccessible } from './axe';

/** Shows something in light and in dark, and lets axe judge both. */
export async function expectAccessibleInBothThemes(page: Page, show: () => Promise<unknown>): Promise<void> {
  for (const value of ['light', 'dark']) {
    await page.context().addCookies([{ name: 'keydesk-theme', value, url: new URL(page.url()).origin }]);
    await show();
    await expect(page.locator('html')).toHaveAttribute('data-theme', value);
    await test.step(`axe, ${value}`, () => expectAccessible(page));
  }
}

/** How wide the page is: more than the window means that it scrolls sideways. */
export const widthOf = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth);
