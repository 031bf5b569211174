import { awake } from '../support/awake';
import { cast } from '../support/cast';
import { expect, test } from '../support/test';
import { Settings } from '../pages/settings';

// Two calendars on one screen: a reader in New York, and an installation in Tokyo.
test.use({ timezoneId: 'America/New_York' });

test.beforeEach(async ({ signIn }) => signIn.quietly(cast.ana));

const dayIn = (timeZone: string, moment: string) =>
  new Date(moment).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone }).replace('Sept', 'Sep');
const timeIn = (timeZone: string, moment: string) =>
  new Date(moment).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', timeZone });

test('days are those of the installation, and the exact time on hover is that of the reader and names its zone', async ({ page, users, watch }) => {
  watch.expectComplaint('status of 422');
  const settings = new Settings(page);
  await settings.open();
  await expect(settings.timeZone).toHaveValue('UTC');
  await settings.timeZone.fill('Mars/Olympus');
  await settings.saveTimeZone.click();
  await expect(settings.main.getByText('There is no time zone of this name.')).toBeVisible();
  await settings.button('Use America/New_York, as this browser does').click();
  await expect(settings.timeZone).toHaveValue('America/New_York');
  await settings.timeZone.fill('asia/tokyo');
  await settings.saveTimeZone.click();
  await expect(settings.toast).toContainText('Days are those of Asia/Tokyo now');
  await expect(settings.timeZone).toHaveValue('Asia/Tokyo');
  await expect(settings.main.getByText(/^It is .*, \d\d:\d\d Asia\/Tokyo now\.$/)).toBeVisible();
  await expect(settings.main.getByText('Days begin at midnight in Asia/Tokyo.')).toBeVisible();

  // As the server says it, and as the browser goes on saying it.
  for (const wake of [false, true]) {
    await page.goto('/users');
    if (wake) await awake(page);
    const created = users.row('Ana Moreira').locator('td[data-label="Created"] time');
    const moment = (await created.getAttribute('datetime'))!;
    await expect(created).toHaveText(dayIn('Asia/Tokyo', moment));
    if (wake) {
      const exact = `${dayIn('America/New_York', moment)}, ${timeIn('America/New_York', moment)} America/New_York`;
      await expect(created).toHaveAttribute('title', exact);
    }
  }
});
