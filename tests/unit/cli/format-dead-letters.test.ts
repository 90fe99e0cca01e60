import { describe, expect, it } from 'vitest';
import { readFixes } from '../../../src/app/dead-letters/read-fixes.ts';
import { formatFound, formatLetter, letterToJson } from '../../../src/cli/format-dead-letters.ts';
import { formatReplayed } from '../../../src/cli/format-replayed.ts';
import type { EpochMicros } from '../../../src/model/time.ts';
import type { WholeDeadLetter } from '../../../src/store/dead-letters/read-dead-letters.ts';
import { RECEIVED_AT } from '../ingest/build.ts';

const letter = (body: string | Uint8Array, fields: Partial<WholeDeadLetter> = {}): WholeDeadLetter => ({
  place: 'events/3/17/00ff',
  topic: 'events',
  partition: 3,
  offset: 17,
  source: 'topic',
  reason: 'invalid_json',
  detail: 'The message is not JSON.',
  receivedAt: RECEIVED_AT,
  appendedAt: RECEIVED_AT,
  headers: undefined,
  body: Buffer.from(body),
  replayedAt: undefined,
  ...fields,
});

describe('one dead letter', () => {
  it('is shown with its body as text, which does not steer the terminal', () => {
    const shown = formatLetter(letter('{"a":\n\t"\u001b[2J"', { headers: { ce_id: 'x\u0007' } }));
    expect(shown).toContain('place         events/3/17/00ff\n');
    expect(shown).toContain('received      2026-03-01 12:00:00.000 UTC\n');
    expect(shown).toContain('header ce_id  x·\n');
    expect(shown).toContain('17 bytes'.replace('17', '13'));
    expect(shown).toContain('{"a":\n\t"·[2J"\n');
  });

  it('is shown in hexadecimal where it is no text, and with the log’s time where that is another', () => {
    const earlier = (RECEIVED_AT - 60_000_000) as EpochMicros;
    const shown = formatLetter(letter(Uint8Array.from([0xff, 0x00]), { appendedAt: earlier }));
    expect(shown).toContain('2 bytes, as hexadecimal, since it is not UTF-8:\n\nff00\n');
    expect(shown).toContain('in the log  2026-03-01 11:59:00.000 UTC\n');
    expect(formatLetter(letter(''))).toContain('\nno body\n');
  });

  it.each([
    ['an object', '{"n": 1, "é": "\u0085"}', '{"n":1,"é":"\u0085"}'],
    ['broken text', '{"n', '{"n'],
    ['a number', '12', '12'],
    ['no text', Uint8Array.from([0xff, 0x41]), undefined],
  ])('is a line of JSON that the file of corrections takes: %s', (_, body, expected) => {
    const line = letterToJson(letter(body));
    expect(line).not.toMatch(/[\u007f-\u009f]/);
    expect(line.indexOf('\n')).toBe(line.length - 1);
    const read = readFixes(line);
    if (!read.ok) throw new Error(read.problems.join('\n'));
    const fixed = Buffer.from(read.fixes.get('events/3/17/00ff')?.body ?? []);
    expect(fixed).toEqual(Buffer.from(expected ?? body));
  });
});

it('a list has the counts first, and says how many it does not show', () => {
  const entry = {
    place: 'p',
    receivedAt: 't',
    source: 'topic',
    reason: 'invalid_json',
    bytes: 3,
    replayedAt: '2026-03-02 00:00:00',
  };
  const counts = [{ reason: 'invalid_json', letters: 3, replayed: 1, lastReceivedAt: 't' }];
  const text = formatFound({ counts, letters: [{ ...entry, detail: 'x\u001b'.repeat(200) }] });
  expect(text.indexOf('invalid_json')).toBeLessThan(text.indexOf('\np\n'));
  expect(text).toContain('replayed 2026-03-02 00:00:00');
  expect(text).toContain('2 older ones are not shown');
  expect(text).not.toContain('\u001b');
  expect(formatFound({ counts: [], letters: [] })).toBe('no dead letters\n');
});

it('a replay says what was done, and what still cannot be read', () => {
  const refused = [{ place: 'p', reason: 'invalid_json', detail: 'bad\u001b' }];
  const replayed = { ok: true, chosen: 3, replayed: 2, events: 5, refused } as const;
  expect(formatReplayed(replayed, { dryRun: false })).toBe(
    '2 dead letters of 3 replayed as 5 events\n1 dead letter still cannot be read, and stays:\np\n  invalid_json  bad·\n',
  );
  expect(formatReplayed({ ...replayed, refused: [] }, { dryRun: true })).toContain(
    'nothing was stored: --dry-run\n',
  );
  expect(
    formatReplayed({ ok: true, chosen: 0, replayed: 0, events: 0, refused: [] }, { dryRun: false }),
  ).toBe('no dead letter to replay\n');
});
