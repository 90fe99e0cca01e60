// One close of both sides, value by value: what differs, what was compared and what was left out as undecidable.
import type { EvaluationPlan } from '../../src/rules/compile/plan.ts';
import type { Outcome, Value } from '../reference/look.ts';
import { kindOf } from '../reference/metrics/evaluate-metric.ts';
import { asMap, type PlainRuleset } from '../reference/plain.ts';
import type { ClosedAccount, Judged, ReferenceEvaluator } from '../reference/reference-evaluator.ts';
import type { Move } from '../reference/signal-life.ts';
import { type Probes, segmentProbe } from './probe-rules.ts';
import type { ResultArrays, SqlClose, StoredMove } from './sql-side.ts';

export interface Difference {
  readonly account: string;
  /** Such as `metric m3` or `score s0`. */
  readonly what: string;
  readonly reference: string;
  readonly sql: string;
}

export interface Comparison {
  compared: number;
  skipped: number;
  readonly differences: Difference[];
}

export interface ComparedClose {
  readonly rules: PlainRuleset;
  readonly probes: Probes;
  readonly plan: EvaluationPlan;
  readonly reference: ReadonlyMap<string, ClosedAccount>;
  readonly sql: SqlClose;
  /** Moves in accounts of which nothing is left. */
  readonly left: ReferenceEvaluator['left'];
}

export function compareClose(close: ComparedClose, into: Comparison): void {
  const { reference, sql } = close;
  for (const account of new Set([...reference.keys(), ...sql.accounts.keys()])) {
    const [closed, row] = [reference.get(account), sql.accounts.get(account)];
    const tell = tellOf(account, into);
    if (closed === undefined || row === undefined) tell('exists', closed !== undefined, row !== undefined);
    else compareAccount(close, { account, closed, row }, tell);
  }
  for (const [account, moves] of close.left) compareMoves(close, { account, moves }, tellOf(account, into));
}

type Tell = (
  what: string,
  reference: unknown,
  sql: unknown,
  options?: { doubtful?: boolean; equal?: boolean },
) => void;

const tellOf =
  (account: string, into: Comparison): Tell =>
  (what, reference, sql, { doubtful = false, equal } = {}) => {
    if (doubtful) {
      into.skipped += 1;
      return;
    }
    into.compared += 1;
    const [a, b] = [JSON.stringify(reference), JSON.stringify(sql)];
    if (equal ?? a === b) return;
    into.differences.push({ account, what, reference: a, sql: b });
  };

interface AccountPair {
  readonly account: string;
  readonly closed: ClosedAccount;
  readonly row: ResultArrays;
}

function compareAccount(close: ComparedClose, pair: AccountPair, tell: Tell): void {
  compareSaid(close, pair, tell);
  compareOutcomes(close, pair, tell);
  compareScores(close, pair, tell);
  compareMoves(close, { account: pair.account, moves: pair.closed.moves }, tell);
}

function compareMoves(
  { sql }: ComparedClose,
  { account, moves }: { readonly account: string; readonly moves: ClosedAccount['moves'] },
  tell: Tell,
): void {
  for (const [rule, judged] of moves) {
    const stored = sql.moves.filter((move) => move.account_id === account && move.rule === rule);
    tell(`moves of ${rule}`, describeMoves(judged), stored.map(describeMove), { doubtful: judged.doubtful });
  }
}

/** Before an episode there is no severity to speak of. */
const describeMove = ({ from, to, reason, severity }: StoredMove | Move): string =>
  to === 'pending' || to === 'none'
    ? `${from} > ${to} (${reason})`
    : `${from} > ${to} (${reason}, ${severity})`;

const describeMoves = ({ value }: Judged<readonly Move[]>): readonly string[] => value.map(describeMove);

function compareSaid({ rules, probes, plan }: ComparedClose, { closed, row }: AccountPair, tell: Tell): void {
  for (const [name, rule] of probes.said) {
    const slot = plan.layout.rules.get(rule)?.say.get(name);
    if (slot === undefined) throw new Error(`${name} is said nowhere`);
    const sql = row[slot.array][slot.index] ?? null;
    const metric = rules.metrics?.[name];
    const { value: found, doubtful } = closed.subject(name);
    const equal = areEqual(found, sql, metric === undefined ? '' : kindOf(asMap(metric)));
    // A metric made of doubtful conditions or scores is doubtful itself.
    tell(metric === undefined ? name : `metric ${name}`, found.value, sql, { doubtful, equal });
  }
}

function areEqual({ kind, value }: Value, sql: number | string | null, metricKind: string): boolean {
  if (kind === 'text' || value === null || sql === null)
    return value === sql || (kind === 'text' && value === String(sql));
  const within = /^p\d\d$/.test(metricKind)
    ? 0.0101 * Math.abs(value) + 1e-9
    : 1e-9 * Math.max(1, Math.abs(value));
  return Math.abs(value - Number(sql)) <= within;
}

function compareOutcomes({ rules, plan }: ComparedClose, { closed, row }: AccountPair, tell: Tell): void {
  const at = (rule: string) => row.outcomes[plan.layout.rules.get(rule)?.when ?? -1];
  for (const segment of Object.keys(rules.segments ?? {})) {
    const judged = closed.segments.get(segment);
    if (judged !== undefined) tellOutcome(`segment ${segment}`, judged, at(segmentProbe(segment)), tell);
  }
  for (const [rule, judged] of closed.whens) tellOutcome(`when of ${rule}`, judged, at(rule), tell);
}

const tellOutcome = (what: string, judged: Judged<Outcome>, sql: string | undefined, tell: Tell): void =>
  tell(what, judged.value === null ? 'unknown' : String(judged.value), sql, { doubtful: judged.doubtful });

function compareScores({ plan }: ComparedClose, { closed, row }: AccountPair, tell: Tell): void {
  for (const [name, { value: score, doubtful }] of closed.scores) {
    const layout = plan.layout.scoreLayouts.get(name);
    if (layout === undefined) throw new Error(`score ${name} has no place in the plan`);
    tell(`score ${name}`, score.total, row.scores[layout.total] ?? null, { doubtful });
    tell(`coverage of ${name}`, Math.round(score.coverage * 10_000), row.scores[layout.coverage], {
      doubtful,
    });
    if (score.total === null) continue;
    const parts = score.parts.map((_, index) => row.scores[layout.parts + index] ?? null);
    tell(
      `parts of ${name}`,
      score.parts.map(({ points }) => points),
      parts,
      { doubtful },
    );
  }
}
