import { expect, type Locator, type Page } from '@playwright/test';
import { awake, open } from '../support/awake';
import { App } from '../support/codes';

/** One's own account. */
export class Account {
  readonly you: Locator;
  readonly displayName: Locator;
  readonly currentPassword: Locator;
  readonly newPassword: Locator;
  readonly signOutElsewhere: Locator;
  readonly toast: Locator;

  constructor(readonly page: Page) {
    this.you = page.getByRole('region', { name: 'You', exact: true });
    this.displayName = page.getByLabel('Display name');
    this.currentPassword = page.getByLabel('Current password');
    this.newPassword = page.getByLabel('New password');
    this.signOutElsewhere = page.getByRole('checkbox', { name: 'Sign me out everywhere else' });
    this.toast = page.getByRole('status').and(page.locator('.toasts'));
  }

  async openProfile() {
    return open(this.page, '/account');
  }

  async openSecurity() {
    return open(this.page, '/account/security');
  }

  async openSessions() {
    return open(this.page, '/account/sessions');
  }

  async rename(name: string) {
    await this.displayName.fill(name);
    await this.page.getByRole('button', { name: 'Save profile' }).click();
  }

  async changePassword(current: string, next: string) {
    await awake(this.page);
    await this.currentPassword.fill(current);
    await this.newPassword.fill(next);
    await this.page.getByRole('button', { name: 'Change password' }).click();
  }

  /** Ends the only session beside this one. */
  async endOther() {
    await this.page.getByRole('main').getByRole('button', { name: /^End (?!all)/ }).click();
  }

  async endAllOthers(effect = /Ends \d+ sessions? now/ as string | RegExp) {
    await this.page.getByRole('button', { name: 'End all others' }).click();
    const question = this.page.getByRole('dialog', { name: 'End all other sessions?' });
    await expect(question).toContainText(effect);
    await question.getByRole('button', { name: 'End them' }).click();
  }

  async signOut() {
    await this.page.getByRole('button', { name: 'Sign out' }).click();
  }
}

/** What proves oneself: the cards of the own Security page. */
export class OwnFactors {
  readonly main: Locator;
  readonly verdict: Locator;
  readonly newPasskey: NewPasskey;
  readonly newApp: NewApp;
  readonly codes: RecoveryCodes;
  readonly proof: Proof;
  readonly notices: Locator;
  readonly strength: Locator;

  constructor(readonly page: Page) {
    this.main = page.getByRole('main');
    this.verdict = this.main.getByRole('heading', { level: 2 }).first();
    this.newPasskey = new NewPasskey(page);
    this.newApp = new NewApp(page);
    this.codes = new RecoveryCodes(page);
    this.proof = new Proof(page);
    this.notices = page.getByRole('region', { name: 'News about your sign-in' });
    this.strength = this.main.locator('.strength');
  }

  async open() {
    return open(this.page, '/account/security');
  }

  card(title: string) {
    return this.main.locator('section').filter({ has: this.page.getByRole('heading', { name: title, exact: true }) });
  }

  button(name: string | RegExp) {
    return this.main.getByRole('button', { name });
  }

  question(title: string | RegExp) {
    return this.page.getByRole('dialog', { name: title });
  }

  /** The line of a passkey. */
  passkey(name: string) {
    return this.card('Passkeys').locator('.line').filter({ hasText: name });
  }

  async addPasskey(name = '') {
    await this.card('Passkeys').getByRole('button', { name: 'Add a passkey' }).click();
    await this.newPasskey.name.fill(name);
    await this.newPasskey.create();
  }

  async renamePasskey(from: string, to: string) {
    await this.passkey(from).getByRole('button', { name: 'Rename' }).click();
    const dialog = this.question('Rename the passkey');
    await expect(dialog.getByLabel('Name')).toHaveValue(from);
    await dialog.getByLabel('Name').fill(to);
    await dialog.getByRole('button', { name: 'Rename' }).click();
  }

  /** Opens the question and leaves it to be answered. */
  async startRemovingPasskey(name: string) {
    await this.passkey(name).getByRole('button', { name: 'Remove' }).click();
    return this.question(`Remove ${name}?`);
  }

  /** Sets an authenticator app up, and keeps the recovery codes that come with the first one. */
  async setUpApp(): Promise<{ app: App; codes: string[] }> {
    await this.button('Set up an app').click();
    const app = await this.newApp.scan();
    await this.newApp.verify(await app.next());
    const codes = await this.codes.read();
    await this.codes.keep();
    return { app, codes };
  }

  async removePassword() {
    await this.button('Remove password').click();
    await this.question('Remove your password?').getByRole('button', { name: 'Remove password' }).click();
  }

  async setPassword(password: string) {
    await this.page.getByLabel('New password').fill(password);
    await this.button('Set a password').click();
  }
}

class NewPasskey {
  readonly dialog: Locator;
  readonly name: Locator;
  readonly problem: Locator;

  constructor(page: Page) {
    this.dialog = page.getByRole('dialog', { name: 'Add a passkey' });
    this.name = this.dialog.getByLabel('Name');
    this.problem = this.dialog.getByRole('alert');
  }

  async create() {
    await this.dialog.getByRole('button', { name: 'Create passkey' }).click();
  }
}

class NewApp {
  readonly dialog: Locator;
  readonly picture: Locator;
  readonly secret: Locator;
  readonly code: Locator;

  constructor(page: Page) {
    this.dialog = page.getByRole('dialog', { name: /the authenticator app|an authenticator app/ });
    this.picture = this.dialog.getByRole('img', { name: 'QR code for an authenticator app' });
    this.secret = this.dialog.getByRole('group', { name: 'Secret' });
    this.code = this.dialog.getByLabel('Code that the app shows');
  }

  /** Takes the secret over, as an app that cannot scan would. */
  async scan(): Promise<App> {
    await expect(this.picture).toBeVisible();
    return new App((await this.secret.innerText()).replaceAll(/\s/g, ''));
  }

  async verify(code: string) {
    await this.code.fill(code);
    await this.code.press('Enter');
  }
}

class RecoveryCodes {
  readonly dialog: Locator;

  constructor(page: Page) {
    this.dialog = page.getByRole('dialog', { name: 'Keep your recovery codes' });
  }

  async read(): Promise<string[]> {
    await expect(this.dialog).toBeVisible();
    return (await this.dialog.locator('code').innerText()).split(/\s+/);
  }

  async keep() {
    await this.dialog.getByRole('checkbox', { name: 'I have stored it' }).check();
    await this.dialog.getByRole('button', { name: 'Done' }).click();
    await expect(this.dialog).toBeHidden();
  }
}

/** The question whether it is you, before a sensitive change. */
class Proof {
  readonly dialog: Locator;
  readonly password: Locator;
  readonly code: Locator;

  constructor(page: Page) {
    this.dialog = page.getByRole('dialog', { name: 'Confirm that it is you' });
    this.password = this.dialog.getByLabel('Your password');
    this.code = this.dialog.getByLabel('Code from your authenticator app');
  }

  way(name: string) {
    return this.dialog.getByRole('button', { name });
  }

  async confirm() {
    await this.dialog.getByRole('button', { name: 'Confirm' }).click();
  }
}
