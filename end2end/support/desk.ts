// A real Keydesk for tests: its own process, port and data.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { PASSWORD } from './cast';
import { PrivateDatabase } from './postgres';
import { SLOWER } from './slower';

export interface DeskOptions {
  /** With the cast in it; without, it waits for its first administrator. */
  seed: boolean;
  /** With so many made-up people beside the cast. */
  people?: number;
  /** On a PostgreSQL database of its own rather than on SQLite. */
  postgres?: boolean;
  /** On so many of this machine's processors at most, for what grows with their number. */
  processors?: number;
  env?: Record<string, string>;
}

export interface Desk {
  readonly url: string;
  /** What an empty Keydesk prints for its first administrator. */
  readonly firstRunLink: string;
  /** Of a desk on PostgreSQL. */
  readonly database: PrivateDatabase;
  /** Ends the process as an operator would, and starts it again; `meanwhile` happens between. */
  restart(meanwhile?: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

const running = new Set<ChildProcess>();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

function binary(): string {
  const path = process.env.KEYDESK_BIN;
  if (!path) throw new Error('KEYDESK_BIN names no binary: run setup/test browser');
  return path;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}

/** What makes a command see so many of the processors that this process may use. */
function confined(processors: number): string[] {
  const allowed = readFileSync('/proc/self/status', 'utf8').match(/^Cpus_allowed_list:\s*(\S+)$/m)?.[1] ?? '0';
  const all = allowed.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, at) => first + at);
  });
  return ['taskset', '--cpu-list', all.slice(0, processors).join(',')];
}

/** Starts `keydesk serve` and waits until it says that it is ready. */
function serve(
  env: NodeJS.ProcessEnv,
  waitForLink: boolean,
  processors?: number,
): Promise<{ child: ChildProcess; link: string }> {
  const [command = '', ...args] = [...(processors ? confined(processors) : []), binary(), 'serve'];
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return new Promise((resolve, reject) => {
    let said = '';
    const late = setTimeout(() => reject(new Error(`Keydesk did not get ready:\n${said}`)), 60_000 * SLOWER);
    const heard = (chunk: Buffer) => {
      said += chunk;
      const link = said.match(/^ +(http\S+\/first-run\?code=\S+)$/m)?.[1];
      if (!said.includes('Keydesk is ready') || (waitForLink && !link)) return;
      clearTimeout(late);
      resolve({ child, link: link ?? '' });
    };
    child.stdout!.on('data', heard);
    child.stderr!.on('data', heard);
    child.once('exit', (code) => {
      clearTimeout(late);
      reject(new Error(`Keydesk ended with ${code}:\n${said}`));
    });
  });
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    const late = setTimeout(() => child.kill('SIGKILL'), 30_000 * SLOWER);
    child.once('exit', () => {
      clearTimeout(late);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

export async function startKeydesk({ seed, people, postgres, processors, env = {} }: DeskOptions): Promise<Desk> {
  const folder = await mkdtemp(path.join(tmpdir(), 'keydesk-desk-'));
  const database = postgres ? await PrivateDatabase.create() : undefined;
  const port = await freePort();
  const all: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    KEYDESK_DATA_DIR: path.join(folder, 'data'),
    KEYDESK_LISTEN: `127.0.0.1:${port}`,
    KEYDESK_NAME: 'Northwind',
    ...(database && { KEYDESK_DATABASE_URL: database.url }),
    ...env,
  };
  const crowd = people === undefined ? [] : ['--users', String(people)];
  if (seed) await promisify(execFile)(binary(), ['seed', '--cast', '--password', PASSWORD, ...crowd], { env: all });
  let { child, link } = await serve(all, !seed, processors);
  return {
    url: `http://localhost:${port}`,
    firstRunLink: link,
    get database() {
      if (!database) throw new Error('this desk is on SQLite');
      return database;
    },
    async restart(meanwhile) {
      await end(child);
      await meanwhile?.();
      ({ child } = await serve(all, false, processors));
    },
    async stop() {
      await end(child);
      await database?.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
