// Everything that proves who one is, without a mouse: set up, used at sign-in, taken away.

import type { Page } from '@playwright/test';
import { OwnFactors } from '../pages/account';
import { Palette } from '../pages/palette';
import { SecondFactor, SetUp } from '../pages/second-factor';
import { SignIn } from '../pages/sign-in';
import { awake } from '../support/awake';
import { cast, type Person } from '../support/cast';
import { App } from '../support/codes';
import { requireSecondFactors } from '../support/enrol';
import { press, tabTo } from '../support/keys';
import { Authenticator } from '../support/passkeys';
import { expect, test } from '../support/test';

test.use({ needs: { seed: true, fresh: true } });

/** Types username and password into the sign-in page and sends them. */
async function givePassword(page: Page, person: Person) {
  const signIn = new SignIn(page);
  await expect(signIn.username).toBeFocused();
  await page.keyboard.type(person.username);
  await page.keyboard.press('Tab');
  await expect(signIn.password).toBeFocused();
  await page.keyboard.type(person.password);
  await page.keyboard.press('Enter');
}

async function signOut(page: Page) {
  await awake(page);
  await press(page, page.getByRole('navigation', { name: 'Console' }).getByRole('button', { name: cast.ana.name }));
  const menu = page.getByRole('menu', { name: 'You' });
  await expect(menu).toBeVisible();
  const out = menu.getByRole('menuitem', { name: 'Sign out' });
  for (let item = 0; item < 12 && !(await out.evaluate((element) => element === document.activeElement)); item++) {
    await page.keyboard.press('ArrowDown');
  }
  await expect(out).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(new SignIn(page).heading).toBeVisible();
}

/** Ticks that the codes are kept, and goes on. */
async function keepCodes(page: Page, own: OwnFactors) {
  await press(page, own.codes.dialog.getByRole('checkbox', { name: 'I have stored it' }), 'Space');
  await press(page, own.codes.dialog.getByRole('button', { name: 'Done' }));
  await expect(own.codes.dialog).toBeHidden();
}

test('factors are set up, used and removed by the keyboard alone', async ({ page, signIn, console }) => {
  const keys = page.keyboard;
  const own = new OwnFactors(page);
  const second = new SecondFactor(page);
  const device = await Authenticator.plugIn(page);
  await signIn.open();
  await givePassword(page, cast.ana);
  await expect(console.heading('Users')).toBeVisible();

  let app: App;
  await test.step('an app is set up', async () => {
    const palette = new Palette(page);
    await palette.open();
    await palette.type('security', 'My account: Security');
    await keys.press('Enter');
    await expect(console.heading('Security')).toBeVisible();
    await press(page, own.button('Set up an app'));
    app = await own.newApp.scan();
    await tabTo(page, own.newApp.code);
    await keys.type(await app.next());
    await keys.press('Enter');
    await expect(own.codes.dialog).toBeVisible();
    await keepCodes(page, own);
  });

  await test.step('a passkey is added and renamed', async () => {
    await press(page, own.card('Passkeys').getByRole('button', { name: 'Add a passkey' }));
    await tabTo(page, own.newPasskey.name);
    await keys.press('Control+a');
    await keys.type('Laptop');
    await keys.press('Enter');
    await expect(own.passkey('Laptop')).toBeVisible();
    await press(page, own.passkey('Laptop').getByRole('button', { name: 'Rename' }));
    const dialog = own.question('Rename the passkey');
    await tabTo(page, dialog.getByLabel('Name'));
    await keys.press('Control+a');
    await keys.type('Old laptop');
    await keys.press('Enter');
    await expect(own.passkey('Old laptop')).toBeVisible();
  });

  await test.step('the passkey alone lets in', async () => {
    // Until then the device answers nobody: a sign-in page asks by itself.
    await device.ownerIsThere(false);
    await press(page, page.getByRole('button', { name: 'Sign out' }));
    await expect(signIn.heading).toBeVisible();
    await device.ownerIsThere(true);
    await press(page, page.getByRole('button', { name: 'Sign in with a passkey' }));
    await expect(console.heading('Users')).toBeVisible();
    await device.ownerIsThere(false);
  });

  await test.step('a code follows the password, and this device is remembered', async () => {
    await signOut(page);
    await givePassword(page, cast.ana);
    await expect(second.code).toBeFocused();
    await press(page, second.remember, 'Space');
    await tabTo(page, second.code);
    await keys.type(await app.next());
    await keys.press('Enter');
    await expect(console.heading('Users')).toBeVisible();
    await signOut(page);
    await givePassword(page, cast.ana);
    await expect(console.heading('Users')).toBeVisible();
  });

  await test.step('the passkey is removed', async () => {
    await own.open();
    await press(page, own.passkey('Old laptop').getByRole('button', { name: 'Remove' }));
    const question = own.question('Remove Old laptop?');
    await press(page, question.getByRole('button', { name: 'Remove Old laptop' }));
    await expect(own.passkey('Old laptop')).toHaveCount(0);
  });
});

test('whoever has to set up a second factor does so by the keyboard alone', async ({ page, signIn, console, anotherBrowser }) => {
  const administrator = await anotherBrowser();
  await new SignIn(administrator).quietly(cast.grace);
  await requireSecondFactors(administrator, 'everyone');

  const setUp = new SetUp(page);
  await signIn.open();
  await givePassword(page, cast.ana);
  await expect(setUp.heading).toBeVisible();
  await press(page, page.getByText('It cannot be scanned'));
  const app = new App((await setUp.secret.innerText()).replaceAll(' ', ''));
  await tabTo(page, setUp.code);
  await page.keyboard.type(await app.next());
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Keep your recovery codes' })).toBeVisible();
  await press(page, page.getByLabel('I have kept these codes'), 'Space');
  await press(page, page.getByRole('button', { name: 'Go on' }));
  await expect(console.heading('Users')).toBeVisible();
});
