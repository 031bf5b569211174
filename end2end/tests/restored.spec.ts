// T15: what was on the screen is not shown again once its session is over: not by the way back, not in
// another tab, not after the page was hidden. Before anything is shown, the page asks.

import type { Page, Route } from '@playwright/test';
import { Console } from '../pages/console';
import { SignIn } from '../pages/sign-in';
import { Users } from '../pages/users';
import { ask } from '../support/ask';
import { cast, PASSWORD } from '../support/cast';
import { withWayBack } from '../support/chromium';
import { expect, test } from '../support/test';
import { hide, show } from '../support/visibility';

test.use({ launchOptions: withWayBack });

/** Tells a page what a browser tells it that brings it back from its memory. */
const restore = (page: Page) => page.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })));

const goBack = (page: Page) => page.evaluate(() => history.back());

/** Keeps the answers to the page's questions back until they are let go. */
async function holdAnswer(page: Page) {
  const held: Route[] = [];
  let over = false;
  const hold = (route: Route) => (over ? route.continue() : void held.push(route));
  await page.route('**/session', hold);
  return {
    isAsked: (times = 1) => expect.poll(() => held.length, 'the page asks').toBeGreaterThanOrEqual(times),
    letGo: async () => {
      over = true;
      // One that the page took back is gone.
      await Promise.all(held.map((route) => route.continue().catch(() => undefined)));
    },
  };
}

for (const [what, person, landmark] of [
  ['the console', cast.ana, 'Users'],
  ['the own account', cast.ingrid, 'Profile'],
] as const) {
  test(`the way back to ${what} after signing out shows nothing of it, and neither does the browser's memory`, async ({ page, signIn }) => {
    const heading = page.getByRole('heading', { level: 1, name: landmark });
    await signIn.as(person);
    await expect(heading).toBeVisible();
    await page.locator('#sign-out').evaluate((form: HTMLFormElement) => form.submit());
    await expect(signIn.heading).toBeVisible();
    await goBack(page);
    await expect(page).toHaveURL(/\/sign-in\?next=/);
    await expect(signIn.heading).toBeVisible();
    await expect(page.getByText(person.name)).toHaveCount(0);

    // Chromium drops a page from its memory by itself when its cookie goes; other browsers keep it.
    await test.step('a page that is restored from memory asks, and leaves without showing anything', async () => {
      await signIn.as(person);
      await expect(heading).toBeVisible();
      const { origin } = new URL(page.url());
      await page.request.post('/sign-out', { form: {}, headers: { origin }, maxRedirects: 0 });
      const answer = await holdAnswer(page);
      await restore(page);
      await answer.isAsked();
      await expect(heading).toBeHidden();
      await answer.letGo();
      await expect(page, 'asked, and left').toHaveURL(/\/sign-in\?next=/);
      await expect(signIn.heading).toBeVisible();
      await expect(page.getByText(person.name)).toHaveCount(0);
    });
  });
}

test('the way back after the session was ended elsewhere shows nothing of it', async ({ page, signIn, users, anotherBrowser, watch }) => {
  watch.expectComplaint('status of 401');
  await signIn.at('/users', cast.ana);
  const elsewhere = await anotherBrowser();
  await new SignIn(elsewhere).quietly(cast.ana);
  await ask(elsewhere, 'account/end_other_sessions');
  const dialog = page.getByRole('dialog', { name: 'Sign in again' });
  await restore(page);
  await expect(dialog).toContainText('Your session was ended.');
  await expect(users.table).toBeHidden();
  // Whether Chromium keeps the page or asks for it anew is its own affair.
  await page.goto('/robots.txt');
  await goBack(page);
  await expect(dialog.or(signIn.heading).first()).toBeVisible();
  await expect(users.table).toBeHidden();
});

test('the way back to a page before the console begins it anew', async ({ page, signIn, watch }) => {
  watch.expectComplaint('status of 401');
  await signIn.open('/audit');
  await signIn.fillIn('ana', 'wrong').then(() => expect(signIn.refusal).toBeVisible());
  await signIn.username.fill('somebody');
  await signIn.password.fill('half of a password');
  // Chromium keeps no page whose answer set a cookie, so the page is told what it would be told.
  await restore(page);
  await expect(signIn.refusal).toHaveCount(0);
  await expect(signIn.username).toHaveValue('');
  await expect(signIn.password).toHaveValue('');
  await signIn.fillIn('ana', PASSWORD);
  await expect(page, 'the way on is not lost').toHaveURL('/audit');
});

test('another tab is told of signing out, and of who signs in then', async ({ page, context, signIn, console, users }) => {
  await signIn.at('/users', cast.ana);
  const other = await context.newPage();
  const otherUsers = new Users(other);
  await otherUsers.open('?sort=name');
  await expect(otherUsers.table).toBeVisible();

  await console.signOut(cast.ana);
  await expect(signIn.heading).toBeVisible();
  await expect(new SignIn(other).heading).toBeVisible();

  await signIn.fillIn(cast.grace.username, cast.grace.password);
  await expect(console.ownButton(cast.grace)).toBeVisible();
  await expect(other, 'and gets back to where it was').toHaveURL('/users?sort=name');
  await expect(new Console(other).ownButton(cast.grace)).toBeVisible();
});

test('a page that is shown again is covered until it is certain whose it is', async ({ page, signIn, users, anotherBrowser, watch }) => {
  await signIn.at('/users', cast.ana);
  await users.searchBox.fill('a');
  await users.searchBox.focus();

  await test.step('the session lives: everything is as it was', async () => {
    const answer = await holdAnswer(page);
    await hide(page);
    await expect(users.table).toBeHidden();
    await show(page);
    await answer.isAsked();
    await expect(users.table).toBeHidden();
    await answer.letGo();
    await expect(users.table).toBeVisible();
    await expect(users.searchBox).toBeFocused();
  });

  await test.step('the session was ended elsewhere: whoever comes back loses nothing', async () => {
    await users.startCreating();
    await users.create.fillIn({ username: 'late', name: 'Late Comer' });
    const elsewhere = await anotherBrowser();
    await new SignIn(elsewhere).quietly(cast.ana);
    await ask(elsewhere, 'account/end_other_sessions');
    await hide(page);
    await show(page);
    const again = page.getByRole('dialog', { name: 'Sign in again' });
    await expect(again).toContainText('Your session was ended.');
    await expect(users.table).toBeHidden();
    await expect(users.create.name).toBeHidden();
    await again.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.keyboard.press('Enter');
    await expect(again).toBeHidden();
    await expect(users.create.name).toHaveValue('Late Comer');
    await expect(users.create.name).toBeVisible();
    await expect(users.table).toBeVisible();
  });

  await test.step('whoever gives up is led to the page for signing in', async () => {
    const elsewhere = await anotherBrowser();
    await new SignIn(elsewhere).quietly(cast.ana);
    await ask(elsewhere, 'account/end_other_sessions');
    await hide(page);
    await show(page);
    const again = page.getByRole('dialog', { name: 'Sign in again' });
    await expect(again).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(signIn.notice).toContainText('Your session has ended.');
  });
});

test('paper gets what was on the screen, also where printing hides the page, and nothing that was covered; the keyboard comes back', async ({ page, signIn, users }) => {
  await signIn.at('/users', cast.ana);
  const tell = (event: 'beforeprint' | 'afterprint') => page.evaluate((event) => dispatchEvent(new Event(event)), event);

  for (const [who, begin] of [
    ['the page', [() => tell('beforeprint'), () => hide(page)]],
    ['the browser, which hides the page before', [() => hide(page), () => tell('beforeprint')]],
  ] as const) {
    await test.step(`asked for by ${who}`, async () => {
      for (const step of begin) await step();
      await page.emulateMedia({ media: 'print' });
      await expect(users.table).toBeVisible();
      await tell('afterprint');
      await page.emulateMedia({ media: 'screen' });
      await expect(users.table).toBeHidden();
      await show(page);
      await expect(users.table).toBeVisible();
    });
  }

  await test.step('while it is not certain whose page it is', async () => {
    const answer = await holdAnswer(page);
    await hide(page);
    await show(page);
    await answer.isAsked();
    await tell('beforeprint');
    await page.emulateMedia({ media: 'print' });
    await expect(users.table).toBeHidden();
    await tell('afterprint');
    await page.emulateMedia({ media: 'screen' });
    await answer.letGo();
    await expect(users.table).toBeVisible();
  });

  await test.step('a field that is drawn again late gets the keyboard back', async () => {
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    await users.searchBox.focus();
    await page.evaluate(() => {
      const late = new CSSStyleSheet();
      late.insertRule('input[type=search] { transition: visibility 0s 500ms; }');
      document.adoptedStyleSheets.push(late);
    });
    await hide(page);
    await expect(users.searchBox).toBeHidden();
    await expect.poll(() => page.evaluate(() => document.activeElement === document.body), 'out of sight it loses the keyboard').toBe(true);
    await show(page);
    await expect(users.searchBox).toBeVisible();
    await expect(users.searchBox).toBeFocused();
  });
});

test('where nobody answers, the page says so and shows nothing, until somebody does', async ({ page, context, signIn, users, watch }) => {
  const away = page.getByRole('dialog', { name: 'Keydesk does not answer' });
  watch.expectComplaint('ERR_INTERNET_DISCONNECTED');
  await signIn.at('/users', cast.ana);

  await test.step('without a network', async () => {
    await context.setOffline(true);
    await hide(page);
    await show(page);
    await expect(away).toContainText('until it is certain that you are still signed in');
    await expect(users.table).toBeHidden();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await expect(away).toBeVisible();
    await context.setOffline(false);
    await expect(users.table).toBeVisible();
    await expect(away).toBeHidden();
  });

  await test.step('from a server that hangs', async () => {
    const answer = await holdAnswer(page);
    await hide(page);
    await show(page);
    await answer.isAsked();
    await expect(away).toBeVisible();
    await expect(users.table).toBeHidden();
    await away.getByRole('button', { name: 'Try again' }).click();
    await answer.isAsked(2);
    await answer.letGo();
    await expect(users.table).toBeVisible();
    await expect(away).toBeHidden();
  });
});
