// Who may use the engine: the owner on the port of the application, the reader on the one for data teams.
import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { EngineFailure } from './engine-failure.ts';

export interface EngineUser {
  readonly username: string;
  readonly password: string;
}

/** @throws EngineFailure with code 516 and status 401 or 403, as ClickHouse does. Never says the password. */
export function authenticate(user: EngineUser, url: URL, headers: IncomingHttpHeaders): void {
  const given = credentialsOf(url, headers);
  if (given && isSame(given.username, user.username) && isSame(given.password, user.password)) return;
  throw new EngineFailure(
    516,
    `${given?.username ?? 'default'}: Authentication failed: password is incorrect, or there is no user with such name`,
    given ? 403 : 401,
  );
}

function credentialsOf(url: URL, headers: IncomingHttpHeaders): EngineUser | undefined {
  const basic = /^Basic (.+)$/i.exec(headers.authorization ?? '')?.[1];
  if (basic) {
    const [username = '', ...rest] = Buffer.from(basic, 'base64').toString('utf8').split(':');
    return { username, password: rest.join(':') };
  }
  const username = headers['x-clickhouse-user'] ?? url.searchParams.get('user');
  const password = headers['x-clickhouse-key'] ?? url.searchParams.get('password');
  if (username === null || username === undefined) return undefined;
  return { username: String(username), password: String(password ?? '') };
}

function isSame(given: string, wanted: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(wanted)];
  return left.length === right.length && timingSafeEqual(left, right);
}
