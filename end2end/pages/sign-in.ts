import { expect, type Locator, type Page } from '@playwright/test';
import { open } from '../support/awake';
import type { Person } from '../support/cast';

export class SignIn {
  readonly heading: Locator;
  readonly username: Locator;
  readonly password: Locator;
  readonly refusal: Locator;
  readonly notice: Locator;

  constructor(readonly page: Page) {
    this.heading = page.getByRole('heading', { name: 'Sign in' });
    this.username = page.getByLabel('Username', { exact: true });
    this.password = page.getByLabel('Password', { exact: true });
    this.refusal = page.getByRole('alert');
    this.notice = page.getByRole('status');
  }

  async open(next?: string) {
    return this.page.goto(next === undefined ? '/sign-in' : `/sign-in?next=${encodeURIComponent(next)}`);
  }

  /** Fills in the form that is shown, and sends it. */
  async fillIn(username: string, password: string) {
    await this.username.fill(username);
    await this.password.fill(password);
    await this.page.getByRole('button', { name: 'Sign in', exact: true }).click();
  }

  /** Tries from the beginning. */
  async attempt(username: string, password: string) {
    await this.open();
    await this.fillIn(username, password);
  }

  /** From the beginning until somebody is in. */
  async as({ username, password }: Pick<Person, 'username' | 'password'>) {
    await this.attempt(username, password);
    await expect(this.page).not.toHaveURL(/\/sign-in/);
  }

  /** Without any page, for tests of what comes afterwards. */
  async quietly({ username, password }: Pick<Person, 'username' | 'password'>) {
    const headers = { 'sec-fetch-site': 'same-origin' };
    const answer = await this.page.request.post('/sign-in', { form: { username, password }, headers, maxRedirects: 0 });
    expect([answer.status(), answer.headers().location], username).toEqual([303, '/']);
  }

  /** The same, and straight to a page of the console, which answers to clicks and keys by then. */
  async at(path: string, person: Pick<Person, 'username' | 'password'>) {
    await this.quietly(person);
    await open(this.page, path);
  }
}
