// The pages of people, and every dialog that acts on one.

import type { Page } from '@playwright/test';
import { SignIn } from '../pages/sign-in';
import { User, UserSecurity } from '../pages/user';
import { ask, idOf } from '../support/ask';
import { cast, PASSWORD } from '../support/cast';
import { enrolApp, enrolPasskey } from '../support/enrol';
import { Authenticator } from '../support/passkeys';
import { at, expect, NARROW, prove, test } from '../support/visitor';

const { ana, tomas, ingrid, samuelWhoIsDisabled: samuel, yutongWhoIsInvited: yutong } = cast;

/** The dialog of a narrow window is within it, and the way out of it in sight. */
async function expectWayOut(page: Page): Promise<void> {
  const dialog = page.getByRole('dialog');
  const box = (await dialog.boundingBox())!;
  expect(box.x).toBeGreaterThanOrEqual(0);
  expect(box.x + box.width).toBeLessThanOrEqual(NARROW.width);
  expect(await dialog.evaluate((it) => it.scrollWidth - it.clientWidth)).toBeLessThanOrEqual(0);
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeInViewport({ ratio: 1 });
}

test('the pages of people and what opens on them are accessible in light and in dark, and fit 320 px', async ({
  page,
  signIn,
  console,
  visitor,
  watch,
  anotherBrowser,
}) => {
  watch.expectComplaint('status of 409');
  await signIn.as(ana);
  const ids = new Map<string, string>();
  for (const { username } of [ana, tomas, ingrid, samuel, yutong, cast.priya]) ids.set(username, await idOf(page, username));
  await ask(page, 'users/delete', { id: ids.get(yutong.username) });
  const user = new User(page);
  const security = new UserSecurity(page);
  const open = (person: typeof ana, tab = '') => async () => {
    await console.open(`/users/${ids.get(person.username)}${tab}`);
    await expect(page.getByRole('heading', { level: 1, name: person.name })).toBeVisible();
  };
  const edit = async (on: User) => {
    await on.button('Edit').click();
    await on.edit.isOpen();
  };
  const narrow = () => expectWayOut(page);
  /** The question before something is done to somebody who is signed in nowhere. */
  const question = (act: string) => async () => {
    await user.button(act).click();
    await expect(page.getByRole('dialog')).toContainText('Ends no session');
  };

  await visitor.walk([
    at(open(tomas), { name: 'the overview' }),
    at(open(samuel), { name: 'the overview of somebody disabled' }),
    at(open(ana), { name: 'the overview of the first administrator' }, { name: 'the form of oneself, greyed', show: () => edit(user), narrow }),
    at(
      open(ingrid),
      { name: 'the overview of somebody without groups' },
      { name: 'the form of somebody else', show: () => edit(user), narrow },
      {
        name: 'the form with errors',
        show: async () => {
          await edit(user);
          await user.edit.name.fill(' ');
          await user.edit.typeOne.check();
          await user.edit.save.click();
          await expect(user.edit.problems).toContainText('Fill this in.');
        },
        only: 'dialog[open]',
        narrow,
      },
      { name: 'the question before a new password', show: question('New password'), narrow },
      { name: 'the question before disabling', show: question('Disable'), narrow },
      { name: 'the menu in the head', show: () => user.openMenu() },
    ),
    at(
      open(yutong),
      { name: 'the page of somebody in the bin', show: () => expect(user.main).toContainText('In the bin since') },
      {
        name: 'the question before erasing',
        show: async () => {
          await user.button('Erase now').click();
          await expect(page.getByRole('dialog')).toContainText('This cannot be undone.');
        },
        narrow,
      },
    ),
    at(open(tomas, '/access'), { name: 'the access of somebody in a group' }),
    at(
      open(ingrid, '/access'),
      { name: 'the access of somebody in none' },
      {
        name: 'the menu of groups to add',
        show: async () => {
          await page.getByRole('button', { name: 'Add to group' }).click();
          await expect(page.getByRole('menuitem', { name: 'Auditors' })).toBeVisible();
        },
      },
    ),
    at(open(ana, '/sessions'), { name: 'the sessions' }),
    at(open(ingrid, '/sessions'), { name: 'the sessions of somebody without any' }),
    at(open(ana, '/activity'), { name: 'the activity' }),
    at(open(ingrid, '/activity'), { name: 'the activity of somebody who was never here' }),
    at(() => console.open('/account'), { name: 'the own profile of the first administrator' }),
  ]);

  const theirs = await anotherBrowser();
  await new SignIn(theirs).as(ingrid);
  await enrolApp(theirs);
  await Authenticator.plugIn(theirs);
  await enrolPasskey(theirs, 'Laptop of a long name that has to go somewhere');
  const grace = new User(await anotherBrowser());
  await new SignIn(grace.page).as(cast.grace);
  await prove(page, PASSWORD);

  await visitor.walk([
    at(
      open(ingrid, '/security'),
      { name: 'what proves a user', narrow: () => expect(security.reset).toBeVisible() },
      {
        name: 'the question before second factors are reset',
        show: async () => {
          await security.reset.click();
          await expect(security.question(/^Reset/)).toBeVisible();
        },
      },
    ),
    at(open(cast.priya), {
      name: 'a form that somebody else saved meanwhile',
      show: async () => {
        await edit(user);
        await grace.open(cast.priya.name);
        await edit(grace);
        await grace.edit.email.fill('theirs@northwind.example');
        await grace.edit.finish();
        await user.edit.email.fill('mine@northwind.example');
        await user.edit.save.click();
        await expect(user.edit.meanwhile).toContainText('You both changed');
      },
    }),
  ]);
});
