import { expect, type Page } from '@playwright/test';

/** Opens a page of the console and waits until it answers to clicks and keys. */
export async function open(page: Page, path: string) {
  const response = await page.goto(path);
  await awake(page);
  return response;
}

/** The browser's half sets this mark once it has taken over the page. */
export async function awake(page: Page): Promise<void> {
  await expect(page.locator('html[data-awake]')).toBeAttached();
}
