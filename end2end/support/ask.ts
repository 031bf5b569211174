// What a test only needs to be there: asked for as the page would, without going through its forms.

import { expect, type Page } from '@playwright/test';

/** Calls a server function as whoever is signed in, whatever the page shows. */
export async function ask<T>(page: Page, name: string, args: object = {}): Promise<T> {
  const headers = { 'sec-fetch-site': 'same-origin', accept: 'application/json' };
  const answer = await page.request.post(`/fn/${name}`, { data: args, headers });
  expect(answer.status(), `${name}: ${await answer.text()}`).toBe(200);
  return answer.json() as Promise<T>;
}

export interface Field {
  name: string;
  kind: 'Text' | 'Choice' | 'Date';
  choices?: string;
}

/** Defines a custom field and gives back its id. */
export async function defineField(page: Page, { name, kind, choices = '' }: Field): Promise<string> {
  return ask(page, 'fields/save', { form: { seen: null, name, kind, required: false, choices } });
}

export interface Person {
  username: string;
  display_name: string;
  email?: string;
  /** Values of custom fields by their ids. */
  fields?: Record<string, string>;
}

/** Creates somebody with a one-time password and gives back their id. */
export async function createPerson(page: Page, { fields = {}, email = '', ...names }: Person): Promise<string> {
  const values = Object.entries(fields).map(([field, value]) => ({ field, value }));
  const form = { ...names, email, password: 'Random', groups: [], fields: values, expires_on: '' };
  return (await ask<{ id: string }>(page, 'users/create', { form })).id;
}

/** The id of whoever has this username or name, for whoever may see users. */
export async function idOf(page: Page, name: string): Promise<string> {
  const listing = { search: name, filters: { never_signed_in: false, fields: [] }, sort: 'Name', direction: 'Ascending', position: 'First' };
  const found = await ask<{ rows: { id: string; username: string; display_name: string }[] }>(page, 'users/list', { listing, fields: [] });
  return found.rows.find((row) => row.username === name || row.display_name === name)!.id;
}
