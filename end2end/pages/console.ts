import type { Locator, Page } from '@playwright/test';
import type { Person } from '../support/cast';
import { awake, open } from '../support/awake';

export type Theme = 'Light' | 'Dark' | 'As the system';

/** The frame around the pages of the console. */
export class Console {
  readonly navigation: Locator;
  readonly main: Locator;
  readonly problem: Locator;
  readonly toast: Locator;

  constructor(readonly page: Page) {
    this.navigation = page.getByRole('navigation', { name: 'Console' });
    this.main = page.getByRole('main');
    this.problem = this.main.getByRole('heading').last();
    this.toast = page.getByRole('status').and(page.locator('.toasts'));
  }

  async open(path: string) {
    return open(this.page, path);
  }

  heading(name: string) {
    return this.page.getByRole('heading', { level: 1, name });
  }

  async goTo(name: string) {
    await this.navigation.getByRole('link', { name }).click();
  }

  ownButton({ name }: Pick<Person, 'name'>) {
    return this.navigation.getByRole('button', { name });
  }

  get ownMenu() {
    return this.page.getByRole('menu', { name: 'You' });
  }

  async openOwnMenu(person: Pick<Person, 'name'>) {
    await this.ownButton(person).click();
  }

  async chooseTheme(person: Pick<Person, 'name'>, theme: Theme) {
    await awake(this.page);
    await this.openOwnMenu(person);
    await this.ownMenu.getByRole('menuitemradio', { name: theme }).click();
  }

  async signOut(person: Pick<Person, 'name'>) {
    await this.openOwnMenu(person);
    await this.ownMenu.getByRole('menuitem', { name: 'Sign out' }).click();
  }
}
