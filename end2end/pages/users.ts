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

  constructor(readonly page: Page) {
    this.heading = page.getByRole('heading', { level: 1, name: 'Users' });
    this.table = page.getByRole('table', { name: 'Users' });
    this.searchBox = page.getByRole('searchbox');
    // The dialog, while it is open, has one with the same name further down.
    this.createButton = page.getByRole('main').getByRole('button', { name: 'Create user' }).first();
    this.create = new CreateUser(page);
    this.oneTimePassword = new OneTimePassword(page);
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

export class CreateUser {
  readonly dialog: Locator;
  readonly username: Locator;
  readonly name: Locator;
  readonly email: Locator;
  readonly typeOne: Locator;
  readonly password: Locator;
  readonly groups: Locator;
  readonly problems: Locator;

  constructor(page: Page) {
    this.dialog = page.getByRole('dialog', { name: 'Create user' });
    this.username = this.dialog.getByLabel('Username');
    this.name = this.dialog.getByLabel('Display name');
    this.email = this.dialog.getByLabel('E-mail');
    this.typeOne = this.dialog.getByRole('radio', { name: /^Type one/ });
    this.password = this.dialog.getByLabel('Password', { exact: true });
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
