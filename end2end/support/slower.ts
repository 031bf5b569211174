// A slower machine on a fast one: with KEYDESK_SLOWER=4 each page has a quarter of the processor.
// A test that only passes when the page is quick shows itself this way.

import type { BrowserContext } from '@playwright/test';

/** How many times slower than this machine, and how many times longer is waited. */
export const SLOWER = Number(process.env.KEYDESK_SLOWER ?? 1);

export function slowDown(context: BrowserContext): void {
  if (SLOWER <= 1) return;
  context.on('page', async (page) => {
    try {
      const devtools = await context.newCDPSession(page);
      await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
    } catch {
      // The page was closed again.
    }
  });
}
