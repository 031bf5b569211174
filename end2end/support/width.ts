// Whether a page keeps within its window.

import { expect, type Page } from '@playwright/test';
import { SLOWER } from './slower';

/** The windows that pages are tried in: a desk, a phone, a small phone or 400 % zoom. */
export const WIDTHS = [1280, 375, 320];

/** What sticks out of the window, as far as it could be seen. */
const sticksOutNow = (page: Page) =>
  page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const found: string[] = [];
    if (document.documentElement.scrollWidth > width) found.push(`the page is ${document.documentElement.scrollWidth} px wide in ${width} px`);
    const scrolls = (element: Element | null): boolean =>
      element !== null && element !== document.body && (getComputedStyle(element).overflowX !== 'visible' || scrolls(element.parentElement));
    for (const element of document.body.querySelectorAll('*')) {
      const { left, right, width: own, height } = element.getBoundingClientRect();
      if (own <= 1 || height <= 1 || (left >= -1 && right <= width + 1)) continue;
      if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || scrolls(element.parentElement)) continue;
      found.push(`${element.tagName.toLowerCase()}.${element.className} from ${Math.round(left)} to ${Math.round(right)}`);
    }
    for (const box of document.querySelectorAll('dialog[open], [popover]:popover-open, .toast')) {
      if (box.scrollWidth > box.clientWidth + 1) found.push(`${box.tagName.toLowerCase()}.${box.className} scrolls sideways: ${box.scrollWidth} in ${box.clientWidth} px`);
    }
    return found.slice(0, 12);
  });

/** The same, once the page is laid out for the window: nothing where it fits. */
export async function sticksOut(page: Page): Promise<string[]> {
  let found: string[] = [];
  const fits = async () => (found = await sticksOutNow(page)).length === 0;
  await expect.poll(fits, { timeout: 5_000 * SLOWER }).toBe(true).catch(() => undefined);
  return found;
}
