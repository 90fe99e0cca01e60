// The file takes each line once and whole, through torn writes, other writers and rotation.
import { appendFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { NoticeFile } from '../../../../src/sinks/file/notice-file.ts';
import { sendToFile } from '../../../../src/sinks/file/send-to-file.ts';
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

it('says a path that cannot be written as a failure that may pass', async () => {
  const result = await sendToFile(buildRequest(), new NoticeFile(folder));
  expect(result).toMatchObject({ outcome: 'transient', remoteText: expect.stringContaining('EISDIR') });
});
