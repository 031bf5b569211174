import { defineConfig } from '@playwright/test';
import { launchOptions } from './support/chromium';
import { SLOWER } from './support/slower';

// KEYDESK_BIN, KEYDESK_CHROMIUM and KEYDESK_TEST_POSTGRES come from setup/test.
export default defineConfig({
  testDir: 'tests',
  outputDir: 'test-results/files',
  workers: 2,
  retries: 0,
  forbidOnly: true,
  // When a test gives up on what never comes: a busy machine may take long, and none of it is a failure.
  timeout: 180_000 * SLOWER,
  expect: { timeout: 30_000 * SLOWER },
  reporter: [['list'], ['json', { outputFile: 'test-results/results.json' }]],
  use: {
    browserName: 'chromium',
    // Watching costs a fifth of the time: a test is watched when it failed and runs once more.
    trace: 'on-first-retry',
    viewport: { width: 1440, height: 900 },
    contextOptions: { reducedMotion: 'reduce' },
    launchOptions,
  },
});
