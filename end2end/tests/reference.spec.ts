// REFERENCE.md says which rows of the reference work; this keeps it honest.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';

const folder = path.join(import.meta.dirname, '..');
const ROWS = Object.entries({ A: 17, B: 13, C: 12, D: 15, E: 16 }).flatMap(([area, count]) =>
  Array.from({ length: count }, (_, i) => `${area}${i + 1}`),
);

const lines = readFileSync(path.join(folder, 'REFERENCE.md'), 'utf8')
  .split('\n')
  .map((line) => line.match(/^\| ([A-E]\d+) \| (.*) \| (\w+) \|$/))
  .filter((match) => match !== null)
  .map(([, row, tests, state]) => ({ row: row!, tests: tests!.split('; ').filter(Boolean), state: state! }));

test('the reference table has every row once, in order', () => {
  expect(lines.map(({ row }) => row)).toEqual(ROWS);
});

test('what the reference table names as tests are tests, and only what has one works', () => {
  const sources = new Map(
    readdirSync(path.join(folder, 'tests')).map((file) => [file, readFileSync(path.join(folder, 'tests', file), 'utf8')]),
  );
  for (const { row, tests, state } of lines) {
    expect(['works', 'open'], row).toContain(state);
    expect(tests.length > 0, `${row} is ${state}`).toBe(state === 'works');
    for (const name of tests) {
      const [, file, title] = name.match(/^(\S+\.spec\.ts): (.+)$/) ?? [];
      // A journey shows several rows: it begins with all of their names.
      expect(title, `${row}: ${name}`).toMatch(new RegExp(`^([A-E]\\d+: )*${row}: `));
      expect(sources.get(file!), `${row}: ${name}`).toContain(`test('${title}',`);
    }
  }
});
