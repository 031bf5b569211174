import type { Response } from '@playwright/test';
import { cast } from '../support/cast';
import { expect, test } from '../support/test';

function expectSecurityHeaders(response: Response | null) {
  const headers = response!.headers();
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cache-control': 'no-store',
  });
  const policy = headers['content-security-policy']!;
  for (const part of ["default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"]) {
    expect(policy).toContain(part);
  }
  expect(policy).not.toContain('unsafe-inline');
  expect(policy).not.toContain("'unsafe-eval'");
}

test('T24: every page carries the headers that close it against others', async ({ page, signIn, console, watch }) => {
  expectSecurityHeaders(await signIn.open());
  await signIn.as(cast.ana);
  watch.expectComplaint('status of 404');
  for (const path of ['/users', '/groups', '/account', '/account/security', '/account/sessions', '/nowhere']) {
    const response = await console.open(path);
    expectSecurityHeaders(response);
    expect(response!.headers()['content-security-policy']).toMatch(/script-src 'self' 'nonce-[\w+/=-]{16,}' 'wasm-unsafe-eval';/);
  }
  // Another page, another nonce.
  const nonces = new Set<string>();
  for (let i = 0; i < 3; i++) nonces.add((await page.request.get('/users')).headers()['content-security-policy']!);
  expect(nonces.size).toBe(3);
});

test('T14: the session cookie is for the server alone', async ({ context, signIn }) => {
  await signIn.as(cast.ana);
  const cookie = (await context.cookies()).find(({ name }) => name === 'keydesk');
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/', domain: 'localhost' });
});

test('a visit to every page asks nobody but this Keydesk for anything', async ({ desk, signIn, users, console, watch }) => {
  await signIn.as(cast.ana);
  await users.open();
  await users.startCreating();
  for (const path of ['/groups', '/account', '/account/security', '/account/sessions']) await console.open(path);
  const hosts = new Set(watch.requests.filter((url) => url.protocol.startsWith('http')).map((url) => url.origin));
  expect([...hosts]).toEqual([desk.url]);
});
