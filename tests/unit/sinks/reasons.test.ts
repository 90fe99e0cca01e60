// Holds docs/sinks.md and the closed lists of reasons together.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { SEND_REASONS, SKIP_REASONS } from '../../../src/sinks/decide-delivery.ts';
import { UNDECIDED_REASONS } from '../../../src/sinks/deliver-signal.ts';

const docs = readFileSync('docs/sinks.md', 'utf8');
const reasonsUnder = (heading: string): readonly string[] => {
  const section = docs.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, cell = '']) =>
    cell.split(', ').map((reason) => reason.replaceAll('`', '')),
  );
};

it('explains every reason for sending, and no other', () => {
  expect(reasonsUnder('Reasons for sending').toSorted()).toEqual([...SEND_REASONS].toSorted());
});

it('explains every reason for not sending, and no other', () => {
  const all = [...SKIP_REASONS, ...UNDECIDED_REASONS];
  expect(reasonsUnder('Reasons for not sending').toSorted()).toEqual(all.toSorted());
});
