// Where readers are to be served and with which password, as the application tells its engine.
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { EngineFailure } from './engine-failure.ts';
import type { LockFile } from './lock-file.ts';

/** `automatic`: a port that the system chooses and a password that the engine makes up. */
export type WantedReader =
  | 'automatic'
  | {
      /** A loopback address. */
      readonly host: string;
      /** 0 lets the system choose. */
      readonly port: number;
      readonly password: string;
    };

export const READER_NAME = 'reader';

export const makePassword = (): string => randomBytes(24).toString('base64url');

const wantedReader = z.union([
  z.literal('automatic'),
  z.strictObject({
    host: z.enum(['127.0.0.1', '::1', 'localhost']),
    port: z.number().int().min(0).max(65_535),
    password: z.string().min(8),
  }),
]);

/** @throws EngineFailure when the body is no such wish. */
export function parseWantedReader(body: Buffer): WantedReader {
  try {
    return wantedReader.parse(JSON.parse(body.toString('utf8')));
  } catch {
    // Without the reason, which may quote the password.
    throw new EngineFailure(
      36,
      'the place of readers must be "automatic", or {host, port, password} on loopback',
    );
  }
}

/** True when an engine with this lock file serves readers as wanted. */
export function isServedAt(lock: LockFile, wanted: WantedReader): boolean {
  if (wanted === 'automatic') return !lock.readerChosen;
  return (
    lock.readerChosen &&
    lock.readerHost === wanted.host &&
    [0, lock.readerPort].includes(wanted.port) &&
    lock.reader.password === wanted.password
  );
}

/** Base address of the HTTP interface. */
export const urlOf = (host: string, port: number): string =>
  `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
