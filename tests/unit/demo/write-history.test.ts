import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { malformedLines } from '../../../demo/simulation/malformed-lines.ts';
import { simulateHistory } from '../../../demo/simulation/simulate-history.ts';
import { writeHistory } from '../../../demo/simulation/write-history.ts';
import { decodeMessage } from '../../../src/ingest/decode-message.ts';
import { type EpochMicros, parseDay } from '../../../src/model/time.ts';

const options = { seed: 3, accounts: 30, days: 40, lastDay: parseDay('2026-03-31') };
const receivedAt = (Date.parse('2026-04-01T08:00:00Z') * 1000) as EpochMicros;
const decode = (line: string) => decodeMessage(Buffer.from(line), { receivedAt });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemark-history-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe('a written history', () => {
  it('is one event a line, gzipped when its name says so, and the broken lines last', async () => {
    const path = join(folder, 'history.ndjson.gz');
    const written = await writeHistory(path, { ...options, malformed: true });
    const lines = gunzipSync(await readFile(path))
      .toString('utf8')
      .trimEnd()
      .split('\n');
    const events = [...simulateHistory(options)];
    expect(written).toEqual({ events: events.length, malformed: 6 });
    expect(lines).toEqual([...events.map((event) => JSON.stringify(event)), ...malformedLines()]);
  });

  it('is plain text without the broken lines otherwise', async () => {
    const path = join(folder, 'history.ndjson');
    const written = await writeHistory(path, { ...options, malformed: false });
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    expect(lines).toHaveLength(written.events);
  });

  it('is taken by the decoder, every line of it', () => {
    const refused = [...simulateHistory(options)].filter((event) => !decode(JSON.stringify(event)).ok);
    expect(refused).toEqual([]);
  });

  it('has broken lines that the decoder refuses, each for a reason', () => {
    const reasons = malformedLines().map((line) => {
      const decoded = decode(line);
      return decoded.ok ? 'taken' : decoded.rejection.reason;
    });
    expect(reasons).toEqual([
      'invalid_json',
      'invalid_json',
      'not_an_object',
      'missing_event',
      'missing_account_and_user',
      'invalid_timestamp',
    ]);
  });
});
