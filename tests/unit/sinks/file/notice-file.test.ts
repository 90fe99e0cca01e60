// The file takes each line once and whole, through torn writes, other writers and rotation.
import { execFile, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { NoticeFile } from '../../../../src/sinks/file/notice-file.ts';
import { sendToFile } from '../../../../src/sinks/file/send-to-file.ts';
import { writeWhole } from '../../../../src/sinks/file/write-whole.ts';
import { buildRequest } from '../build-signal.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'notices-'));
  path = join(folder, 'notices.ndjson');
});
afterEach(() => rmSync(folder, { recursive: true }));

const lineOf = (id: string, text = ''): string => JSON.stringify({ id, text });
const idsIn = (file: string): readonly string[] =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).id);

it('appends a line once, however often and from however many writers it comes', async () => {
  const [one, other] = [new NoticeFile(path), new NoticeFile(path)];
  const written = [
    await one.appendOnce('msg_a', lineOf('msg_a')),
    await other.appendOnce('msg_a', lineOf('msg_a')),
  ];
  written.push(
    await other.appendOnce('msg_b', lineOf('msg_b')),
    await one.appendOnce('msg_b', lineOf('msg_b')),
  );
  expect(written).toEqual([true, false, true, false]);
  await Promise.all(['c', 'd', 'c'].map((id) => one.appendOnce(`msg_${id}`, lineOf(`msg_${id}`))));
  expect(idsIn(path)).toEqual(['msg_a', 'msg_b', 'msg_c', 'msg_d']);
});

it('takes away the half line that a crash left, and writes it again', async () => {
  writeFileSync(path, `${lineOf('msg_a')}\n${lineOf('msg_b').slice(0, 14)}`);
  expect(await new NoticeFile(path).appendOnce('msg_b', lineOf('msg_b'))).toBe(true);
  expect(idsIn(path)).toEqual(['msg_a', 'msg_b']);
});

it('finds ids across the chunks that it reads', async () => {
  const text = 'ü'.repeat(3000);
  const ids = Array.from({ length: 400 }, (_, i) => `msg_${i.toString(16)}`);
  writeFileSync(path, `${ids.map((id) => lineOf(id, text)).join('\n')}\n`);
  const file = new NoticeFile(path);
  for (const id of ids) expect(await file.appendOnce(id, lineOf(id))).toBe(false);
});

it('begins anew when the file was rotated, and keeps to foreign lines', async () => {
  const file = new NoticeFile(path);
  await file.appendOnce('msg_a', lineOf('msg_a'));
  renameSync(path, `${path}.1`);
  appendFileSync(path, '# a note of somebody\n');
  expect(await file.appendOnce('msg_a', lineOf('msg_a'))).toBe(true);
  expect(readFileSync(path, 'utf8')).toBe(`# a note of somebody\n${lineOf('msg_a')}\n`);
});

it('takes whole lines, each once, from several processes at once', async () => {
  const append = `
    import { NoticeFile } from ${JSON.stringify(pathToFileURL('src/sinks/file/notice-file.ts').href)};
    const [, path, own] = process.argv;
    const file = new NoticeFile(path);
    for (const id of Array.from({ length: 15 }, (_, i) => [\`msg_a\${i}\`, \`msg_\${own}\${i}\`]).flat())
      await file.appendOnce(id, JSON.stringify({ id, text: 'x'.repeat(2_000_000) }));`;
  const run = (own: string) =>
    promisify(execFile)(process.execPath, [
      '--import',
      'tsx',
      '--input-type=module',
      '-e',
      append,
      path,
      own,
    ]);
  await Promise.all(['b', 'c', 'd'].map(run));
  const expected = ['a', 'b', 'c', 'd'].flatMap((own) =>
    Array.from({ length: 15 }, (_, i) => `msg_${own}${i}`),
  );
  expect(idsIn(path).toSorted()).toEqual(expected.toSorted());
  expect(readdirSync(folder)).toEqual(['notices.ndjson']);
}, 30_000);

it('takes away the lock of a process that was killed', async () => {
  const { pid } = spawnSync('true');
  writeFileSync(`${path}.lock`, `${pid} ${hostname()} x`);
  expect(await new NoticeFile(path).appendOnce('msg_a', lineOf('msg_a'))).toBe(true);
  expect(readdirSync(folder)).toEqual(['notices.ndjson']);
});

it('takes away a lock that is a minute old, whoever has it, and waits for a newer one', async () => {
  const lock = `${path}.lock`;
  writeFileSync(lock, `${process.pid} elsewhere x`);
  const appended = new NoticeFile(path).appendOnce('msg_a', lineOf('msg_a'));
  await sleep(100);
  expect(existsSync(path)).toBe(false);
  utimesSync(lock, new Date(), new Date(Date.now() - 61_000));
  expect(await appended).toBe(true);
});

it('writes on where the file has taken only a part, and fails when it takes no more', async () => {
  const taken: Buffer[] = [];
  const write = async (bytes: Uint8Array, at: number, length: number) => {
    const part = Buffer.from(bytes.subarray(at, at + Math.min(3, length)));
    taken.push(part);
    return { bytesWritten: part.length, buffer: bytes };
  };
  await writeWhole({ write } as unknown as FileHandle, Buffer.from('whole line\n'));
  expect(Buffer.concat(taken).toString()).toBe('whole line\n');
  const full = { write: async (bytes: Uint8Array) => ({ bytesWritten: 0, buffer: bytes }) };
  const toFull = writeWhole(full as unknown as FileHandle, Buffer.from('x'));
  await expect(toFull).rejects.toThrow('only 0 of 1 bytes');
});

it('says a path that cannot be written as a failure that may pass', async () => {
  const result = await sendToFile(buildRequest(), new NoticeFile(folder));
  expect(result).toMatchObject({ outcome: 'transient', remoteText: expect.stringContaining('EISDIR') });
});
