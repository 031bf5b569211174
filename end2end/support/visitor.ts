// One visitor walks through the pages and all that opens on them, and judges each state where it stands:
// by axe in light, by axe in dark, and by whether it keeps within a narrow window. The theme and the window
// change under it, so that nobody signs in and no page is loaded for one of these alone.

import type { Page } from '@playwright/test';
import { ask } from './ask';
import { complaintsOf } from './axe';
import { SLOWER } from './slower';
import { expect, test as base } from './test';
import { sticksOut } from './width';

/** A narrow phone, and equally a page at 400 % zoom. */
export const NARROW = { width: 320, height: 640 };

/** Something that a page can look like. */
export interface State {
  name: string;
  /** What is done for it on the page as it was opened. */
  show?: () => Promise<unknown>;
  /** In which windows axe looks at it. */
  axe?: ('wide' | 'narrow')[];
  /** A selector: where axe looks, if the state before had the same around it. */
  only?: string;
  /** In which windows it has to fit. */
  widths?: number[];
  /** What else holds or can be done in the narrow window. */
  narrow?: () => Promise<unknown>;
  /** How to get back to the page as it was opened, where Escape is not enough. */
  leave?: () => Promise<unknown>;
}

export interface Place {
  open: () => Promise<unknown>;
  states: State[];
}

/** A page, and what it can look like. It is opened once, and again only after a state that failed. */
export const at = (open: Place['open'], ...states: State[]): Place => ({ open, states });

/** Whether anything is open above the page. */
const isCovered = (page: Page) => page.evaluate(() => document.querySelector('dialog > *, :popover-open') !== null);

/** Closes what is open. A list under a field takes the first Escape, and so does a palette about somebody. */
async function close(page: Page): Promise<void> {
  for (let press = 0; press < 3 && (await isCovered(page)); press++) await page.keyboard.press('Escape');
  await expect.poll(() => isCovered(page), 'whether anything is still open').toBe(false);
}

const wear = (page: Page, theme: 'light' | 'dark' | 'system') =>
  page.evaluate((theme) => document.documentElement.setAttribute('data-theme', theme), theme);

export class Visitor {
  /** What is wrong, each with the state in which it is. */
  readonly complaints: string[] = [];
  private readonly wide: { width: number; height: number };

  constructor(private readonly page: Page) {
    this.wide = page.viewportSize()!;
    // What never comes spoils its own state, and not those after it.
    page.setDefaultTimeout(30_000 * SLOWER);
  }

  /** Visits every state; `all` is said of each that says nothing else. */
  async walk(places: Place[], all: Partial<State> = {}): Promise<void> {
    for (const { open, states } of places) {
      let there = false;
      for (const [index, state] of states.entries()) {
        const last = index === states.length - 1;
        there = await this.visit({ ...all, ...state }, there ? undefined : open, last);
      }
    }
  }

  /** Says whether the page is there for the next state. */
  private async visit(state: State, open: Place['open'] | undefined, last: boolean): Promise<boolean> {
    try {
      await base.step(state.name, async () => {
        await open?.();
        await state.show?.();
        const found = await this.judge(state);
        if (found.length > 0) throw new Error(found.join('\n'));
        await this.page.setViewportSize(this.wide);
        if (!last) await (state.leave?.() ?? close(this.page));
      });
      return true;
    } catch (error) {
      this.complaints.push(`${state.name}: ${error instanceof Error ? error.message : error}`);
      await this.page.setViewportSize(this.wide);
      return false;
    }
  }

  private async judge({ axe = ['wide'], only, widths = [NARROW.width], narrow }: State): Promise<string[]> {
    const { page } = this;
    const found = axe.includes('wide') ? await this.inBothThemes('wide', only) : [];
    for (const width of widths) {
      await page.setViewportSize({ ...NARROW, width });
      found.push(...(await sticksOut(page)).map((words) => `at ${width} px: ${words}`));
    }
    if (axe.includes('narrow') || narrow) await page.setViewportSize(NARROW);
    if (axe.includes('narrow')) found.push(...(await this.inBothThemes('narrow', only)));
    await narrow?.().catch((error) => found.push(`in the narrow window: ${error.message}`));
    return found;
  }

  private async inBothThemes(window: string, only?: string): Promise<string[]> {
    const { page } = this;
    await wear(page, 'light');
    const light = await complaintsOf(page, { only });
    await wear(page, 'dark');
    const dark = await complaintsOf(page, { only, colours: true });
    await wear(page, 'system');
    return [...light.map((words) => `axe, ${window}, light: ${words}`), ...dark.map((words) => `axe, ${window}, dark: ${words}`)];
  }
}

/** A sign-in proves for five minutes that it is you, and a walk may take longer. */
export const prove = (page: Page, password: string) => ask(page, 'account/prove', { proof: { password } });

/** With a visitor, whose complaints come together at the end. */
export const test = base.extend<{ visitor: Visitor }>({
  visitor: async ({ page }, use, info) => {
    info.setTimeout(900_000 * SLOWER);
    const visitor = new Visitor(page);
    await use(visitor);
    expect(visitor.complaints).toEqual([]);
  },
});

export { expect };
