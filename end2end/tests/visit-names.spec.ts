// Long unbroken names, and names in both directions of writing, on every page that shows them.

import type { Locator } from '@playwright/test';
import { Palette } from '../pages/palette';
import { SecondFactor, SetUp } from '../pages/second-factor';
import { SignIn } from '../pages/sign-in';
import { User } from '../pages/user';
import { ask, createPerson, defineField } from '../support/ask';
import { cast, PASSWORD } from '../support/cast';
import { App } from '../support/codes';
import { requireSecondFactors } from '../support/enrol';
import { extremes } from '../support/names';
import { at, expect, prove, type Place, type State, test } from '../support/visitor';
import { WIDTHS } from '../support/width';

test.use({ needs: { seed: true, env: { KEYDESK_NAME: 'N'.repeat(60) } } });

/** Ordinary names are judged by axe elsewhere. */
const ONLY_WIDTHS: Partial<State> = { axe: [], widths: WIDTHS };

/** Where the words after a name stand, seen from the name: to its right, as in any sentence of ours. */
async function expectAfter(sentence: Locator, name: string, after: string): Promise<void> {
  const order = await sentence.evaluate(
    (element, [name, after]) => {
      const boxOf = (words: string) => {
        const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
          const at = node.textContent!.indexOf(words);
          if (at < 0) continue;
          const range = document.createRange();
          range.setStart(node, at);
          range.setEnd(node, at + words.length);
          return range.getBoundingClientRect();
        }
        throw new Error(`${words} is not there: ${element.textContent}`);
      };
      return { name: boxOf(name).right, after: boxOf(after).left };
    },
    [name, after] as const,
  );
  expect(order.after, `“${after}” follows the name`).toBeGreaterThanOrEqual(order.name - 1);
}

test('no page is wider than its window', async ({ page, signIn, console, users, visitor, watch }) => {
  watch.expectComplaint(/status of 4(01|04|22)/);
  const { wide: veryWide, word, hebrew, arabic, mixed, chinese } = extremes;
  const wrong = { name: 'sign-in', show: () => signIn.fillIn(veryWide, 'wrong').catch(() => undefined) };
  await visitor.walk([at(() => signIn.open(), wrong)], ONLY_WIDTHS);

  await signIn.as(cast.ana);
  await users.open();
  const field = await defineField(page, { name: 'W'.repeat(40), kind: 'Text' });
  const people: { username: string; display_name: string; id: string }[] = [];
  for (const [index, display_name] of [veryWide, word, hebrew, arabic, mixed, chinese].entries()) {
    const username = extremes.username.slice(0, 49) + index;
    people.push({ username, display_name, id: await createPerson(page, { username, display_name, email: index === 0 ? extremes.email : '', fields: { [field]: 'V'.repeat(200) } }) });
  }
  const [wide] = people;
  const binned = await createPerson(page, { username: 'in.the.bin', display_name: veryWide });
  await ask(page, 'users/delete', { id: binned });
  await ask(page, 'account/update_profile', { display_name: veryWide });

  const paths = ['/users', `/users?q=${veryWide}`, '/users?status=bin', `/users/${binned}`, '/groups', '/audit', `/audit?person=${wide!.id}`, '/settings', '/account', '/account/security', '/account/sessions', '/nowhere'];
  await visitor.walk(paths.map((path) => at(() => console.open(path), { name: path })), ONLY_WIDTHS);

  const view = await ask(page, 'users/find_table_view');
  await ask(page, 'users/keep_table_view', { view: { columns: [{ field }, 'email'], dense: false } });
  const chip = {
    name: 'a field of a long name as a filter and as a column',
    show: async () => {
      await expect(users.filters.chips).toHaveCount(1);
      await expect(users.head('W'.repeat(40))).toHaveCount(1);
      await expect(users.rows).toHaveCount(people.length);
    },
  };
  await visitor.walk([at(() => console.open(`/users?field-${field}=${'V'.repeat(200)}`), chip)], ONLY_WIDTHS);
  await ask(page, 'users/keep_table_view', { view });

  await prove(page, PASSWORD);
  const user = new User(page);
  const dialog = page.getByRole('dialog').filter({ has: page.getByRole('heading') });
  const asking = (name: string, open: () => Promise<unknown>): State => ({
    name,
    show: async () => {
      await open();
      await expect(dialog.first()).toBeVisible();
    },
  });
  /** What opens on a person's page, and the page once they are disabled. */
  const acts = (name: string): State[] => [
    ...['Edit', 'New password', 'Disable'].map((act) => asking(`${act}, ${name.slice(0, 8)}`, () => user.button(act).click())),
    { name: `the menu, ${name.slice(0, 8)}`, show: () => user.openMenu() },
    asking(`Delete, ${name.slice(0, 8)}`, async () => {
      await user.openMenu();
      await user.menu.getByRole('menuitem', { name: 'Delete' }).click();
      if (name === hebrew) await expectAfter(dialog.getByRole('heading'), name, '?');
    }),
    {
      name: `the toast, and somebody disabled, ${name.slice(0, 8)}`,
      show: async () => {
        await user.button('Disable').click();
        await dialog.getByRole('button', { name: /^Disable / }).click();
        await expect(console.toast).toContainText('disabled');
        if (name === hebrew) await expectAfter(console.toast, 'דוד', 'disabled');
        await expect(user.button('Enable')).toBeVisible();
      },
    },
  ];
  const pagesOf = ({ id, display_name: name }: (typeof people)[number]): Place[] => {
    const tabs = name === veryWide ? ['/access', '/security', '/sessions', '/activity'] : [];
    const open = (tab = '') => () => console.open(`/users/${id}${tab}`);
    const shown = { show: () => expect(page.getByRole('heading', { level: 1, name })).toBeVisible() };
    return [
      ...tabs.map((tab) => at(open(tab), { name: `${name.slice(0, 8)}${tab}`, ...shown })),
      at(open(), { name: name.slice(0, 8), ...shown }, ...([veryWide, hebrew].includes(name) ? acts(name) : [])),
    ];
  };
  await visitor.walk(people.slice(0, 5).flatMap(pagesOf), ONLY_WIDTHS);

  const sentence = page.locator('.what', { hasText: hebrew }).filter({ hasText: 'disabled' }).first();
  const palette = new Palette(page);
  const find = async () => {
    await palette.open();
    await page.keyboard.type('mmmmmm');
    await expect(palette.chosen).toContainText('WWWW');
  };
  await visitor.walk(
    [
      at(
        () => console.open('/audit'),
        { name: 'what happened', show: () => expect(sentence).toBeVisible() },
        { name: 'an event', show: () => sentence.click() },
      ),
      at(
        () => users.open(),
        { name: 'who is found', show: find },
        {
          name: 'what can be done',
          show: async () => {
            await find();
            await page.keyboard.press('Tab');
            await expect(palette.dialog.locator('.whom')).toBeVisible();
          },
        },
        { name: 'the selection', show: () => users.table.getByLabel(`Select ${veryWide}`).first().check() },
      ),
    ],
    ONLY_WIDTHS,
  );
});

test('no page between the password and the console is wider than its window', async ({ page, signIn, newPassword, visitor, anotherBrowser }) => {
  const administrators = await anotherBrowser();
  await new SignIn(administrators).as(cast.ana);
  const id = await createPerson(administrators, { username: extremes.username, display_name: extremes.wide });
  const { one_time_password: once } = await ask<{ one_time_password: string }>(administrators, 'users/reset_password', { id });
  await requireSecondFactors(administrators, 'everyone');
  const setUp = new SetUp(page);
  const second = new SecondFactor(page);
  let app: App;

  await visitor.walk(
    [
      at(() => signIn.attempt(extremes.username, once), { name: 'a new password', show: () => expect(newPassword.heading).toBeVisible() }),
      at(() => newPassword.choose(once, PASSWORD), {
        name: 'setting a second factor up',
        show: async () => {
          await expect(setUp.heading).toBeVisible();
          app = new App(await setUp.typedSecret());
        },
      }),
      at(async () => setUp.verify(await app.next()), {
        name: 'the recovery codes',
        show: () => expect(page.getByRole('heading', { name: 'Keep your recovery codes' })).toBeVisible(),
      }),
      at(
        async () => {
          await page.context().clearCookies();
          await signIn.attempt(extremes.username, PASSWORD);
        },
        { name: 'the second factor', show: () => second.isAsked() },
        {
          name: 'a recovery code',
          show: async () => {
            await page.getByRole('link', { name: 'Use a recovery code' }).click();
            await expect(second.recoveryCode).toBeVisible();
          },
        },
      ),
    ],
    ONLY_WIDTHS,
  );
});
