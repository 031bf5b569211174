// A page that is hidden and shown again, as by another tab or another window in front of it. Chromium
// shows every page to a test driver, so the page is told what a browser would tell it.

import type { Page } from '@playwright/test';

const tell = (page: Page, hidden: boolean) =>
  page.evaluate((hidden) => {
    Object.defineProperties(document, {
      hidden: { configurable: true, value: hidden },
      visibilityState: { configurable: true, value: hidden ? 'hidden' : 'visible' },
    });
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  }, hidden);

export const hide = (page: Page) => tell(page, true);

export const show = (page: Page) => tell(page, false);
