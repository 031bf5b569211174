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
  readonly security: SecurityRules;
  readonly days: Locator;
  readonly save: Locator;
  readonly timeZone: Locator;
  readonly saveTimeZone: Locator;
  readonly toast: Locator;

  constructor(readonly page: Page) {
    this.heading = page.getByRole('heading', { level: 1, name: 'Settings' });
    this.main = page.getByRole('main');
    this.addField = this.main.getByRole('button', { name: 'Add field' }).first();
    this.addExamples = this.main.getByRole('button', { name: 'Add company, origin and location' });
    this.form = new FieldForm(page);
    this.security = new SecurityRules(page);
    this.days = page.getByLabel('Days until a deleted user is erased');
    this.save = page.getByRole('button', { name: 'Save settings', exact: true });
    this.timeZone = page.getByLabel('Days are those of');
    this.saveTimeZone = page.getByRole('button', { name: 'Save time zone', exact: true });
    this.toast = page.getByRole('status').and(page.locator('.toasts'));
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
  readonly meanwhile: Locator;

  constructor(page: Page) {
    this.dialog = page.getByRole('dialog', { name: /^(Add|Edit) field$/ });
    this.meanwhile = this.dialog.getByRole('group', { name: 'Somebody else saved meanwhile' });
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

/** The rules about what proves people. */
export class SecurityRules {
  readonly card: Locator;
  readonly from: Locator;
  readonly passkeys: Locator;
  readonly apps: Locator;
  readonly rememberDays: Locator;
  readonly least: Locator;
  readonly leastBeside: Locator;
  readonly words: Locator;
  readonly problems: Locator;
  readonly save: Locator;
  readonly question: Locator;
  readonly meanwhile: Locator;

  constructor(readonly page: Page) {
    this.card = page.locator('.card').filter({ has: page.getByRole('heading', { name: 'Security', exact: true }) });
    this.from = this.card.getByLabel('From which day');
    this.passkeys = this.card.getByRole('checkbox', { name: /^Passkey/ });
    this.apps = this.card.getByRole('checkbox', { name: /^Authenticator app/ });
    this.rememberDays = this.card.getByLabel('Days a device may be remembered');
    this.least = this.card.getByLabel('Shortest password', { exact: true });
    this.leastBeside = this.card.getByLabel('Shortest password beside a required second factor');
    this.words = this.card.getByLabel('Words not for passwords');
    this.problems = this.card.getByRole('alert');
    this.save = this.card.getByRole('button', { name: 'Save security settings' });
    this.question = page.getByRole('dialog', { name: /^Require a second factor of / });
    this.meanwhile = this.card.getByRole('group', { name: 'Somebody else saved meanwhile' });
  }

  required(of: 'Nobody' | 'Everyone' | 'These groups') {
    return this.card.getByRole('radio', { name: new RegExp(`^${of}`) });
  }

  group(name: string) {
    return this.card.getByRole('group', { name: 'Groups' }).getByRole('checkbox', { name });
  }

  async confirm(...effects: string[]) {
    for (const effect of effects) await expect(this.question).toContainText(effect);
    await this.question.getByRole('button', { name: 'Require it' }).click();
    await expect(this.question).toBeHidden();
  }
}
