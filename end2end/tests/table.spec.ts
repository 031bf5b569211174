import type { Page } from '@playwright/test';
import { ask, createPerson } from '../support/ask';
import { cast } from '../support/cast';
import { expect, test } from '../support/test';

test.beforeEach(async ({ signIn }) => signIn.as(cast.ana));

const widthOf = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth);

test.describe('with more people than a page holds', () => {
  test.use({ needs: { seed: true, people: 120 } });

  test('a selection grows by rows, ranges, pages and all who match, and survives paging', async ({ page, users, context, console }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const box = (at: number) => users.rows.nth(at).getByRole('checkbox');
    const username = (at: number) => users.rows.nth(at).locator('.sub').innerText();
    await users.open('?sort=name');

    await test.step('pages go forward and back by key, and the count says how many', async () => {
      await expect(console.main.getByRole('banner').or(page.locator('.bar .about'))).toHaveText(/^(about )?1[0-2]\d$/);
      const first = await users.names.allInnerTexts();
      expect(first).toHaveLength(50);
      await users.goOn('On');
      await expect(page).toHaveURL(/\?sort=name&after=/);
      await expect(users.names.first()).not.toHaveText(first[0]!);
      const second = await users.names.allInnerTexts();
      expect(second.filter((name) => first.includes(name))).toEqual([]);
      await users.goOn('Back');
      await expect(users.names.first()).toHaveText(first[0]!);
      expect(await users.names.allInnerTexts()).toEqual(first);
      await page.goBack();
      await expect(users.names.first()).toHaveText(second[0]!);
      await page.goBack();
      await expect(users.names.first()).toHaveText(first[0]!);
    });

    await test.step('rows are selected one by one, in a range with Shift, and all of a page', async () => {
      await box(2).check();
      await expect(users.selection.bar).toContainText('1 selected');
      await expect(users.wholePage).not.toBeChecked();
      expect(await users.wholePage.evaluate((box: HTMLInputElement) => box.indeterminate)).toBe(true);
      await box(6).click({ modifiers: ['Shift'] });
      await expect(users.selection.bar).toContainText('5 selected');
      for (const at of [2, 3, 4, 5, 6]) await expect(box(at)).toBeChecked();
      await expect(box(7)).not.toBeChecked();
      await expect(users.rows.nth(4)).toHaveAttribute('aria-selected', 'true');
      // From there back, and off.
      await box(4).click({ modifiers: ['Shift'] });
      await expect(users.selection.bar).toContainText('2 selected');
      for (const at of [2, 3]) await expect(box(at)).toBeChecked();
      for (const at of [4, 5, 6]) await expect(box(at)).not.toBeChecked();

      await users.wholePage.check();
      await expect(users.selection.bar).toContainText('50 selected');
      await users.wholePage.uncheck();
      await expect(users.selection.bar).toBeHidden();
    });

    await test.step('a selection survives paging, and its usernames are copied', async () => {
      const usernames = [await username(0)];
      await box(0).check();
      await users.goOn('On');
      await expect(page).toHaveURL(/after=/);
      await expect(users.wholePage).not.toBeChecked();
      await expect(box(0)).not.toBeChecked();
      usernames.push(await username(0));
      await box(0).check();
      await expect(users.selection.bar).toContainText('2 selected');
      await users.selection.copyUsernames.click();
      await expect(page.getByText('2 usernames copied')).toBeVisible();
      const copied = await page.evaluate(() => navigator.clipboard.readText());
      expect(copied.split('\n').sort()).toEqual(usernames.sort());
      await users.goOn('Back');
      await expect(box(0)).toBeChecked();
      await users.selection.clear.click();
      await expect(users.selection.bar).toBeHidden();
      await expect(box(0)).not.toBeChecked();
    });

    await test.step('all who match are selected, also on pages that nobody opened, but for some', async () => {
      await users.open('?status=active&sort=name');
      await users.wholePage.check();
      await expect(users.selection.selectAll).toHaveText(/^Select all that match, \d+$/);
      const all = Number((await users.selection.selectAll.innerText()).replace(/\D/g, ''));
      await users.selection.selectAll.click();
      await expect(users.selection.bar).toContainText(`${all} selected`);
      await users.goOn('On');
      await expect(page).toHaveURL(/after=/);
      await expect(users.wholePage).toBeChecked();
      await users.rows.nth(1).getByRole('checkbox').uncheck();
      await expect(users.selection.bar).toContainText(`${all - 1} selected`);
      await expect(users.selection.copyUsernames).toHaveAttribute('aria-disabled', 'true');
      // With another filter it would be somebody else.
      await users.filters.remove('Status is active');
      await expect(users.selection.bar).toBeHidden();
    });
  });

  test('rows keep their place, and columns and density are applied at once and remembered', async ({ page, users }) => {
    const { columns } = users;

    await test.step('a row keeps its place and the keyboard when the list is looked at anew', async () => {
      await users.open('?sort=name');
      await page.keyboard.press('j');
      await page.keyboard.press('j');
      const row = users.rowUnderCursor;
      const name = await row.getByRole('rowheader').getByRole('link').innerText();
      await row.evaluate((element) => element.setAttribute('data-seen', ''));
      await users.startCreating();
      await users.create.fillIn({ username: 'zacharias', name: 'Aaron First' });
      await users.create.dialog.getByLabel('Origin').fill('Invented');
      await users.create.send();
      await expect(page.locator('tr.now')).toContainText('Aaron First');
      await users.oneTimePassword.takeAndClose();
      await expect(users.row('Aaron First')).toBeVisible();
      await expect(users.rows).toHaveCount(50);
      await expect(page.locator('tr[data-seen]').getByRole('rowheader').getByRole('link')).toHaveText(name);
    });

    await test.step('columns and density', async () => {
      await expect(users.head('E-mail')).toBeVisible();
      await columns.open();
      await columns.keeping(() => columns.box('E-mail').uncheck());
      await expect(users.head('E-mail')).toHaveCount(0);
      await columns.keeping(() => columns.box('Account ends').check());
      await expect(users.head('Account ends')).toBeVisible();
      await columns.keeping(() => columns.density('Compact').click());
      await expect(columns.density('Compact')).toHaveAttribute('aria-pressed', 'true');
      const height = async () => (await users.rows.first().boundingBox())!.height;
      expect(await height()).toBeLessThan(40);
      await page.reload();
      await expect(users.head('E-mail')).toHaveCount(0);
      await expect(users.head('Account ends')).toBeVisible();
      expect(await height()).toBeLessThan(40);
    });

    await test.step('a custom field is a column like the others, also found and marked', async () => {
      const fields = await ask<{ id: string; name: string }[]>(page, 'fields/list');
      const id = (name: string) => fields.find((field) => field.name === name)!.id;
      const values = { [id('Company')]: 'Öresund Works', [id('Origin')]: 'Invented' };
      await createPerson(page, { username: 'noor', display_name: 'Noor Haddad', fields: values });
      await users.open();
      await columns.open();
      await columns.keeping(() => columns.box('Company').check());
      await page.keyboard.press('Escape');
      await expect(await users.cell('Noor Haddad', 'Company')).toHaveText('Öresund Works');
      await users.search('oresund');
      await expect(users.names).toHaveText(['Noor Haddad']);
      await expect(users.table.locator('mark')).toHaveText(['Öresund']);
      await page.reload();
      await expect(users.table.locator('mark')).toHaveText(['Öresund']);
    });

    await test.step('with every column the table scrolls by itself, and a row’s menu stays in reach', async () => {
      await users.open();
      await columns.open();
      await columns.keeping(async () => {
        for (const box of await columns.panel.getByRole('checkbox').all()) await box.check();
      });
      await page.keyboard.press('Escape');
      await expect(users.head('Joined')).toHaveCount(1);
      expect(await widthOf(page)).toBeLessThanOrEqual(1440);
      await expect(users.rows.first().getByRole('button', { name: /^Actions for/ })).toBeInViewport({ ratio: 1 });
    });
  });
});
