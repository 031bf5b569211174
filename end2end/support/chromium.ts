// How the browser is started.

export const launchOptions = {
  executablePath: process.env.KEYDESK_CHROMIUM,
  args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
};

/** As people have it: test drivers switch off that pages are kept in memory for the way back. */
export const withWayBack = { ...launchOptions, ignoreDefaultArgs: ['--disable-back-forward-cache'] };
