// A database of one's own on the test run's PostgreSQL.

import { randomBytes } from 'node:crypto';
import pg from 'pg';

function superuser(): string {
  const url = process.env.KEYDESK_TEST_POSTGRES;
  if (!url) throw new Error('KEYDESK_TEST_POSTGRES names no PostgreSQL: run setup/test browser');
  return url;
}

async function ask(url: string, sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql, values)).rows;
  } finally {
    await client.end();
  }
}

export interface StoredSession {
  username: string;
  lastSeenAt: number;
}

export class PrivateDatabase {
  private constructor(
    readonly url: string,
    private readonly name: string,
  ) {}

  static async create(): Promise<PrivateDatabase> {
    const name = `keydesk_${randomBytes(6).toString('hex')}`;
    await ask(superuser(), `CREATE DATABASE ${name}`);
    const url = new URL(superuser());
    url.pathname = `/${name}`;
    return new PrivateDatabase(url.toString(), name);
  }

  async drop(): Promise<void> {
    await ask(superuser(), `DROP DATABASE ${this.name} WITH (FORCE)`);
  }

  /** As if everybody had last given a password so many minutes ago. */
  async agePasswordProofs(minutes: number): Promise<void> {
    await ask(this.url, 'UPDATE sessions SET proof_at = proof_at - $1', [minutes * 60_000]);
  }

  /** As if every passkey had been made for another address. */
  async movePasskeysAway(): Promise<void> {
    await ask(this.url, "UPDATE passkeys SET rp_id = 'old.example'");
  }

  /** As if nobody had done anything for so many minutes. */
  async ageActivity(minutes: number): Promise<void> {
    await ask(this.url, 'UPDATE sessions SET created_at = created_at - $1, last_seen_at = last_seen_at - $1', [minutes * 60_000]);
  }

  /** As if somebody had come from another product with this hash of their password. */
  async bringHash(username: string, hash: string): Promise<void> {
    const sql = 'UPDATE passwords SET hash = $1 WHERE user_id = (SELECT id FROM users WHERE username = $2)';
    await ask(this.url, sql, [hash, username]);
  }

  async hashOf(username: string): Promise<string> {
    const sql = 'SELECT p.hash FROM passwords p JOIN users u ON u.id = p.user_id WHERE u.username = $1';
    const [row] = await ask(this.url, sql, [username]);
    return String(row?.hash);
  }

  async sessionsOf(username: string): Promise<StoredSession[]> {
    const rows = await ask(
      this.url,
      'SELECT u.username, s.last_seen_at FROM sessions s JOIN users u ON u.id = s.user_id WHERE u.username = $1',
      [username],
    );
    return rows.map((row) => ({ username: String(row.username), lastSeenAt: Number(row.last_seen_at) }));
  }
}
