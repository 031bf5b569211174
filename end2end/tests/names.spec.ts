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
import { expect, test } from '../support/test';
import { expectNoWider } from '../support/width';

test.use({ needs: { seed: true, fresh: true, env: { KEYDESK_NAME: 'N'.repeat(60) } } });

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

test('no page is wider than its window', async ({ page, signIn, console, users, watch }) => {
  watch.expectComplaint(/status of 4(01|04|22)/);
  await page.goto('/sign-in');
  await signIn.attempt(extremes.wide, 'wrong').catch(() => undefined);
  await expectNoWider(page, 'sign-in');
  await signIn.as(cast.ana);
  await users.open();
  const field = await defineField(page, { name: 'W'.repeat(40), kind: 'Text' });
  const people: { username: string; display_name: string; id: string }[] = [];
  for (const [at, display_name] of [extremes.wide, extremes.word, extremes.hebrew, extremes.arabic, extremes.mixed, extremes.chinese].entries()) {
    const username = extremes.username.slice(0, 49) + at;
    people.push({ username, display_name, id: await createPerson(page, { username, display_name, email: at === 0 ? extremes.email : '', fields: { [field]: 'V'.repeat(200) } }) });
  }
  const [wide] = people;
  const binned = await createPerson(page, { username: 'in.the.bin', display_name: extremes.wide });
  await ask(page, 'users/delete', { id: binned });
  await ask(page, 'account/update_profile', { display_name: extremes.wide });

  for (const path of ['/users', `/users?q=${extremes.wide}`, '/users?status=bin', `/users/${binned}`, '/groups', '/audit', `/audit?person=${wide!.id}`, '/settings', '/account', '/account/security', '/account/sessions', '/nowhere']) {
    await console.open(path);
    await expectNoWider(page, path);
  }
  for (const { id, display_name } of people.slice(0, 5)) {
    for (const tab of display_name === extremes.wide ? ['', '/access', '/security', '/sessions', '/activity'] : ['']) {
      await console.open(`/users/${id}${tab}`);
      await expect(page.getByRole('heading', { level: 1, name: display_name })).toBeVisible();
      await expectNoWider(page, `${display_name.slice(0, 8)}${tab}`);
    }
  }

  await test.step('a field of a long name as a filter and as a column', async () => {
    const view = await ask(page, 'users/find_table_view');
    await ask(page, 'users/keep_table_view', { view: { columns: [{ field }, 'email'], dense: false } });
    await console.open(`/users?field-${field}=${'V'.repeat(200)}`);
    await expect(users.filters.chips).toHaveCount(1);
    await expect(users.head('W'.repeat(40))).toHaveCount(1);
    await expect(users.rows).toHaveCount(people.length);
    await expectNoWider(page, 'the chip and the column of a field');
    await ask(page, 'users/keep_table_view', { view });
  });

  const user = new User(page);
  const dialog = page.getByRole('dialog').filter({ has: page.getByRole('heading') });
  for (const { id, display_name } of people.filter(({ display_name }) => [extremes.wide, extremes.hebrew].includes(display_name))) {
    await test.step(`dialogs about ${display_name.slice(0, 20)}`, async () => {
      await console.open(`/users/${id}`);
      for (const act of ['Edit', 'New password', 'Disable']) {
        await user.button(act).click();
        await expect(dialog.first()).toBeVisible();
        await expectNoWider(page, act);
        await page.keyboard.press('Escape');
        await expect(dialog).toHaveCount(0);
      }
      await user.openMenu();
      await expectNoWider(page, 'the menu');
      await user.menu.getByRole('menuitem', { name: 'Delete' }).click();
      await expect(dialog.first()).toBeVisible();
      await expectNoWider(page, 'Delete');
      if (display_name === extremes.hebrew) await expectAfter(dialog.getByRole('heading'), display_name, '?');
      await page.keyboard.press('Escape');
      await user.button('Disable').click();
      await dialog.getByRole('button', { name: /^Disable / }).click();
      await expect(console.toast).toContainText('disabled');
      await expectNoWider(page, 'the toast');
      if (display_name === extremes.hebrew) await expectAfter(console.toast, 'דוד', 'disabled');
      await expectNoWider(page, 'the page of somebody disabled');
    });
  }

  await test.step('what happened', async () => {
    await console.open('/audit');
    const sentence = page.locator('.what', { hasText: extremes.hebrew }).filter({ hasText: 'disabled' }).first();
    await expect(sentence).toBeVisible();
    await expectNoWider(page, 'the audit log');
    await sentence.click();
    await expectNoWider(page, 'an event');
  });

  await test.step('the palette and what is selected', async () => {
    await users.open();
    const palette = new Palette(page);
    await palette.open();
    await page.keyboard.type('mmmmmm');
    await expect(palette.chosen).toContainText('WWWW');
    await expectNoWider(page, 'who is found');
    await page.keyboard.press('Tab');
    await expect(palette.dialog.locator('.whom')).toBeVisible();
    await expectNoWider(page, 'what can be done');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await users.table.getByLabel(`Select ${extremes.wide}`).first().check();
    await expectNoWider(page, 'the selection');
  });
});

test('no page between the password and the console is wider than its window', async ({ page, signIn, newPassword, anotherBrowser }) => {
  const administrators = await anotherBrowser();
  await new SignIn(administrators).as(cast.ana);
  const id = await createPerson(administrators, { username: extremes.username, display_name: extremes.wide });
  const given = await ask<{ one_time_password: string }>(administrators, 'users/reset_password', { id });
  await requireSecondFactors(administrators, 'everyone');

  await signIn.attempt(extremes.username, given.one_time_password);
  await expect(newPassword.heading).toBeVisible();
  await expectNoWider(page, 'a new password');
  await newPassword.choose(given.one_time_password, PASSWORD);

  const setUp = new SetUp(page);
  await expect(setUp.heading).toBeVisible();
  const app = new App(await setUp.typedSecret());
  await expectNoWider(page, 'setting a second factor up');
  await setUp.verify(await app.next());
  await expect(page.getByRole('heading', { name: 'Keep your recovery codes' })).toBeVisible();
  await expectNoWider(page, 'the recovery codes');

  await page.context().clearCookies();
  await signIn.attempt(extremes.username, PASSWORD);
  const second = new SecondFactor(page);
  await second.isAsked();
  await expectNoWider(page, 'the second factor');
  await page.getByRole('link', { name: 'Use a recovery code' }).click();
  await expect(second.recoveryCode).toBeVisible();
  await expectNoWider(page, 'a recovery code');
});
