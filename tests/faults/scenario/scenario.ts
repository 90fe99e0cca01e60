// What a fault run is, what it comes to, and how that is said.
import type { FaultEngine } from '../kill-consumer/project.ts';
import type { Judgement } from './judge-outcome.ts';

export interface Scenario {
  readonly name: string;
  /** For people, in the table. */
  readonly title: string;
  /** Of a whole run. */
  readonly size: RunSize;
  /** @throws Error when something does not come about that is waited for. */
  readonly run: (ground: Ground, run: ScenarioRun) => Promise<Tally>;
}

interface RunSize {
  readonly faults: number;
  readonly messages: number;
}

export interface ScenarioRun extends RunSize {
  readonly seed: number;
  readonly note: (text: string) => void;
}

/** Servers that scenarios share; each has a database and topics of its own on them. */
export interface Ground {
  readonly brokers: readonly string[];
  readonly engine: FaultEngine;
  /** The compiled `ingest-process.ts`. */
  readonly ingestProgram: string;
}

export interface Tally extends Judgement {
  readonly messages: number;
  readonly faults: number;
  /** Rows that were inserted again. */
  readonly redelivered: number;
  /** What else was held, and did not. */
  readonly failed?: readonly string[];
  /** For people. */
  readonly remark?: string;
}

export const isExact = ({ lost, duplicated, altered, seriesDiffer, failed = [] }: Tally): boolean =>
  lost + duplicated + altered + seriesDiffer + failed.length === 0;

export function sayTally(name: string, tally: Tally): string {
  const { messages, faults, lost, duplicated, altered, redelivered, seriesDiffer, failed = [] } = tally;
  return (
    `${name}: ${messages} messages, ${faults} faults, lost ${lost}, duplicated ${duplicated}, ` +
    `redelivered ${redelivered}, series_days differ ${seriesDiffer}, ` +
    `95 % upper bound of loss per fault ${boundOf(tally)}` +
    (altered > 0 ? `, ALTERED ${altered}` : '') +
    failed.map((text) => `; FAILED: ${text}`).join('') +
    (tally.remark === undefined ? '' : `; ${tally.remark}`)
  );
}

/** The rule of three: holds only where nothing was lost. */
const boundOf = ({ lost, faults }: Tally): string =>
  lost > 0 || faults === 0 ? 'none' : `3/${faults} = ${(3 / faults).toPrecision(2)}`;

/** Markdown. */
export function tableOf(told: readonly (readonly [title: string, tally: Tally])[]): string {
  const heads =
    '| faults of | messages | faults | lost | duplicated | redelivered | `series_days` that differ | 95 % upper bound of loss per fault |';
  const rows = told.map(
    ([title, tally]) =>
      `| ${title} | ${tally.messages} | ${tally.faults} | ${tally.lost} | ${tally.duplicated} | ${tally.redelivered} | ${tally.seriesDiffer} | ${boundOf(tally)} |`,
  );
  return [heads, `|${'---|'.repeat(8)}`, ...rows].join('\n');
}
