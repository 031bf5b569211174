import type { Locator, Page } from '@playwright/test';

export interface FirstAdministrator {
  username: string;
  name: string;
  email?: string;
  password: string;
}

export class FirstRun {
  readonly code: Locator;
  readonly username: Locator;
  readonly name: Locator;
  readonly email: Locator;
  readonly password: Locator;
  readonly strength: Locator;

  constructor(readonly page: Page) {
    this.code = page.getByLabel('Setup code');
    this.username = page.getByLabel('Username');
    this.name = page.getByLabel('Display name');
    this.email = page.getByLabel('E-mail (optional)');
    this.password = page.getByLabel('Password', { exact: true });
    this.strength = page.getByRole('status');
  }

  async fillIn({ username, name, email = '', password }: FirstAdministrator) {
    await this.username.fill(username);
    await this.name.fill(name);
    await this.email.fill(email);
    await this.password.fill(password);
  }

  async send() {
    await this.page.getByRole('button', { name: 'Create administrator' }).click();
  }
}
