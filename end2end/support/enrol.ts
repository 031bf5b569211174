// Factors set up behind the scenes, through the calls that the console makes, for tests that are
// about what comes after.

import type { Page } from '@playwright/test';
import { ask as call } from './ask';
import { App } from './codes';

/** Whoever is signed in gets an authenticator app, and recovery codes with the first factor. */
export async function enrolApp(page: Page): Promise<{ app: App; recovery: string[] }> {
  const { ticket, secret } = await call<{ ticket: string; secret: string }>(page, 'account/begin_app', {});
  const app = new App(secret.replaceAll(' ', ''));
  const recovery = await call<string[] | null>(page, 'account/add_app', { ticket, code: await app.next() });
  return { app, recovery: recovery ?? [] };
}

/** Whoever is signed in gets a passkey on the device that is plugged in. */
export async function enrolPasskey(page: Page, name = ''): Promise<string[]> {
  const { ticket, options } = await call<{ ticket: string; options: string }>(page, 'account/begin_passkey', {});
  const answer = await page.evaluate(
    (options) => (window as unknown as { keydeskPasskeys: { create(o: string): Promise<string> } }).keydeskPasskeys.create(options),
    options,
  );
  return (await call<string[] | null>(page, 'account/add_passkey', { ticket, answer, name })) ?? [];
}

/** Takes the passkeys of whoever is signed in away, without telling the device. */
export async function removePasskeys(page: Page): Promise<void> {
  const { passkeys } = await call<{ passkeys: { id: string }[] }>(page, 'account/factors', {});
  for (const { id } of passkeys) await call(page, 'account/remove_passkey', { id });
}

export async function removePassword(page: Page): Promise<void> {
  await call(page, 'account/remove_password', {});
}

/** What an administrator decides about second factors; other rules are those of the beginning, but for `rules`. */
export async function requireSecondFactors(page: Page, required: 'nobody' | 'everyone', rules: object = {}): Promise<void> {
  const form = {
    seen: await call<object>(page, 'settings/find_security', {}),
    required,
    groups: [],
    from: '',
    allow_app: true,
    allow_passkey: true,
    remember_days: '30',
    least: '15',
    least_with_second_factor: '8',
    words: '',
    ...rules,
  };
  await call(page, 'settings/update_security', { form });
}
