// A list of signals as a table for people, JSON for scripts, CSV for spreadsheets.
import Table from 'cli-table3';
import type { ListedSignal, SignalList } from '../app/query-signals.ts';

export function formatSignals({ signals, columns }: SignalList, format: 'table' | 'json' | 'csv'): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(signals, undefined, 2)}\n`;
    case 'csv':
      return toCsv({ signals, columns });
    case 'table':
      return signals.length === 0 ? 'no signals\n' : toTable(signals);
  }
}

function toTable(signals: readonly ListedSignal[]): string {
  const table = new Table({
    head: ['account', 'rule', 'state', 'severity', 'since', 'what'],
    style: { head: [], border: [] },
  });
  for (const signal of signals) {
    const state = signal.held ? `${signal.state}, held` : signal.state;
    table.push([
      visible(signal.account_name),
      signal.rule,
      state,
      signal.severity,
      signal.since,
      visible(signal.sentence),
    ]);
  }
  return `${table.toString()}\n${signals.length} ${signals.length === 1 ? 'signal' : 'signals'}\n`;
}

/** What customers named their accounts must not steer the terminal. */
const visible = (text: string): string => text.replace(/\p{Cc}/gu, '·');

/** RFC 4180, for spreadsheets: what customers call themselves must not be a formula there. */
function toCsv({ signals, columns }: SignalList): string {
  const rows = [
    columns,
    ...signals.map((signal) => columns.map((column) => harmless(String(signal[column])))),
  ];
  return rows.map((row) => `${row.map(quote).join(',')}\r\n`).join('');
}

/** A leading apostrophe makes text of it; a plain number stays one. */
const harmless = (text: string): string =>
  /^[=+\-@\t\r]/.test(text) && !/^[+-]?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;

const quote = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
