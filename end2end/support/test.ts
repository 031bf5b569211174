// What every test gets: a desk of its file's own, pages to act on, and a watch that
// fails the test when the browser complains or asks anybody else for anything.

import { test as base, expect, type Page } from '@playwright/test';
import { Account } from '../pages/account';
import { Console } from '../pages/console';
import { FirstRun } from '../pages/first-run';
import { NewPassword } from '../pages/new-password';
import { SignIn } from '../pages/sign-in';
import { Users } from '../pages/users';
import { type Desk, type DeskOptions, startKeydesk } from './desk';
import { slowDown } from './slower';
import { Watch } from './watch';

export { expect };

/** `fresh` gives each test a desk of its own. */
export type Needs = DeskOptions & { fresh?: boolean };

/** Keeps a worker's desk for as long as the tests of one file go on with it. */
class Keeper {
  private held?: { key: string; desk: Desk };

  async desk(key: string, options: DeskOptions): Promise<Desk> {
    if (this.held?.key !== key) {
      await this.stop();
      this.held = { key, desk: await startKeydesk(options) };
    }
    return this.held.desk;
  }

  async stop(): Promise<void> {
    const { desk } = this.held ?? {};
    this.held = undefined;
    await desk?.stop();
  }
}

interface Own {
  /** Which desk the tests of a file or a group need. */
  needs: Needs;
  desk: Desk;
  watch: Watch;
  signIn: SignIn;
  firstRun: FirstRun;
  newPassword: NewPassword;
  console: Console;
  users: Users;
  account: Account;
  /** A page in a browser that shares nothing with the first one. */
  anotherBrowser: () => Promise<Page>;
}

export const test = base.extend<Own, { keeper: Keeper }>({
  keeper: [
    async ({}, use) => {
      const keeper = new Keeper();
      await use(keeper);
      await keeper.stop();
    },
    { scope: 'worker' },
  ],
  needs: [{ seed: true }, { option: true }],
  desk: async ({ keeper, needs }, use, info) => {
    const { fresh, ...options } = needs;
    await use(await keeper.desk(`${info.file} ${fresh ? info.testId : ''} ${JSON.stringify(options)}`, options));
  },
  baseURL: async ({ desk }, use) => use(desk.url),
  watch: async ({}, use) => {
    const watch = new Watch();
    await use(watch);
    expect(watch.unexpected(), 'complaints of the browser').toEqual([]);
  },
  context: async ({ context, desk, watch }, use) => {
    watch.follow(context, desk.url);
    slowDown(context);
    await use(context);
  },
  anotherBrowser: async ({ browser, desk, watch }, use) => {
    const contexts: (() => Promise<void>)[] = [];
    await use(async () => {
      const context = await browser.newContext({ baseURL: desk.url, javaScriptEnabled: true });
      contexts.push(() => context.close());
      watch.follow(context, desk.url);
      slowDown(context);
      return context.newPage();
    });
    for (const close of contexts) await close();
  },
  signIn: async ({ page }, use) => use(new SignIn(page)),
  firstRun: async ({ page }, use) => use(new FirstRun(page)),
  newPassword: async ({ page }, use) => use(new NewPassword(page)),
  console: async ({ page }, use) => use(new Console(page)),
  users: async ({ page }, use) => use(new Users(page)),
  account: async ({ page }, use) => use(new Account(page)),
});
