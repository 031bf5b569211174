import { expect, type Locator, type Page } from '@playwright/test';
import { idOf } from '../support/ask';
import { awake, open } from '../support/awake';
import { OneTimePassword, Users } from './users';

/** The page of one user, and the dialogs that act on them from anywhere. */
export class User {
  readonly main: Locator;
  readonly toast: Locator;
  readonly edit: EditUser;
  readonly oneTimePassword: OneTimePassword;

  constructor(readonly page: Page) {
    this.main = page.getByRole('main');
    this.toast = page.locator('.toasts');
    this.edit = new EditUser(page);
    this.oneTimePassword = new OneTimePassword(page);
  }

  /** Opens the page of whoever has this name or username, or one of its tabs, without a way through the table. */
  async open(name: string, tab = '') {
    await open(this.page, `/users/${await idOf(this.page, name)}${tab}`);
    await expect(this.page.getByRole('heading', { level: 1 })).toBeVisible();
  }

  /** One of the buttons in the head. */
  button(name: string) {
    return this.main.getByRole('button', { name, exact: true }).first();
  }

  tab(name: string) {
    return this.main.getByRole('navigation', { name: 'User' }).getByRole('link', { name });
  }

  async goTo(tab: string) {
    await this.tab(tab).click();
    await expect(this.tab(tab)).toHaveAttribute('aria-current', 'page');
  }

  get menu() {
    return this.page.getByRole('menu', { name: 'More actions' });
  }

  async openMenu() {
    await awake(this.page);
    await this.main.getByRole('button', { name: 'More actions' }).click();
    await expect(this.menu).toBeVisible();
  }

  /** Opens the menu of somebody's row in the table. */
  async openRowMenu(name: string) {
    await awake(this.page);
    await new Users(this.page).row(name).getByRole('button', { name: `Actions for ${name}` }).click();
    const menu = this.page.getByRole('menu', { name: `Actions for ${name}` });
    await expect(menu).toBeVisible();
    return menu;
  }

  async askFromRow(name: string, action: string) {
    const menu = await this.openRowMenu(name);
    await menu.getByRole('menuitem', { name: action }).click();
  }

  question(title: string | RegExp) {
    return this.page.getByRole('dialog', { name: title });
  }

  async confirm(title: string | RegExp, verb: string | RegExp, ...effects: (string | RegExp)[]) {
    const question = this.question(title);
    for (const effect of effects) await expect(question).toContainText(effect);
    await question.getByRole('button', { name: verb }).click();
    await expect(question).toBeHidden();
  }

  async undo() {
    await this.toast.getByRole('button', { name: 'Undo' }).click();
  }

  /** The value beside a name on the overview. */
  fact(name: string) {
    return this.main.locator('dt', { hasText: new RegExp(`^${name}$`) }).locator('xpath=following-sibling::dd[1]');
  }
}

export class EditUser {
  readonly dialog: Locator;
  readonly name: Locator;
  readonly email: Locator;
  readonly ends: Locator;
  readonly groups: Locator;
  readonly keepPassword: Locator;
  readonly oneTime: Locator;
  readonly typeOne: Locator;
  readonly password: Locator;
  readonly problems: Locator;
  readonly save: Locator;
  readonly meanwhile: Locator;

  constructor(page: Page) {
    this.dialog = page.getByRole('dialog', { name: /^Edit / });
    this.name = this.dialog.getByLabel('Display name');
    this.email = this.dialog.getByLabel('E-mail');
    this.ends = this.dialog.getByLabel('Account ends');
    this.groups = this.dialog.getByRole('group', { name: 'Groups' });
    this.keepPassword = this.dialog.getByRole('radio', { name: /^Keep the password/ });
    this.oneTime = this.dialog.getByRole('radio', { name: /^One-time password/ });
    this.typeOne = this.dialog.getByRole('radio', { name: /^Type one/ });
    this.password = this.dialog.getByLabel('New password', { exact: true });
    this.problems = this.dialog.getByRole('alert').first();
    this.save = this.dialog.getByRole('button', { name: 'Save' }).last();
    this.meanwhile = this.dialog.getByRole('group', { name: 'Somebody else saved meanwhile' });
  }

  group(name: string) {
    return this.groups.getByRole('checkbox', { name: new RegExp(`^${name}`) });
  }

  /** A custom field. */
  field(name: string) {
    return this.dialog.getByLabel(name);
  }

  async isOpen() {
    await expect(this.name).toBeVisible();
  }

  async finish() {
    await this.save.click();
    await expect(this.dialog).toBeHidden();
  }

  /** Takes theirs or mine where both changed a field. */
  async choose(field: string, whose: 'theirs' | 'mine') {
    const words = whose === 'theirs' ? /What they saved/ : /What you typed/;
    await this.meanwhile.getByRole('group', { name: field }).getByRole('radio', { name: words }).check();
  }
}

/** The tab with what proves a user. */
export class UserSecurity {
  readonly main: Locator;
  readonly toast: Locator;
  readonly reset: Locator;
  readonly release: Locator;
  readonly require: Locator;
  readonly noLonger: Locator;
  readonly newPassword: Locator;

  constructor(readonly page: Page) {
    this.main = page.getByRole('main');
    this.toast = page.locator('.toasts');
    const button = (name: string | RegExp) => this.main.getByRole('button', { name });
    this.reset = button('Reset second factors');
    this.release = button('Release');
    this.require = button('Require a second factor');
    this.noLonger = button('No longer require it');
    this.newPassword = this.methods.getByRole('button', { name: 'New password' });
  }

  async open(name: string) {
    return new User(this.page).open(name, '/security');
  }

  async openAt(username: string) {
    return new User(this.page).open(username, '/security');
  }

  get methods() {
    return this.main.locator('.card').filter({ has: this.page.getByRole('heading', { name: 'Sign-in methods' }) });
  }

  /** The line of one method, by its name. */
  line(name: string) {
    return this.methods.locator('.line').filter({ has: this.page.locator('b', { hasText: new RegExp(`^${name}$`) }) });
  }

  remove(passkey: string) {
    return this.methods.getByRole('button', { name: `Remove ${passkey}` });
  }

  question(title: string | RegExp) {
    return this.page.getByRole('dialog', { name: title });
  }

  async confirm(title: string | RegExp, verb: string, ...effects: string[]) {
    const question = this.question(title);
    for (const effect of effects) await expect(question).toContainText(effect);
    await question.getByRole('button', { name: verb }).click();
    await expect(question).toBeHidden();
  }
}
