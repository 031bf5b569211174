// A user's page and every dialog that acts on one: judged by axe in light and dark, and at 320 px.


import { SignIn } from '../pages/sign-in';
import { User } from '../pages/user';
import { Users } from '../pages/users';
import { cast } from '../support/cast';
import { expectAccessibleInBothThemes, widthOf } from '../support/themes';
import { expect, test } from '../support/test';

const INGRID = cast.ingrid.name;
const YUTONG = cast.yutongWhoIsInvited.name;

type Show = (user: User) => Promise<unknown>;

const edit = async (user: User, name: string) => {
  await user.open(name);
  await user.button('Edit').click();
  await user.edit.isOpen();
};

const ask = async (user: User, act: string) => {
  await user.open(INGRID);
  await user.button(act).click();
  await expect(user.page.getByRole('dialog')).toContainText('Ends no session');
};

/** Opens the page of somebody who is in the bin. */
const openFromBin = async (user: User) => {
  const users = new Users(user.page);
  await users.open('?status=bin');
  if (!(await users.row(YUTONG).isVisible())) {
    await user.open(YUTONG);
    await user.openMenu();
    await user.menu.getByRole('menuitem', { name: 'Delete' }).click();
    await user.confirm(/^Delete/, 'Delete Yutong');
    await users.open('?status=bin');
  }
  await users.openPageOf(YUTONG);
  await expect(user.main).toContainText('In the bin since');
};

const PAGES: [what: string, show: Show][] = [
  ['the overview', (user) => user.open(cast.tomas.name)],
  ['the overview of somebody disabled', (user) => user.open(cast.samuelWhoIsDisabled.name)],
  ['the overview of the first administrator', (user) => user.open(cast.ana.name)],
  ['the access of somebody in a group', (user) => user.open(cast.tomas.name, '/access')],
  ['the access of somebody in none', (user) => user.open(INGRID, '/access')],
  ['the sessions', (user) => user.open(cast.ana.name, '/sessions')],
  ['the sessions of somebody without any', (user) => user.open(INGRID, '/sessions')],
  ['the activity', (user) => user.open(cast.ana.name, '/activity')],
  ['the page of somebody in the bin', openFromBin],
  ['the own profile of the first administrator', (user) => user.page.goto('/account')],
];

const DIALOGS: [what: string, show: Show][] = [
  ['the form of somebody else', (user) => edit(user, INGRID)],
  ['the form of oneself, greyed', (user) => edit(user, cast.ana.name)],
  [
    'the form with errors',
    async (user) => {
      await edit(user, INGRID);
      await user.edit.name.fill(' ');
      await user.edit.typeOne.check();
      await user.edit.save.click();
      await expect(user.edit.problems).toContainText('Fill this in.');
    },
  ],
  ['the question before a new password', (user) => ask(user, 'New password')],
  ['the question before disabling', (user) => ask(user, 'Disable')],
  [
    'the question before erasing',
    async (user) => {
      await openFromBin(user);
      await user.button('Erase now').click();
      await expect(user.page.getByRole('dialog')).toContainText('This cannot be undone.');
    },
  ],
  [
    'the menu in the head',
    async (user) => {
      await user.open(INGRID);
      await user.openMenu();
    },
  ],
  [
    'the menu of groups to add',
    async (user) => {
      await user.open(INGRID, '/access');
      await user.page.getByRole('button', { name: 'Add to group' }).click();
      await expect(user.page.getByRole('menuitem', { name: 'Auditors' })).toBeVisible();
    },
  ],
];

for (const [what, show] of [...PAGES, ...DIALOGS]) {
  test(`axe has no complaint about ${what}`, async ({ page, signIn }) => {
    await signIn.as(cast.ana);
    const user = new User(page);
    await expectAccessibleInBothThemes(page, () => show(user));
  });
}



test.describe('on a narrow phone', () => {
  test.use({ viewport: { width: 320, height: 640 } });

  test('no tab of a page scrolls sideways, also with greyed actions', async ({ page, signIn }) => {
    await signIn.as(cast.ana);
    for (const [what, show] of PAGES) {
      await show(new User(page));
      expect(await widthOf(page), what).toBeLessThanOrEqual(320);
    }
  });

  test('dialogs fit, and their buttons stay in sight', async ({ page, signIn }) => {
    await signIn.as(cast.ana);
    const user = new User(page);
    for (const [what, show] of DIALOGS.slice(0, 6)) {
      await show(user);
      const dialog = page.getByRole('dialog');
      const box = (await dialog.boundingBox())!;
      expect(box.x, what).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width, what).toBeLessThanOrEqual(320);
      expect(await dialog.evaluate((e) => e.scrollWidth - e.clientWidth), what).toBeLessThanOrEqual(0);
      await expect(dialog.getByRole('button', { name: 'Cancel' }), what).toBeInViewport({ ratio: 1 });
    }
  });
});

test('axe has no complaint about a form that somebody else saved meanwhile', async ({ page, signIn, anotherBrowser, watch }) => {
  watch.expectComplaint('status of 409');
  const theirs = new User(await anotherBrowser());
  await new SignIn(theirs.page).as(cast.grace);
  await signIn.as(cast.ana);
  const user = new User(page);
  let count = 0;
  await expectAccessibleInBothThemes(page, async () => {
    await edit(user, cast.priya.name);
    await edit(theirs, cast.priya.name);
    count += 1;
    await theirs.edit.email.fill(`theirs.${count}@northwind.example`);
    await theirs.edit.finish();
    await user.edit.email.fill(`mine.${count}@northwind.example`);
    await user.edit.save.click();
    await expect(user.edit.meanwhile).toContainText('You both changed');
  });
});
