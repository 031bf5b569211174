// The table, the groups, search or jump, and all that opens on them.

import type { Locator } from '@playwright/test';
import { Palette } from '../pages/palette';
import { SignIn } from '../pages/sign-in';
import { cast } from '../support/cast';
import { at, expect, NARROW, test } from '../support/visitor';
import { sticksOut } from '../support/width';

/** In a narrow window. */
async function expectWithin(locator: Locator): Promise<void> {
  const box = (await locator.boundingBox())!;
  expect(box.x).toBeGreaterThanOrEqual(0);
  expect(box.x + box.width).toBeLessThanOrEqual(NARROW.width);
}

test('the table, the groups and search or jump are accessible in light and in dark, and fit 320 px', async ({
  page,
  signIn,
  users,
  console,
  visitor,
  watch,
}) => {
  watch.expectComplaint(/status of 4(04|22)/);
  await signIn.as(cast.ana);
  const { filters, columns, create } = users;
  const palette = new Palette(page);

  await visitor.walk([
    at(
      () => users.open(),
      {
        name: 'the users, who are cards on a phone in which everything can be read',
        narrow: async () => {
          const card = users.row(cast.ingrid.name);
          for (const words of [cast.ingrid.name, 'ingrid@northwind.example', 'Active']) {
            const text = card.getByText(words, { exact: true });
            await text.scrollIntoViewIfNeeded();
            await expect(text).toBeInViewport({ ratio: 1 });
          }
        },
      },
      {
        name: 'the own menu',
        show: async () => {
          await console.openOwnMenu(cast.ana);
          await expect(console.ownMenu).toBeVisible();
        },
        // On a phone it is a part of another menu.
        widths: [],
      },
      { name: 'the filters', show: () => filters.open() },
      { name: 'the columns', show: () => columns.open() },
      { name: 'the menu of a row', show: () => users.openMenuOf(cast.ana.name) },
      { name: 'search or jump', show: () => palette.open() },
      {
        name: 'search or jump: pages and people',
        show: async () => {
          await palette.open();
          await palette.type('a', 'Audit log');
          await expect(palette.option(cast.ana.name)).toBeVisible();
        },
        only: 'dialog[open]',
      },
      {
        name: 'search or jump: what to do with somebody',
        show: async () => {
          await palette.open();
          await palette.type('moreira', cast.ana.name);
          await page.keyboard.press('Tab');
          await palette.type('d', 'D');
        },
        only: 'dialog[open]',
      },
      {
        name: 'search or jump: nothing found',
        show: async () => {
          await palette.open();
          await page.keyboard.type('zebedee');
          await expect(palette.dialog).toContainText('Nothing found.');
        },
        only: 'dialog[open]',
      },
      {
        name: 'search or jump stands in the bar of a narrow screen, and fits',
        axe: [],
        narrow: async () => {
          await expect(palette.button).toBeInViewport({ ratio: 1 });
          await palette.button.click();
          await palette.field.fill('solveig');
          await expect(palette.option(cast.ingrid.name)).toBeInViewport({ ratio: 1 });
          await expectWithin(palette.dialog);
          expect(await sticksOut(page)).toEqual([]);
        },
      },
      {
        name: 'the form for a new user, in which somebody is created on a narrow screen',
        show: async () => {
          await users.startCreating();
          await expect(create.group('Auditors')).toBeVisible();
        },
        narrow: async () => {
          await expectWithin(create.dialog);
          await create.fillIn({ username: 'narrow', name: 'Narrow Person' });
          await create.send();
          await users.oneTimePassword.takeAndClose();
          await expect(users.row('Narrow Person')).toBeVisible();
          expect(await sticksOut(page)).toEqual([]);
        },
      },
      {
        name: 'the form for a new user, with errors',
        show: async () => {
          await users.startCreating();
          await create.typeOne.check();
          await create.send();
          await expect(create.problems).toContainText('things need another look');
        },
        only: 'dialog[open]',
      },
      {
        name: 'the password of a new user, shown once',
        show: async () => {
          await users.startCreating();
          await create.fillIn({ username: 'axel', name: 'Axel Novak' });
          await create.send();
          await expect(users.oneTimePassword.secret).toBeVisible();
        },
      },
    ),
    at(() => users.open('?q=zebedee'), { name: 'an empty result' }),
    at(() => users.open('?sort=sideways'), { name: 'an address that cannot be read' }),
    at(() => users.open('?status=bin'), { name: 'the bin' }),
    at(() => users.open('?factors=none'), { name: 'those without a second factor' }),
    at(() => users.open('?status=active&q=northwind&sort=name'), {
      name: 'the table with chips, marks and a selection',
      show: async () => {
        await expect(users.table.locator('mark').first()).toBeVisible();
        await users.box(cast.grace.name).check();
        await expect(users.selection.bar).toBeVisible();
      },
    }),
    at(() => console.open('/nowhere'), { name: 'a page that is not there' }),
    at(() => console.open('/groups'), { name: 'the groups' }),
    at(
      () => users.open('?status=active&created-from=2020-01-01&created-to=2099-01-01'),
      {
        name: 'cards on a phone, with chips, filter, columns, sort and selection',
        axe: ['narrow'],
        narrow: async () => {
          for (const chip of await filters.chips.all()) {
            const box = (await chip.boundingBox())!;
            expect(box.x + box.width).toBeLessThanOrEqual(NARROW.width);
          }
          await filters.open();
          await expectWithin(filters.panel);
          await filters.field('To', 'Created').fill('2098-01-01');
          await filters.show();
          await expect(page).toHaveURL(/created-to=2098-01-01/);
          await columns.open();
          await expectWithin(columns.panel);
          await page.keyboard.press('Escape');
          await page.getByRole('button', { name: 'Newest first' }).click();
          await page.getByRole('menu', { name: 'Sort' }).getByRole('menuitem', { name: 'By name', exact: true }).click();
          await expect(page).toHaveURL(/sort=name/);
          await users.box(cast.ana.name).check();
          await expect(users.selection.bar).toBeInViewport();
          await expectWithin(users.selection.bar);
          expect(await sticksOut(page)).toEqual([]);
        },
      },
      {
        name: 'the bar at the bottom leads everywhere',
        axe: [],
        narrow: async () => {
          const bar = (await console.navigation.boundingBox())!;
          expect(bar.y + bar.height).toBe(NARROW.height);
          await console.goTo('Groups');
          await expect(console.heading('Groups')).toBeVisible();
          const more = page.getByRole('menu', { name: 'More' });
          for (const [item, path] of [['Settings', '/settings'], ['My account', '/account']] as const) {
            await console.navigation.getByRole('button', { name: 'More' }).click();
            await expect(more).toBeInViewport({ ratio: 1 });
            await more.getByRole('menuitem', { name: item }).click();
            await expect(page).toHaveURL(path);
            await expect(console.main.getByRole('heading').first()).toBeVisible();
          }
        },
      },
    ),
  ]);
});

test('what an auditor and somebody without rights see is accessible in light and in dark, and fits 320 px', async ({
  page,
  signIn,
  users,
  account,
  console,
  visitor,
  watch,
  anotherBrowser,
}) => {
  watch.expectComplaint('status of 403');
  await new SignIn(await anotherBrowser()).as(cast.priya);
  await signIn.as(cast.priya);
  await visitor.walk([
    at(
      () => users.open(),
      {
        name: 'the keys',
        show: async () => {
          await page.keyboard.press('?');
          await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
        },
      },
      { name: 'an action that is greyed, pointed at', show: () => users.createButton.hover() },
    ),
    at(() => account.openSessions(), {
      name: 'the question before all other sessions end',
      show: async () => {
        await page.getByRole('button', { name: 'End all others' }).click();
        await expect(page.getByRole('dialog', { name: 'End all other sessions?' })).toBeVisible();
      },
    }),
  ]);

  await page.context().clearCookies();
  await signIn.as(cast.ingrid);
  await visitor.walk([
    at(() => console.open('/account'), { name: 'the account of somebody without rights' }),
    at(() => console.open('/users'), { name: 'the users, for somebody without rights' }),
  ]);
});
