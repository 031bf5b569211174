import { expect, type Locator, type Page } from '@playwright/test';
import { awake, open } from '../support/awake';

/** The audit log. */
export class AuditLog {
  readonly heading: Locator;
  readonly main: Locator;
  readonly filter: LogFilter;

  constructor(readonly page: Page) {
    this.heading = page.getByRole('heading', { level: 1, name: 'Audit log' });
    this.main = page.getByRole('main');
    this.filter = new LogFilter(page);
  }

  async open(query = '') {
    return open(this.page, `/audit${query}`);
  }

  /** All events of the page, newest first. */
  get events() {
    return this.main.locator('details.event');
  }

  event(words: string | RegExp) {
    return this.events.filter({ has: this.page.locator('summary', { hasText: words }) }).first();
  }

  /** Opens the newest event that says this, and gives what stands behind it. */
  async look(words: string | RegExp): Promise<Locator> {
    const event = this.event(words);
    await event.locator('summary').click();
    await expect(event).toHaveAttribute('open', '');
    return event.locator('.behind');
  }

  chip(words: string) {
    return this.main.getByRole('link', { name: `Remove: ${words}` });
  }
}

export class LogFilter {
  readonly panel: Locator;
  readonly about: Locator;
  readonly by: Locator;
  readonly kind: Locator;
  readonly result: Locator;
  readonly from: Locator;
  readonly to: Locator;

  constructor(readonly page: Page) {
    this.panel = page.getByRole('dialog', { name: 'Filter' });
    this.about = this.panel.getByRole('combobox', { name: 'About' });
    this.by = this.panel.getByRole('combobox', { name: 'By' });
    this.kind = this.panel.getByLabel('Kind');
    this.result = this.panel.getByLabel('Result');
    this.from = this.panel.getByLabel('From');
    this.to = this.panel.getByLabel('To');
  }

  async open() {
    await awake(this.page);
    await this.page.getByRole('button', { name: 'Filter' }).click();
    await expect(this.panel).toBeVisible();
  }

  /** Types part of a name and takes whoever is found under the whole one. */
  async choose(field: Locator, words: string, name: string) {
    await field.fill(words);
    await this.panel.getByRole('option', { name }).click();
    await expect(field).toHaveValue(name);
  }

  async show() {
    await this.panel.getByRole('button', { name: 'Show matches' }).click();
  }
}
