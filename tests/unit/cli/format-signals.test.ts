// The list of signals in its three formats.
import { expect, test } from 'vitest';
import type { ListedSignal } from '../../../src/app/query-signals.ts';
import { formatSignals } from '../../../src/cli/format-signals.ts';

const signal = (change: Partial<ListedSignal> = {}): ListedSignal => ({
  account_id: 'acme',
  account_name: 'Acme',
  rule: 'team_hits_2000_messages',
  kind: 'pql',
  state: 'open',
  severity: 'high',
  since: '2026-03-01',
  sentence: 'Acme has sent 2,000 messages',
  reason: 'condition',
  held: false,
  silent: false,
  episode: 'e1',
  step: 1,
  ...change,
});

const columns = ['account_id', 'sentence', 'held'] as const;

test('a table has a line a signal and a count, and says when something is held', () => {
  const table = formatSignals({ signals: [signal(), signal({ held: true })], columns }, 'table');
  expect(table).toContain('Acme has sent 2,000 messages');
  expect(table).toContain('open, held');
  expect(table).toMatch(/\n2 signals\n$/);
  expect(formatSignals({ signals: [], columns }, 'table')).toBe('no signals\n');
});

test('what an account is called cannot steer the terminal', () => {
  expect(
    formatSignals({ signals: [signal({ account_name: 'A\u001b[31m' })], columns }, 'table'),
  ).not.toContain('\u001b[31m');
});

test('CSV carries no formula into a spreadsheet, and leaves numbers and JSON as they are', () => {
  const csvOf = (sentence: string): string =>
    formatSignals({ signals: [signal({ sentence })], columns: ['sentence'] }, 'csv').slice(
      'sentence\r\n'.length,
    );
  expect(csvOf('=HYPERLINK("http://evil.example")')).toBe(`"'=HYPERLINK(""http://evil.example"")"\r\n`);
  expect(['+1-1', '-1+1', '@SUM(A1)', '\t=1'].map(csvOf)).toEqual([
    "'+1-1\r\n",
    "'-1+1\r\n",
    "'@SUM(A1)\r\n",
    "'\t=1\r\n",
  ]);
  expect(csvOf('\r=1')).toBe(`"'\r=1"\r\n`);
  expect(['-12.5', '+3', 'a=b'].map(csvOf)).toEqual(['-12.5\r\n', '+3\r\n', 'a=b\r\n']);
  const formula = signal({ account_name: '=1' });
  expect(JSON.parse(formatSignals({ signals: [formula], columns }, 'json'))).toEqual([formula]);
});

test('CSV quotes what needs it, and JSON is one array', () => {
  const quoted = signal({ sentence: 'say "hi", then\ngo' });
  expect(formatSignals({ signals: [quoted], columns }, 'csv')).toBe(
    'account_id,sentence,held\r\nacme,"say ""hi"", then\ngo",false\r\n',
  );
  expect(JSON.parse(formatSignals({ signals: [quoted], columns }, 'json'))).toEqual([quoted]);
});
