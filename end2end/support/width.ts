// Whether a page keeps within its window.

import { expect, type Page } from '@playwright/test';

/** The windows that pages are tried in: a desk, a phone, a small phone or 400 % zoom. */
const WIDTHS = [1280, 375, 320];

/** What sticks out of the window, as far as it could be seen. */
const sticksOut = (page: Page) =>
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

/** At every width; the page is left at the first. */
export async function expectNoWider(page: Page, what: string): Promise<void> {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    // Until the page is laid out for the new width.
    await expect.poll(() => sticksOut(page), `${what} at ${width} px`).toEqual([]);
  }
  await page.setViewportSize({ width: WIDTHS[0]!, height: 800 });
}
