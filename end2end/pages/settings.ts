import { expect, type Locator, type Page } from '@playwright/test';
import { open } from '../support/awake';

export interface NewField {
  name: string;
  kind?: 'Text' | 'One of several choices' | 'Date';
  required?: boolean;
  /** One on each line. */
  choices?: string;
}

/** The settings: custom fields and the bin. */
export class Settings {
  readonly heading: Locator;
  readonly main: Locator;
  readonly addField: Locator;
  readonly addExamples: Locator;
  readonly form: FieldForm;
  readonly days: Locator;
  readonly save: Locator;
  readonly toast: Locator;

  constructor(readonly page: Page) {
    this.heading = page.getByRole('heading', { level: 1, name: 'Settings' });
    this.main = page.getByRole('main');
    this.addField = this.main.getByRole('button', { name: 'Add field' }).first();
    this.addExamples = this.main.getByRole('button', { name: 'Add company, origin and location' });
    this.form = new FieldForm(page);
    this.days = page.getByLabel('Days until a deleted user is erased');
    this.save = page.getByRole('button', { name: 'Save settings' });
    this.toast = page.getByRole('status');
  }

  async open() {
    return open(this.page, '/settings');
  }

  /** The lines of the fields, in their order. */
  get fields() {
    return this.main.locator('.field-line');
  }

  field(name: string) {
    return this.fields.filter({ has: this.page.getByText(name, { exact: true }) });
  }

  button(words: string) {
    return this.main.getByRole('button', { name: words, exact: true });
  }

  async addOne(field: NewField) {
    await this.addField.click();
    await this.form.fillIn(field);
    await this.form.send();
  }

  async edit(name: string) {
    await this.button(`Edit ${name}`).click();
    await expect(this.form.dialog).toBeVisible();
  }

  async delete(name: string) {
    await this.button(`Delete ${name}`).click();
    const question = this.page.getByRole('dialog', { name: `Delete the field ${name}?` });
    await expect(question).toContainText('Its values disappear from every user');
    await question.getByRole('button', { name: `Delete ${name}` }).click();
    await expect(question).toBeHidden();
  }
}

export class FieldForm {
  readonly dialog: Locator;
  readonly name: Locator;
  readonly choices: Locator;
  readonly required: Locator;
  readonly problems: Locator;

  constructor(page: Page) {
    this.dialog = page.getByRole('dialog', { name: /^(Add|Edit) field$/ });
    this.name = this.dialog.getByLabel('Name', { exact: true });
    this.choices = this.dialog.getByRole('textbox', { name: 'Choices' });
    this.required = this.dialog.getByRole('checkbox', { name: /^Required/ });
    this.problems = this.dialog.getByRole('alert');
  }

  kind(words: string) {
    return this.dialog.getByRole('radio', { name: new RegExp(`^${words}`) });
  }

  async fillIn({ name, kind = 'Text', required = false, choices = '' }: NewField) {
    await this.name.fill(name);
    await this.kind(kind).check();
    if (kind === 'One of several choices') await this.choices.fill(choices);
    await this.required.setChecked(required);
  }

  async send() {
    await this.dialog.getByRole('button', { name: /^(Add|Save) field$/ }).click();
  }

  async cancel() {
    await this.dialog.getByRole('button', { name: 'Cancel' }).click();
    await expect(this.dialog).toBeHidden();
  }
}
