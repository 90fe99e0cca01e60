import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readMapping } from '../../../../src/app/mapping/read-mapping.ts';

const example = (name: string) =>
  readFileSync(new URL(`../../../../examples/import/${name}`, import.meta.url), 'utf8');

/** `line:column code message (hint)` of each problem. */
function problemsOf(text: string): readonly string[] {
  const read = readMapping('map.yaml', text);
  if (read.ok) return [];
  return read.problems.map(
    ({ position: { line, column }, code, message, hint }) =>
      `${line}:${column} ${code} ${message}${hint === undefined ? '' : ` (${hint})`}`,
  );
}

describe('readMapping', () => {
  it('reads the examples', () => {
    expect(readMapping('orders.yaml', example('orders.yaml'))).toMatchObject({
      ok: true,
      mapping: {
        type: 'track',
        event: { column: 'action' },
        timestamp: { column: 'created_at', timezone: 'Europe/Berlin' },
        fields: { amount: { column: 'amount', type: 'number' }, note: { column: 'note', type: 'text' } },
        delimiter: ';',
        header: true,
      },
    });
    expect(readMapping('companies.yaml', example('companies.yaml'))).toMatchObject({
      ok: true,
      mapping: { type: 'group', timestamp: { format: 'seconds', timezone: 'UTC' }, delimiter: ',' },
    });
  });

  it('tells every mistake at its place', () => {
    const text = `type: track
events: {column: action}
account_id: {colum: org}
timestamp: {column: at, format: yyyy-QQ, timezone: Europe/Berln}
properties:
  amount: {column: amount, type: numbr}
delimiter: ";;"
`;
    expect(problemsOf(text)).toEqual([
      '1:1 G003 event is missing',
      '2:1 G002 unknown key "events" (did you mean "event"?)',
      '3:14 G002 unknown key "colum" in account_id (did you mean "column"?)',
      expect.stringMatching(
        /^4:33 G003 timestamp.format: "yyyy-QQ" is no pattern .*: it has "QQ", which stands for nothing/,
      ),
      '4:52 G003 timestamp.timezone: "Europe/Berln" is not a time zone; write its IANA name, such as Europe/Berlin',
      '6:34 G003 properties.amount.type must be one of text, number, boolean, json',
      '7:12 G003 delimiter must be one ASCII character, such as ";" or "\\t"',
    ]);
  });

  it.each([
    ['', '1:1 G003 type is missing (write type: track, identify or group)'],
    [
      'type: page\ntimestamp: {column: at}\n',
      '1:7 G003 type must be track, identify or group: what a row of the file says',
    ],
    [
      'type: track\nevent: {column: e}\ntimestamp: {column: at}\n',
      '1:1 G003 a track needs account_id or user_id, or both (write account_id: {column: NAME})',
    ],
    [
      'type: group\naccount_id: org\ntimestamp: {column: at}\n',
      '2:13 G003 account_id must be {column: NAME}, or {value: TEXT} for the same in every row',
    ],
    ['type: group\naccount_id: {column: org}\n', '1:1 G003 timestamp is missing'],
    [
      'type: group\naccount_id: {column: org}\ntimestamp: {column: 2}\nheader: false\n',
      '2:22 G003 account_id: there is no header, so column "org" has no name (write its number, from 1, such as {column: 3})',
    ],
    [
      'type: group\naccount_id: {column: org}\ntimestamp: {column: at, format: seconds, timezone: Europe/Berlin}\n',
      '3:52 G003 timestamp.timezone means nothing to seconds and milliseconds, which count from 1970 in UTC',
    ],
    [
      'type: identify\nuser_id: {column: u}\naccount_id: {column: a}\ntimestamp: {column: at}\n',
      '3:1 G003 account_id means nothing to an identify; say who belongs where by a mapping of type group',
    ],
    ['a: [', expect.stringMatching(/^1:\d+ G001 not readable: /)],
  ])('%j is refused', (text, problem) => {
    expect(problemsOf(text)).toContainEqual(problem);
  });
});
