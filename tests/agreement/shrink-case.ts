// Makes a differing case smaller by leaving out worlds, definitions and envelopes, as long as it still differs.
import type { Store } from '../../src/model/store.ts';
import type { PlainMap, PlainRuleset } from '../reference/plain.ts';
import type { Difference } from './compare-close.ts';
import type { Features } from './features.ts';
import type { World } from './generate-world.ts';
import { type AgreementCase, runCase, type SeedOutcome } from './run-seed.ts';

export interface Shrunk {
  readonly original: AgreementCase;
  readonly smallest: AgreementCase;
  readonly difference: Difference;
  readonly day: number;
}

export interface ShrinkOptions {
  readonly features: Features;
  readonly outcome: SeedOutcome;
}

const MOST_TRIES = 150;
const MOST_MILLIS = 90_000;

export async function shrinkCase(
  store: Store,
  original: AgreementCase,
  { features, outcome }: ShrinkOptions,
): Promise<Shrunk> {
  const [first] = outcome.differences;
  if (first === undefined || outcome.day === undefined) throw new Error('nothing differs');
  let best: Shrunk = { original, smallest: original, difference: first, day: outcome.day };
  let tries = 0;
  const until = Date.now() + MOST_MILLIS;
  const mayTry = () => tries < MOST_TRIES && Date.now() < until;
  const differs = async (smaller: AgreementCase): Promise<boolean> => {
    tries += 1;
    const again = await runCase(store, smaller, features).catch(() => undefined);
    const [difference] = again?.differences ?? [];
    if (difference === undefined || again?.day === undefined) return false;
    best = { original, smallest: smaller, difference, day: again.day };
    return true;
  };
  for (let progress = true; progress && mayTry(); ) {
    progress = false;
    for (const smaller of smallerCases(best)) {
      if (!mayTry() || !(await differs(smaller))) continue;
      progress = true;
      break;
    }
  }
  return best;
}

/** The boldest first. */
function* smallerCases({ smallest: one, difference, day }: Shrunk): Generator<AgreementCase> {
  const full = one.worlds.filter(({ batches }) => batches.length > 0);
  const its = full.find((world) => difference.account.startsWith(world.name));
  if (its !== undefined && full.length > 1) yield onlyWorld(one, its);
  if (one.days > 1) yield inOneClose(one, day);
  const metric = /^metric (\w+)$/.exec(difference.what)?.[1] ?? '';
  const defined = one.rules.metrics?.[metric];
  if (
    defined !== undefined &&
    JSON.stringify(one.rules) !== JSON.stringify({ metrics: { [metric]: defined } })
  ) {
    yield { ...one, rules: { metrics: { [metric]: defined } } };
  }
  yield* withLessRules(one);
  for (const share of [2, 4, 8]) {
    for (let part = 0; part < share; part++) {
      const smaller = withoutEnvelopes(one, (index) => index % share === part);
      if (countEnvelopes(smaller) < countEnvelopes(one)) yield smaller;
    }
  }
  if (countEnvelopes(one) > 12) return;
  for (let gone = 0; gone < countEnvelopes(one); gone++)
    yield withoutEnvelopes(one, (index) => index === gone);
}

/** The others stay, without anything in them: a world's number is its place. */
const onlyWorld = (one: AgreementCase, world: World): AgreementCase =>
  one.how === 'daily'
    ? { ...one, worlds: [world] }
    : { ...one, worlds: one.worlds.map((other) => (other === world ? world : { ...other, batches: [] })) };

/** Only the close that differs, with everything received before it. */
function inOneClose(one: AgreementCase, day: number): AgreementCase {
  const seen = day - one.firstDay + 1;
  const worlds = one.worlds.map((world) => ({ ...world, batches: [world.batches.slice(0, seen).flat()] }));
  return { ...one, firstDay: day, days: 1, worlds };
}

const SECTIONS = ['rules', 'grades', 'scores', 'segments', 'metrics'] as const;

function* withLessRules(one: AgreementCase): Generator<AgreementCase> {
  for (const section of SECTIONS) {
    const map: PlainMap = one.rules[section] ?? {};
    const names = Object.keys(map);
    if (names.length === 0) continue;
    yield withSection(one, section, {});
    if (names.length < 2) continue;
    for (const name of names) {
      yield withSection(
        one,
        section,
        Object.fromEntries(Object.entries(map).filter(([other]) => other !== name)),
      );
    }
  }
}

function withSection(one: AgreementCase, section: (typeof SECTIONS)[number], map: PlainMap): AgreementCase {
  const rules: PlainRuleset = { ...one.rules, [section]: map };
  const entries = Object.entries(rules).filter(([, value]) => Object.keys(value).length > 0);
  return { ...one, rules: Object.fromEntries(entries) };
}

const countEnvelopes = ({ worlds }: AgreementCase): number =>
  worlds.flatMap(({ batches }) => batches).reduce((sum, batch) => sum + batch.length, 0);

function withoutEnvelopes(one: AgreementCase, isGone: (index: number) => boolean): AgreementCase {
  let index = -1;
  const worlds = one.worlds.map((world) => ({
    ...world,
    batches: world.batches.map((batch) =>
      batch.filter(() => {
        index += 1;
        return !isGone(index);
      }),
    ),
  }));
  return { ...one, worlds };
}
