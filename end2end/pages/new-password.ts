import type { Locator, Page } from '@playwright/test';

export class NewPassword {
  readonly heading: Locator;
  readonly current: Locator;
  readonly new: Locator;
  readonly strength: Locator;

  constructor(readonly page: Page) {
    this.heading = page.getByRole('heading', { name: 'Choose a new password' });
    this.current = page.getByLabel('Password you signed in with');
    this.new = page.getByLabel('New password');
    this.strength = page.getByRole('status');
  }

  async choose(current: string, next: string) {
    await this.current.fill(current);
    await this.new.fill(next);
    await this.page.getByRole('button', { name: 'Save and go on' }).click();
  }
}
