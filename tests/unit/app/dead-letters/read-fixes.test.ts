import { describe, expect, it } from 'vitest';
import { readFixes } from '../../../../src/app/dead-letters/read-fixes.ts';

const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString();

describe('the file of corrected messages', () => {
  it('has objects, text, arrays, and whatever else was exported', () => {
    const read = readFixes(`{"place":"a/0/1/f","body":{"type":"track"},"reason":"unknown_type"}

{"place":"a/0/2/f","body":"{\\"type\\":1}"}
{"place":"a/0/3/f","body":[1],"body_base64":"eA=="}
{"place":"a/0/4/f","body_base64":"eA=="}
`);
    if (!read.ok) throw new Error(read.problems.join('\n'));
    expect([...read.fixes].map(([place, { body }]) => [place, text(body)])).toEqual([
      ['a/0/1/f', '{"type":"track"}'],
      ['a/0/2/f', '{"type":1}'],
      ['a/0/3/f', '[1]'],
      ['a/0/4/f', 'x'],
    ]);
  });

  it('may correct headers, alone or with the body, and takes those of an export as they are', () => {
    const read = readFixes(`{"place":"a","headers":{"ce_type":"exported","ce_time":null}}
{"place":"b","body":{},"headers":{"ce_id":"1"}}
{"place":"c","body":{},"headers":null}`);
    if (!read.ok) throw new Error(read.problems.join('\n'));
    expect([...read.fixes.values()].map(({ headers }) => headers)).toEqual([
      { ce_type: 'exported', ce_time: null },
      { ce_id: '1' },
      {},
    ]);
    expect(read.fixes.get('a')?.body).toBeUndefined();
  });

  it.each(['[]', '{"ce_id":1}', '"ce_id"'])('has no headers such as %s', (headers) => {
    const read = readFixes(`{"place":"a","body":1,"headers":${headers}}`);
    expect(read).toMatchObject({
      ok: false,
      problems: [expect.stringMatching(/^line 1: "headers" must be/)],
    });
  });

  it('is refused with all its problems, each with its line', () => {
    const read = readFixes(
      '{"place":"a","body":1}\nno\n[]\n{"body":1}\n{"place":"b","body":null}\n{"place":"a","body":2}',
    );
    expect(read).toMatchObject({
      ok: false,
      problems: [
        expect.stringMatching(/^line 2: not JSON/),
        expect.stringMatching(/^line 3: not an object/),
        expect.stringMatching(/^line 4: no "place"/),
        expect.stringMatching(/^line 5: no "body"/),
        expect.stringMatching(/^line 6: the place of line 1 again/),
      ],
    });
  });
});
