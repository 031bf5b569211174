import { expect, type Locator, type Page } from '@playwright/test';

/** The question after the password. */
export class SecondFactor {
  readonly heading: Locator;
  readonly code: Locator;
  readonly recoveryCode: Locator;
  readonly remember: Locator;
  readonly usePasskey: Locator;
  readonly refusal: Locator;

  constructor(readonly page: Page) {
    this.heading = page.getByRole('heading', { name: 'Confirm it is you' });
    this.code = page.getByLabel('Code from your authenticator app');
    this.recoveryCode = page.getByLabel('Recovery code');
    this.remember = page.getByLabel(/Do not ask on this device for 30 days/);
    this.usePasskey = page.getByRole('button', { name: 'Use a passkey' });
    this.refusal = page.getByRole('alert');
  }

  async give(code: string) {
    await this.code.fill(code);
    await this.page.getByRole('button', { name: 'Confirm' }).click();
  }

  async giveRecoveryCode(code: string) {
    await this.page.getByRole('link', { name: 'Use a recovery code' }).click();
    await this.recoveryCode.fill(code);
    await this.page.getByRole('button', { name: 'Confirm' }).click();
  }

  async isAsked() {
    await expect(this.heading).toBeVisible();
  }
}

/** Setting up a second factor before anything else. */
export class SetUp {
  readonly heading: Locator;
  readonly picture: Locator;
  readonly secret: Locator;
  readonly code: Locator;
  readonly codes: Locator;

  constructor(readonly page: Page) {
    this.heading = page.getByRole('heading', { name: 'Set up a second factor' });
    this.picture = page.getByRole('img', { name: 'QR code for an authenticator app' });
    this.secret = page.locator('.secret code');
    this.code = page.getByLabel('Code that the app shows');
    this.codes = page.locator('#codes li');
  }

  /** The secret as it can be typed. */
  async typedSecret(): Promise<string> {
    await this.page.getByText('It cannot be scanned').click();
    return (await this.secret.innerText()).replaceAll(' ', '');
  }

  async verify(code: string) {
    await this.code.fill(code);
    await this.page.getByRole('button', { name: 'Verify and go on' }).click();
  }

  /** Keeps the recovery codes and goes on. */
  async keepCodes(): Promise<string[]> {
    await expect(this.page.getByRole('heading', { name: 'Keep your recovery codes' })).toBeVisible();
    const codes = await this.codes.allInnerTexts();
    await this.page.getByLabel('I have kept these codes').check();
    await this.page.getByRole('button', { name: 'Go on' }).click();
    return codes;
  }
}
