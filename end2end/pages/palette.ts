import { expect, type Locator, type Page } from '@playwright/test';
import { awake } from '../support/awake';

/** Search or jump. */
export class Palette {
  readonly button: Locator;
  readonly dialog: Locator;
  readonly field: Locator;
  readonly options: Locator;
  readonly chosen: Locator;

  constructor(readonly page: Page) {
    this.button = page.getByRole('navigation', { name: 'Console' }).getByRole('button', { name: 'Search or jump' });
    this.dialog = page.getByRole('dialog', { name: 'Search or jump' });
    this.field = this.dialog.getByRole('combobox');
    this.options = this.dialog.getByRole('option');
    this.chosen = this.dialog.getByRole('option', { selected: true });
  }

  option(words: string) {
    return this.options.filter({ hasText: words });
  }

  async open() {
    await awake(this.page);
    await this.page.keyboard.press('Control+k');
    await expect(this.field).toBeFocused();
  }

  /** Types, and waits until this is the chosen line. */
  async type(words: string, chosen: string) {
    await this.page.keyboard.type(words);
    await expect(this.chosen).toContainText(chosen);
  }

  /** By the keyboard: finds somebody and chooses what to do with them. */
  async act(name: string, act: string) {
    await this.open();
    await this.type(name, name);
    await this.page.keyboard.press('Tab');
    await expect(this.field).toHaveAccessibleName(`What to do with ${name}`);
    await this.type(act, act);
    await this.page.keyboard.press('Enter');
    await expect(this.dialog).toBeHidden();
  }
}
