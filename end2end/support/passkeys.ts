// A device that keeps passkeys, as Chromium makes one up for tests (the WebAuthn domain of its protocol).

import type { CDPSession, Page } from '@playwright/test';

/**
 * From the next page on, passkeys are asked for by buttons alone. A sign-in page asks by itself too, and the
 * device may answer that question before a test presses the button for the other one.
 */
export const withoutOffers = (page: Page) =>
  page.addInitScript(() => {
    Object.defineProperty(PublicKeyCredential, 'isConditionalMediationAvailable', { value: () => Promise.resolve(false) });
  });

export class Authenticator {
  private constructor(
    private readonly cdp: CDPSession,
    private readonly id: string,
  ) {}

  /** Gives the page's browser one more, whose owner is always there and confirms everything. */
  static async plugIn(page: Page, options: { synced?: boolean } = {}): Promise<Authenticator> {
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('WebAuthn.enable');
    const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
        defaultBackupEligibility: options.synced ?? false,
        defaultBackupState: options.synced ?? false,
      },
    });
    return new Authenticator(cdp, authenticatorId);
  }

  /** How many passkeys it keeps. */
  async count(): Promise<number> {
    return (await this.credentials()).length;
  }

  /** The display names that its passkeys go by, in order. */
  async names(): Promise<string[]> {
    return (await this.credentials()).map((credential) => credential.userDisplayName ?? '').sort();
  }

  private async credentials() {
    return (await this.cdp.send('WebAuthn.getCredentials', { authenticatorId: this.id })).credentials;
  }

  /** Its owner shows a wrong finger from now on, or the right one again. */
  async ownerIsThere(there: boolean): Promise<void> {
    await this.cdp.send('WebAuthn.setUserVerified', { authenticatorId: this.id, isUserVerified: there });
  }

  /** Takes it out of the browser, with all that it keeps. */
  async unplug(): Promise<void> {
    await this.cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: this.id });
  }
}
