// Hears what a browser complains about, and sees what it asks for.

import type { BrowserContext } from '@playwright/test';

export class Watch {
  readonly requests: URL[] = [];
  private readonly complaints: string[] = [];
  private readonly expected: (string | RegExp)[] = [];

  /** What a test provokes on purpose, such as "status of 404". */
  expectComplaint(words: string | RegExp): void {
    this.expected.push(words);
  }

  follow(context: BrowserContext, origin: string): void {
    context.on('console', (message) => {
      // The content policy's refusals are among the errors.
      if (message.type() === 'error') this.complaints.push(`console: ${message.text()} (${message.location().url})`);
    });
    context.on('weberror', (error) => this.complaints.push(`uncaught: ${error.error().stack ?? error.error().message}`));
    context.on('requestfailed', (request) => {
      const why = request.failure()?.errorText ?? '';
      // A page that is left takes back what it had asked for.
      if (why !== 'net::ERR_ABORTED') this.complaints.push(`failed: ${request.method()} ${request.url()}: ${why}`);
    });
    context.on('request', (request) => {
      const url = new URL(request.url());
      this.requests.push(url);
      const own = url.origin === origin || ['about:', 'blob:', 'data:'].includes(url.protocol);
      if (!own) this.complaints.push(`third party: ${request.url()}`);
    });
  }

  unexpected(): string[] {
    const fits = (text: string) => this.expected.some((words) => (typeof words === 'string' ? text.includes(words) : words.test(text)));
    return this.complaints.filter((complaint) => !fits(complaint));
  }
}
