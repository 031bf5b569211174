// A server that hangs, and somebody who stops the page's loading, as with the browser's own button.

import { expect, type Locator, type Page, type Route } from '@playwright/test';

/** Holds what this address is sent until somebody gives up on it or lets it go. */
export class Hanging {
  private readonly held: Route[] = [];
  private expected = 0;

  static async at(page: Page, path: string): Promise<Hanging> {
    const hanging = new Hanging();
    const wanted = ({ pathname }: URL) => pathname === path;
    await page.route(wanted, (route) => (route.request().method() === 'POST' ? void hanging.held.push(route) : route.fallback()));
    return hanging;
  }

  /** Waits until as many requests have gone out. One too many may still be on its way: `gotAll` knows. */
  async hasGot(count: number): Promise<void> {
    this.expected = count;
    await expect.poll(() => this.held.length).toBe(count);
  }

  /** Once something came of the last one: there was no other. */
  gotAll(): void {
    expect(this.held.length, 'requests in all').toBe(this.expected);
  }

  /** Lets the last one go, which leads somewhere. */
  async letGo(outcome: () => Promise<unknown>): Promise<void> {
    await this.held.at(-1)!.continue();
    await outcome();
    this.gotAll();
  }
}

/** The browser's Stop. The page answers no test while it waits for another one. */
export async function stopLoading(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  // Not detached: that would unplug the page's made-up passkey device as well.
  await devtools.send('Page.stopLoading');
}

/** Sends a form with a double click, gives up, and sends it again: one request each. */
export async function expectSendableAgain(page: Page, path: string, button: Locator): Promise<Hanging> {
  const server = await Hanging.at(page, path);
  await button.dblclick({ noWaitAfter: true });
  await server.hasGot(1);
  await stopLoading(page);
  await button.click({ noWaitAfter: true });
  await server.hasGot(2);
  return server;
}
