import { expect, type Locator, type Page } from '@playwright/test';
import { awake, open } from '../support/awake';

/** One's own account. */
export class Account {
  readonly you: Locator;
  readonly displayName: Locator;
  readonly currentPassword: Locator;
  readonly newPassword: Locator;
  readonly signOutElsewhere: Locator;
  readonly toast: Locator;

  constructor(readonly page: Page) {
    this.you = page.getByRole('region', { name: 'You' });
    this.displayName = page.getByLabel('Display name');
    this.currentPassword = page.getByLabel('Current password');
    this.newPassword = page.getByLabel('New password');
    this.signOutElsewhere = page.getByRole('checkbox', { name: 'Sign me out everywhere else' });
    this.toast = page.getByRole('status');
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
