import axe from 'axe-core';
import { expect, type Page } from '@playwright/test';

/** The rules that look at colours. A theme is other colours on the same page, and nothing else. */
const COLOURS = ['color-contrast', 'link-in-text-block'];

interface Asked {
  /** A selector: only what is within it. */
  only?: string;
  /** Only what colours can break. */
  colours?: boolean;
}

/** Everything that axe knows to be wrong with the page as it is shown now. */
export async function complaintsOf(page: Page, { only, colours = false }: Asked = {}): Promise<string[]> {
  // Once for each page that is loaded: it is half a megabyte.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  return page.evaluate(
    async ([only, rules]) => {
      const own = (window as unknown as { axe: typeof axe }).axe;
      const options = { resultTypes: ['violations' as const], ...(rules && { runOnly: { type: 'rule' as const, values: rules } }) };
      const { violations } = await own.run(only ?? document, options);
      return violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.html} ${node.failureSummary}`));
    },
    [only, colours ? COLOURS : undefined] as const,
  );
}

export async function expectAccessible(page: Page): Promise<void> {
  expect(await complaintsOf(page)).toEqual([]);
}
