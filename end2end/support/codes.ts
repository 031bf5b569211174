// An authenticator app: Debian's oathtool, and the patience that a code counts once.

import { execFileSync } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';

const STEP = 30;
const present = () => Math.floor(Date.now() / 1000 / STEP);

export class App {
  private last = 0;

  constructor(private readonly secret: string) {}

  /** A code that counts now and was not used yet. One that is due next counts already. */
  async next(): Promise<string> {
    const step = Math.max(present(), this.last + 1);
    while (step > present() + 1) await wait(250);
    this.last = step;
    return this.at(step);
  }

  /** What an app shows whose clock is so many seconds fast. */
  fast(seconds: number): string {
    return this.at(present() + Math.round(seconds / STEP));
  }

  private at(step: number): string {
    const now = `--now=@${step * STEP}`;
    return execFileSync('oathtool', ['--totp', '--base32', now, this.secret], { encoding: 'utf8' }).trim();
  }
}
