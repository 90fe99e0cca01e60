// The table of HTTP answers, the same as in docs/sinks.md.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { classifyResponse } from '../../../src/sinks/classify-response.ts';

const classify = (status: number): string =>
  classifyResponse({ kind: 'answer', status, headers: new Headers(), text: '' });

it.each([
  ['delivered', [200, 201, 202, 204, 207]],
  ['rejected', [301, 302, 307, 308, 400, 402, 404, 405, 410, 413, 415, 422, 451, 501, 505]],
  ['unauthorised', [401, 403, 407]],
  ['transient', [409, 421, 423, 425, 503]],
  ['rate_limited', [429]],
  ['ambiguous', [408, 500, 502, 504, 507, 520, 524]],
])('reads %s', (outcome, statuses) => {
  expect(statuses.map(classify)).toEqual(statuses.map(() => outcome));
});

it('tells what was never sent from what may have arrived', () => {
  expect(classifyResponse({ kind: 'none', sent: false, detail: '' })).toBe('transient');
  expect(classifyResponse({ kind: 'none', sent: true, detail: '' })).toBe('ambiguous');
});

it('has every class and its statuses in docs/sinks.md', () => {
  const rows = readFileSync('docs/sinks.md', 'utf8').split('\n');
  for (let status = 400; status < 600; status += 1) {
    const row = rows.find((line) => line.startsWith('| `') && new RegExp(`\\b${status}\\b`).test(line));
    if (row !== undefined) expect(row).toContain(`\`${classify(status)}\``);
  }
  for (const outcome of ['delivered', 'transient', 'rate_limited', 'rejected', 'unauthorised', 'ambiguous']) {
    expect(rows.some((line) => line.startsWith(`| \`${outcome}\``))).toBe(true);
  }
});
