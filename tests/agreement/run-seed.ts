// One seed: a rule set, some worlds and days, closed by both sides and compared.
import type { Store } from '../../src/model/store.ts';
import type { TimeZone } from '../../src/model/time.ts';
import { dayText } from '../reference/calendar.ts';
import type { Envelope, PlainRuleset } from '../reference/plain.ts';
import { type ClosedAccount, ReferenceEvaluator } from '../reference/reference-evaluator.ts';
import { startChoosing } from './choose.ts';
import { type Comparison, compareClose, type Difference } from './compare-close.ts';
import type { Features } from './features.ts';
import { generateRules, type RulesFrame } from './generate-rules.ts';
import { generateWorld, type World } from './generate-world.ts';
import { probeRules } from './probe-rules.ts';
import { emptyTables, openSqlSide, refusals, type SqlClose } from './sql-side.ts';
import { closeTogether } from './sql-together.ts';

/** Everything that a seed stands for. */
export interface AgreementCase {
  readonly seed: number;
  readonly how: 'daily' | 'together';
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
const FAR_ZONES = [
  'Asia/Kolkata',
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
  'America/St_Johns',
  'Africa/Cairo',
];
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

/** Of so many seeds, one is closed day by day. */
const DAILY = 6;

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
  const days = choose.chance(2) ? 36 : choose.whole(Math.min(3, size.days), size.days);
  const appliedAt = (firstDay + choose.whole(-40, 3)) * 86_400_000 + 43_200_000;
  const how = seed % DAILY === 0 ? 'daily' : 'together';
  // The evaluator of rule tests knows nothing of corrections.
  const corrected = how === 'daily' && choose.chance(80);
  const rules = chooseSense({ choose, features, firstDay, signals: how === 'daily' });
  const worlds = choose.times(size.worlds, (index) =>
    generateWorld(choose, {
      name: `‹${index + 1}›`,
      firstDay,
      days,
      corrected: corrected && choose.chance(70),
    }),
  );
  return {
    seed,
    how,
    zone: choose.of(...(choose.chance(80) ? ZONES : FAR_ZONES)) as TimeZone,
    firstDay,
    days,
    appliedAt,
    rules,
    worlds,
  };
}

/** Codes of conditions that can never hold: chance writes them in every second rule set, people by mistake. */
const NEVER = /^(C007|C008|R001) /;
const TRIES = 50;

/** The first rule set without such a condition; what else the reader refuses is a mistake of the generator. */
function chooseSense(frame: RulesFrame): PlainRuleset {
  for (let tries = 1; ; tries++) {
    const rules = generateRules(frame);
    if (tries === TRIES || !refusals(rules).some((refusal) => NEVER.test(refusal))) return rules;
  }
}

interface Closed {
  readonly reference: ReadonlyMap<string, ClosedAccount>;
  readonly sql: SqlClose;
  readonly left: ReferenceEvaluator['left'];
}

/** Stops at the first day that differs. */
export async function runCase(store: Store, one: AgreementCase, features: Features): Promise<SeedOutcome> {
  await emptyTables(store);
  const probes = probeRules(one.rules, features);
  const rules = { ...one.rules, rules: { ...one.rules.rules, ...probes.rules } };
  const { plan, close } = await (one.how === 'daily' ? startDaily : startTogether)(store, { ...one, rules });
  const comparison: Comparison = { compared: 0, skipped: 0, differences: [] };
  for (let index = 0; index < one.days; index++) {
    const closed = await close(index);
    compareClose({ rules, probes, plan, ...closed }, comparison);
    const cases = (index + 1) * one.worlds.length;
    if (comparison.differences.length > 0) return { cases, ...comparison, day: one.firstDay + index };
  }
  return { cases: one.days * one.worlds.length, ...comparison, day: undefined };
}

/** Day by day, with what came in between: the line as it runs. */
async function startDaily(store: Store, one: AgreementCase) {
  const sql = await openSqlSide(store, one);
  const reference = new ReferenceEvaluator(one);
  const received: Envelope[] = [];
  return {
    plan: sql.plan,
    close: async (index: number): Promise<Closed> => {
      // Of two messages with one id in one batch, a hash of their places decides which came first.
      for (const once of withoutRepeats(one.worlds.flatMap(({ batches }) => batches[index] ?? []))) {
        received.push(...once);
        await sql.ingest(once);
      }
      const day = one.firstDay + index;
      const closed = reference.close(day, received);
      return { reference: closed, left: reference.left, sql: await sql.close(dayText(day)) };
    },
  };
}

/** Everything received first and each world for itself: the evaluator of rule tests. Nothing is baseline. */
async function startTogether(store: Store, one: AgreementCase) {
  const received = one.worlds.map(({ batches }) => withoutRepeats(batches.flat()));
  const most = Math.max(0, ...received.map((batches) => batches.length));
  const batches = Array.from({ length: most }, (_, nth) => received.flatMap((batch) => batch[nth] ?? []));
  const accounts = received.map((own) => accountsOf(own.flat()));
  const { plan, closes } = await closeTogether(store, { ...one, batches, accounts });
  const references = received.map(() => new ReferenceEvaluator({ ...one, appliedAt: 0 }));
  return {
    plan,
    close: async (index: number): Promise<Closed> => {
      const closed = references.flatMap((reference, world) => [
        ...reference.close(one.firstDay + index, (received[world] ?? []).flat()),
      ]);
      const sql = closes[index];
      if (sql === undefined) throw new Error(`no close ${index}`);
      return { reference: new Map(closed), left: new Map(), sql };
    },
  };
}

const accountsOf = (envelopes: readonly Envelope[]): readonly string[] => [
  ...new Set(envelopes.flatMap(({ account_id }) => account_id ?? [])),
];

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
