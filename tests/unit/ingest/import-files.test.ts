import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import type { RecordBatch } from '../../../src/ingest/import/prepare-records.ts';
import {
  type ImportedBefore,
  type ImportOptions,
  type ImportProgress,
  importFiles,
} from '../../../src/ingest/import-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidemark-import-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, content: string | Buffer): string => {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
};

const NO_BLOCKS = { rows: [], deadLetters: [], announcement: [] };

/** Keeps what is handed on, and remembers as a database does. */
function receiver() {
  const batches: RecordBatch[] = [];
  const remembered = new Map<string, ImportedBefore>();
  const parts = {
    readAs: { format: 'canonical' },
    prepare: (batch) => {
      batches.push(batch);
      return { blocks: NO_BLOCKS, records: batch.records.length, rejected: 0 };
    },
    write: async () => undefined,
    memory: {
      read: async (source) => remembered.get(source) ?? { records: 0, done: false },
      record: async (source, imported) => void remembered.set(source, imported),
    },
  } satisfies Partial<ImportOptions>;
  const lines = () =>
    batches.flatMap(({ records }) => records.map(({ number, bytes }) => [number, bytes.toString()]));
  return { batches, remembered, lines, parts };
}

const numbered = (count: number): string => Array.from({ length: count }, (_, n) => `${n}\n`).join('');

describe('importFiles', () => {
  it('hands on every line with its number, through CRLF, blank lines and a last line without an end', async () => {
    const { parts, lines } = receiver();
    const file = write('plain.ndjson', '{"a":1}\r\n\n  \n{"b":2}\n{"c":3}');
    const totals = await importFiles({ ...parts, files: [file] });
    expect(totals).toEqual({ lines: 3, events: 3, rejected: 0, skipped: 0 });
    expect(lines()).toEqual([
      [1, '{"a":1}'],
      [4, '{"b":2}'],
      [5, '{"c":3}'],
    ]);
  });

  it('finds gzip by its content, and several parts of it', async () => {
    const { parts, lines } = receiver();
    const file = write('packed.txt', Buffer.concat([gzipSync('1\n2\n'), gzipSync('3\n')]));
    await importFiles({ ...parts, files: [file] });
    expect(lines()).toEqual([
      [1, '1'],
      [2, '2'],
      [3, '3'],
    ]);
  });

  it('cuts batches, and gives a file the same place whatever its name', async () => {
    const { batches, parts } = receiver();
    const files = [write('a', numbered(25)), write('b', numbered(25))];
    await importFiles({ ...parts, files, again: true, batchRecords: 10 });
    expect(batches.map(({ records }) => records.length)).toEqual([10, 10, 5, 10, 10, 5]);
    expect(new Set(batches.map(({ topic }) => topic)).size).toBe(1);
    expect(batches[0]?.topic).toMatch(/^import:[0-9a-f]{64}$/);
    expect(batches.map(({ file }) => file)).toEqual(['a', 'a', 'a', 'b', 'b', 'b']);
  });

  it('imports what stands before the place where gzip is cut off, and names the file', async () => {
    const { parts, lines } = receiver();
    const text = Array.from({ length: 50_000 }, (_, n) => `{"n":${n},"random":"${(n * 7919) % 10_007}"}\n`);
    const packed = gzipSync(text.join(''));
    const file = write('cut.gz', packed.subarray(0, packed.length / 2));
    await expect(importFiles({ ...parts, files: [file] })).rejects.toThrow(
      /cut\.gz could not be read to its end/,
    );
    expect(lines().length).toBeGreaterThan(1000);
    expect(lines().every(([, line]) => String(line).endsWith('}'))).toBe(true);
  });

  it('says which file is not there before it imports any', async () => {
    const { batches, parts } = receiver();
    const files = [write('there', '1\n'), join(folder, 'missing')];
    await expect(importFiles({ ...parts, files })).rejects.toThrow(/cannot import .*missing/);
    expect(batches).toEqual([]);
  });

  it('says which file is of no known format before it imports any', async () => {
    const { batches, parts } = receiver();
    const files = [write('sound', '{"type":"track"}\n'), write('strange', '{"name":"x"}\n')];
    await expect(importFiles({ ...parts, files, readAs: { format: 'auto' } })).rejects.toThrow(
      /cannot import .*strange: its first lines are no events .* write --format/,
    );
    expect(batches).toEqual([]);
  });

  it('stops at a batch that cannot be stored', async () => {
    const { parts } = receiver();
    const files = [write('stops', '1\n2\n3\n')];
    const refuse = () => Promise.reject(new Error('no store'));
    await expect(importFiles({ ...parts, files, write: refuse, batchRecords: 1 })).rejects.toThrow(
      'no store',
    );
  });

  it('reports its progress up to the whole', async () => {
    const { parts } = receiver();
    const steps: ImportProgress[] = [];
    const file = write('progress', '1\n2\n3\n');
    await importFiles({ ...parts, files: [file], onProgress: (step) => steps.push(step), batchRecords: 2 });
    expect(steps.at(-1)).toEqual({ file, bytesRead: 6, bytesTotal: 6, events: 3, rejected: 0 });
  });
});

describe('importFiles run again', () => {
  it('goes on behind what was stored, and says so', async () => {
    const { parts, lines, batches } = receiver();
    const file = write('broken-off', numbered(25));
    let writes = 0;
    const failing = async () => {
      writes++;
      if (writes === 3) throw new Error('killed');
    };
    await expect(importFiles({ ...parts, files: [file], write: failing, batchRecords: 5 })).rejects.toThrow();
    batches.length = 0;
    const said: [string, ImportedBefore][] = [];
    const onResumed = (name: string, before: ImportedBefore) => void said.push([name, before]);
    const totals = await importFiles({ ...parts, files: [file], onResumed });
    expect(said).toEqual([[file, { records: 10, done: false }]]);
    expect(totals).toEqual({ lines: 15, events: 15, rejected: 0, skipped: 10 });
    expect(lines()[0]).toEqual([11, '10']);
  });

  it('reads nothing of a file that was imported to its end, whatever its name is now', async () => {
    const { parts, batches } = receiver();
    await importFiles({ ...parts, files: [write('first-name', numbered(7))] });
    batches.length = 0;
    const totals = await importFiles({ ...parts, files: [write('second-name', numbered(7))] });
    expect(totals).toEqual({ lines: 0, events: 0, rejected: 0, skipped: 7 });
    expect(batches).toEqual([]);
  });

  it('reads everything when told to, or when the file is to be read otherwise', async () => {
    const { parts, lines } = receiver();
    const files = [write('twice', numbered(7))];
    await importFiles({ ...parts, files });
    await importFiles({ ...parts, files, again: true });
    await importFiles({ ...parts, files, readAs: { format: 'segment' } });
    expect(lines()).toHaveLength(21);
  });

  it('does not take a file for imported that could not be read to its end', async () => {
    const { parts, remembered } = receiver();
    const packed = gzipSync(numbered(50_000));
    const file = write('half.gz', packed.subarray(0, packed.length / 2));
    await expect(importFiles({ ...parts, files: [file] })).rejects.toThrow(/what stands before that/);
    const [progress] = remembered.values();
    expect(progress?.done).toBe(false);
    expect(progress?.records).toBeGreaterThan(1000);
  });
});
