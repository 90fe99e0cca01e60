import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type ImportProgress, importFiles } from '../../../src/ingest/import-files.ts';
import { LineSplitter } from '../../../src/ingest/split-lines.ts';
import type { LogBatch } from '../../../src/model/event-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidemark-import-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, content: string | Buffer): string => {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
};

function receiver() {
  const batches: LogBatch[] = [];
  const ingest = async (batch: LogBatch) => {
    batches.push(batch);
    return { messages: batch.messages.length, events: batch.messages.length, rejected: 0 };
  };
  const lines = () =>
    batches.flatMap(({ messages }) =>
      messages.map(({ offset, value }) => [offset, Buffer.from(value ?? []).toString()]),
    );
  return { batches, ingest, lines };
}

describe('importFiles', () => {
  it('hands on every line with its number, through CRLF, blank lines and a last line without an end', async () => {
    const { ingest, lines } = receiver();
    const file = write('plain.ndjson', '{"a":1}\r\n\n  \n{"b":2}\n{"c":3}');
    expect(await importFiles({ files: [file], ingest })).toEqual({ lines: 3, events: 3, rejected: 0 });
    expect(lines()).toEqual([
      [1, '{"a":1}'],
      [4, '{"b":2}'],
      [5, '{"c":3}'],
    ]);
  });

  it('finds gzip by its content, and several parts of it', async () => {
    const { ingest, lines } = receiver();
    const file = write('packed.txt', Buffer.concat([gzipSync('1\n2\n'), gzipSync('3\n')]));
    await importFiles({ files: [file], ingest });
    expect(lines()).toEqual([
      [1, '1'],
      [2, '2'],
      [3, '3'],
    ]);
  });

  it('cuts batches, and gives a file the same place whatever its name', async () => {
    const { batches, ingest } = receiver();
    const content = Array.from({ length: 25 }, (_, n) => `${n}\n`).join('');
    await importFiles({ files: [write('a', content), write('b', content)], ingest, batchLines: 10 });
    expect(batches.map(({ messages }) => messages.length)).toEqual([10, 10, 5, 10, 10, 5]);
    expect(new Set(batches.map(({ topic }) => topic)).size).toBe(1);
    expect(batches[0]?.topic).toMatch(/^import:[0-9a-f]{64}$/);
  });

  it('reads a line of ten megabytes', async () => {
    const { batches, ingest } = receiver();
    await importFiles({ files: [write('long', `${'x'.repeat(10_000_000)}\nshort\n`)], ingest });
    expect(batches.flatMap(({ messages }) => messages.map(({ value }) => value?.length))).toEqual([
      10_000_000, 5,
    ]);
  });

  it('imports what stands before the place where gzip is cut off, and names the file', async () => {
    const { ingest, lines } = receiver();
    const text = Array.from(
      { length: 50_000 },
      (_, n) => `{"n":${n},"random":"${(n * 7919) % 10_007}"}\n`,
    ).join('');
    const packed = gzipSync(text);
    const file = write('cut.gz', packed.subarray(0, packed.length / 2));
    await expect(importFiles({ files: [file], ingest })).rejects.toThrow(
      /cut\.gz could not be read to its end/,
    );
    expect(lines().length).toBeGreaterThan(1000);
    expect(lines().every(([, line]) => String(line).endsWith('}'))).toBe(true);
  });

  it('says which file is not there before it imports any', async () => {
    const { batches, ingest } = receiver();
    const files = [write('there', '1\n'), join(folder, 'missing')];
    await expect(importFiles({ files, ingest })).rejects.toThrow(/cannot import .*missing/);
    expect(batches).toEqual([]);
  });

  it('stops at a batch that cannot be stored', async () => {
    const files = [write('stops', '1\n2\n3\n')];
    const ingest = () => Promise.reject(new Error('no store'));
    await expect(importFiles({ files, ingest, batchLines: 1 })).rejects.toThrow('no store');
  });

  it('reports its progress up to the whole', async () => {
    const { ingest } = receiver();
    const steps: ImportProgress[] = [];
    const file = write('progress', '1\n2\n3\n');
    await importFiles({ files: [file], ingest, onProgress: (step) => steps.push(step), batchLines: 2 });
    expect(steps.at(-1)).toEqual({ file, bytesRead: 6, bytesTotal: 6, events: 3, rejected: 0 });
  });
});

it('lines do not depend on how the bytes are cut into chunks', () => {
  const cut = fc.tuple(fc.string({ unit: fc.constantFrom('a', 'b', '\n', '\r') }), fc.array(fc.nat(20)));
  fc.assert(
    fc.property(cut, ([text, cuts]) => {
      const splitter = new LineSplitter();
      const bytes = Buffer.from(text);
      let at = 0;
      const lines = cuts.flatMap((length) => {
        const chunk = bytes.subarray(at, at + length);
        at += length;
        return splitter.push(chunk);
      });
      lines.push(...splitter.push(bytes.subarray(at)), ...splitter.end());
      const expected = text
        .split('\n')
        .map((line, index) => ({ number: index + 1, text: line.replace(/\r$/, '') }))
        .filter((line) => /[^\r]/.test(line.text));
      expect(lines.map(({ number, bytes: line }) => ({ number, text: line.toString() }))).toEqual(expected);
    }),
  );
});
