// One seed: a rule set, some worlds and days, closed by both sides and compared.
import type { Store } from '../../src/model/store.ts';
import type { TimeZone } from '../../src/model/time.ts';
import { dayText } from '../reference/calendar.ts';
import type { Envelope, PlainRuleset } from '../reference/plain.ts';
import { ReferenceEvaluator } from '../reference/reference-evaluator.ts';
import { startChoosing } from './choose.ts';
import { type Comparison, compareClose, type Difference } from './compare-close.ts';
import type { Features } from './features.ts';
import { generateRules } from './generate-rules.ts';
import { generateWorld, type World } from './generate-world.ts';
import { probeRules } from './probe-rules.ts';
import { emptyTables, openSqlSide } from './sql-side.ts';

/** Everything that a seed stands for. */
export interface AgreementCase {
  readonly seed: number;
  readonly zone: TimeZone;
  readonly firstDay: number;
  readonly days: number;
  /** Milliseconds. */
  readonly appliedAt: number;
  readonly rules: PlainRuleset;
  readonly worlds: readonly World[];
}

export interface SeedOutcome {
  /** One per rule set, world and day closed. */
  readonly cases: number;
  readonly compared: number;
  readonly skipped: number;
  /** Of the first day that has any. */
  readonly differences: readonly Difference[];
  readonly day: number | undefined;
}

const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York'];
/** Shortly before clocks change in Berlin and New York, a month, a year and a leap day end. */
const SPECIAL_DAYS = [
  '2026-03-04',
  '2026-03-25',
  '2026-10-21',
  '2026-10-28',
  '2026-04-27',
  '2025-12-27',
  '2028-02-25',
];

export interface SeedSize {
  readonly worlds: number;
  /** At most. */
  readonly days: number;
}

export function makeCase(seed: number, features: Features, size: SeedSize): AgreementCase {
  const choose = startChoosing(seed);
  const special = Date.parse(choose.of(...SPECIAL_DAYS)) / 86_400_000;
  const firstDay = choose.chance(50) ? special : choose.whole(20_480, 20_620);
  // Now and then long enough for a signal to end because nothing is known any more.
  const days = choose.chance(4) ? 36 : choose.whole(Math.min(3, size.days), size.days);
  const appliedAt = (firstDay + choose.whole(-40, 3)) * 86_400_000 + 43_200_000;
  const rules = generateRules({ choose, features, firstDay });
  const worlds = choose.times(size.worlds, (index) =>
    generateWorld(choose, { name: `w${index}`, firstDay, days }),
  );
  return { seed, zone: choose.of(...ZONES) as TimeZone, firstDay, days, appliedAt, rules, worlds };
}

/** Stops at the first day that differs. */
export async function runCase(store: Store, one: AgreementCase, features: Features): Promise<SeedOutcome> {
  await emptyTables(store);
  const probes = probeRules(one.rules, features);
  const rules = { ...one.rules, rules: { ...one.rules.rules, ...probes.rules } };
  const sql = await openSqlSide(store, { ...one, rules });
  const reference = new ReferenceEvaluator({ ...one, rules });
  const received: Envelope[] = [];
  const comparison: Comparison = { compared: 0, skipped: 0, differences: [] };
  let cases = 0;
  for (let index = 0; index < one.days; index++) {
    const batch = one.worlds.flatMap(({ batches }) => batches[index] ?? []);
    // Of two messages with one id in one batch, a hash of their places decides which came first.
    for (const once of withoutRepeats(batch)) {
      received.push(...once);
      await sql.ingest(once);
    }
    const day = one.firstDay + index;
    const close = {
      rules,
      probes,
      plan: sql.plan,
      reference: reference.close(day, received),
      sql: await sql.close(dayText(day)),
    };
    compareClose(close, comparison);
    cases += one.worlds.length;
    if (comparison.differences.length > 0) return { cases, ...comparison, day };
  }
  return { cases, ...comparison, day: undefined };
}

/** The batch as several: in none of them an id stands twice. */
function withoutRepeats(batch: readonly Envelope[]): readonly (readonly Envelope[])[] {
  const batches: Envelope[][] = [];
  const seen = new Map<string, number>();
  for (const envelope of batch) {
    const nth = seen.get(envelope.id) ?? 0;
    seen.set(envelope.id, nth + 1);
    const into = batches[nth] ?? [];
    batches[nth] = into;
    into.push(envelope);
  }
  return batches;
}
