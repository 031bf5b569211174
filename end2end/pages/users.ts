import { expect, type Locator, type Page } from '@playwright/test';
import { awake, open } from '../support/awake';

export interface NewUser {
  username: string;
  name: string;
  email?: string;
  /** Typed by the creator; without, Keydesk makes one up. */
  password?: string;
  groups?: string[];
}

/** The users table. */
export class Users {
  readonly heading: Locator;
  readonly table: Locator;
  readonly searchBox: Locator;
  readonly createButton: Locator;
  readonly create: CreateUser;
  readonly oneTimePassword: OneTimePassword;
  readonly filters: Filters;
  readonly columns: Columns;
  readonly selection: SelectionBar;

  constructor(readonly page: Page) {
    this.heading = page.getByRole('heading', { level: 1, name: 'Users' });
    this.table = page.getByRole('table', { name: 'Users' });
    this.searchBox = page.getByRole('searchbox');
    // The dialog, while it is open, has one with the same name further down.
    this.createButton = page.getByRole('main').getByRole('button', { name: 'Create user' }).first();
    this.create = new CreateUser(page);
    this.oneTimePassword = new OneTimePassword(page);
    this.filters = new Filters(page);
    this.columns = new Columns(page);
    this.selection = new SelectionBar(page);
  }

  async open(query = '') {
    return open(this.page, `/users${query}`);
  }

  row(name: string) {
    return this.table.getByRole('row').filter({ has: this.page.getByRole('link', { name }) });
  }

  /** What the rows say in the order in which they stand. */
  get rows() {
    return this.table.getByRole('row').filter({ has: this.page.getByRole('cell') });
  }

  /** The names in the order in which they stand. */
  get names() {
    return this.table.locator('tbody').getByRole('rowheader').getByRole('link');
  }

  /** The row that the keyboard is on. */
  get rowUnderCursor() {
    return this.table.locator('tr.cursor');
  }

  /** What a row says under a column's head. */
  async cell(name: string, column: string) {
    const heads = await this.table.getByRole('columnheader').allInnerTexts();
    const at = heads.findIndex((head) => head.trim() === column);
    expect(at, `a column ${column}`).toBeGreaterThan(0);
    return this.row(name).locator('> *').nth(at);
  }

  box(name: string) {
    return this.row(name).getByRole('checkbox');
  }

  get wholePage() {
    return this.table.getByRole('checkbox', { name: 'Select everybody on this page' });
  }

  /** Opens the menu at the end of a row. */
  async openMenuOf(name: string) {
    await awake(this.page);
    await this.row(name).getByRole('button', { name: `Actions for ${name}` }).click();
    const menu = this.page.getByRole('menu', { name: `Actions for ${name}` });
    await expect(menu.getByRole('menuitem').first()).toBeVisible();
    return menu;
  }

  async goOn(way: string) {
    await this.page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: way }).click();
  }

  head(column: string) {
    return this.table.getByRole('columnheader', { name: column });
  }

  async search(words: string) {
    await this.searchBox.fill(words);
  }

  async sortBy(column: string) {
    await this.head(column).getByRole('link').click();
  }

  async openPageOf(name: string) {
    await this.row(name).getByRole('link', { name }).click();
  }

  async startCreating() {
    await awake(this.page);
    await this.createButton.click();
    await expect(this.create.dialog).toBeVisible();
  }

  /** Creates somebody and gives back the password for the first sign-in. */
  async createUser(user: NewUser): Promise<string> {
    await this.startCreating();
    await this.create.fillIn(user);
    await this.create.send();
    if (user.password !== undefined) {
      await expect(this.create.dialog).toBeHidden();
      return user.password;
    }
    return this.oneTimePassword.takeAndClose();
  }
}

/** The chips over the table, and the form with all filters. */
export class Filters {
  readonly button: Locator;
  readonly panel: Locator;
  readonly chips: Locator;
  readonly clearAll: Locator;

  constructor(readonly page: Page) {
    const main = page.getByRole('main');
    this.button = main.getByRole('button', { name: 'Filter', exact: true });
    this.panel = page.getByRole('dialog', { name: 'Filter' });
    this.chips = main.locator('.chip').filter({ has: page.getByRole('link', { name: /^Remove: / }) });
    this.clearAll = main.locator('.tools').getByRole('link', { name: 'Clear all', exact: true }).last();
  }

  field(label: string, group?: string) {
    const place = group === undefined ? this.panel : this.panel.getByRole('group', { name: group });
    return place.getByLabel(label, { exact: true });
  }

  async open() {
    await this.button.click();
    await expect(this.panel).toBeVisible();
  }

  async show() {
    await this.panel.getByRole('button', { name: 'Show matches' }).click();
  }

  async remove(chip: string) {
    await this.page.getByRole('link', { name: `Remove: ${chip}` }).click();
  }
}

/** Which columns there are and how dense the rows. */
export class Columns {
  readonly button: Locator;
  readonly panel: Locator;

  constructor(readonly page: Page) {
    this.button = page.getByRole('button', { name: 'Columns' });
    this.panel = page.getByRole('dialog', { name: 'Columns' });
  }

  async open() {
    await awake(this.page);
    await this.button.click();
    await expect(this.panel).toBeVisible();
  }

  box(column: string) {
    return this.panel.getByRole('checkbox', { name: column, exact: true });
  }

  density(name: 'Roomy' | 'Compact') {
    return this.panel.getByRole('button', { name });
  }

  /** What was chosen reaches the server by itself; this waits for it. */
  async keeping(choose: () => Promise<void>) {
    const kept = this.page.waitForResponse((response) => response.url().endsWith('/fn/users/keep_table_view'));
    await choose();
    expect((await kept).status()).toBe(200);
  }
}

/** What appears when somebody is selected. */
export class SelectionBar {
  readonly bar: Locator;
  readonly selectAll: Locator;
  readonly copyUsernames: Locator;
  readonly clear: Locator;

  constructor(readonly page: Page) {
    this.bar = page.getByRole('region', { name: 'Selection' });
    this.selectAll = this.bar.getByRole('button', { name: /^Select all/ });
    this.copyUsernames = this.bar.getByRole('button', { name: 'Copy usernames' });
    this.clear = this.bar.getByRole('button', { name: 'Clear selection' });
  }
}

export class CreateUser {
  readonly dialog: Locator;
  readonly username: Locator;
  readonly name: Locator;
  readonly email: Locator;
  readonly typeOne: Locator;
  readonly password: Locator;
  readonly secondFactor: Locator;
  readonly groups: Locator;
  readonly problems: Locator;

  constructor(page: Page) {
    this.dialog = page.getByRole('dialog', { name: 'Create user' });
    this.username = this.dialog.getByLabel('Username');
    this.name = this.dialog.getByLabel('Display name');
    this.email = this.dialog.getByLabel('E-mail');
    this.typeOne = this.dialog.getByRole('radio', { name: /^Type one/ });
    this.password = this.dialog.getByLabel('Password', { exact: true });
    this.secondFactor = this.dialog.getByRole('checkbox', { name: /^Require a second factor/ });
    this.groups = this.dialog.getByRole('group', { name: 'Groups' });
    this.problems = this.dialog.getByRole('alert');
  }

  group(name: string) {
    return this.groups.getByRole('checkbox', { name: new RegExp(`^${name}`) });
  }

  async fillIn({ username, name, email = '', password, groups = [] }: NewUser) {
    await this.username.fill(username);
    await this.name.fill(name);
    await this.email.fill(email);
    for (const group of groups) await this.group(group).check();
    if (password !== undefined) {
      await this.typeOne.check();
      await this.password.fill(password);
    }
  }

  async send() {
    await this.dialog.getByRole('button', { name: 'Create user' }).click();
  }

  async cancel() {
    await this.dialog.getByRole('button', { name: 'Cancel' }).click();
  }
}

/** The dialog that shows a password once. */
export class OneTimePassword {
  readonly dialog: Locator;
  readonly secret: Locator;
  readonly stored: Locator;
  readonly done: Locator;

  constructor(page: Page) {
    this.dialog = page.getByRole('dialog', { name: 'One-time password' });
    this.secret = this.dialog.getByRole('code');
    this.stored = this.dialog.getByRole('checkbox', { name: /^I have stored it/ });
    this.done = this.dialog.getByRole('button', { name: 'Done' });
  }

  async takeAndClose(): Promise<string> {
    const secret = (await this.secret.textContent()) ?? '';
    await this.stored.check();
    await this.done.click();
    await expect(this.dialog).toBeHidden();
    return secret;
  }
}
