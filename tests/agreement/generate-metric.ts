// Random metrics of every kind that the reader takes.
import type { Plain, PlainMap } from '../reference/plain.ts';
import type { Choose } from './choose.ts';
import type { Features } from './features.ts';
import { generateWhere } from './generate-where.ts';
import { EVENTS } from './generate-world.ts';

/** A metric with what a condition over it should ask. */
export interface GeneratedMetric {
  readonly name: string;
  readonly map: PlainMap;
  /** Bounds worth testing against. */
  readonly bounds: readonly number[];
  /** Only right within a percent: nothing is computed from it. */
  readonly loose: boolean;
}

export interface MetricScope {
  readonly choose: Choose;
  readonly features: Features;
  readonly firstDay: number;
  /** Defined before this one. */
  readonly metrics: readonly GeneratedMetric[];
  /** Rules whose openings may be counted. */
  readonly rules: readonly string[];
  readonly scores: readonly string[];
  /** A condition over what was defined before, without streaks and signals. */
  readonly condition?: () => Plain;
}

const COUNTS = [0, 1, 2, 3, 5, 8];
const VALUES = [-1, 0, 1, 2.5, 5, 12.5, 100];
const SHARES = [0.2, 0.25, 0.5, 0.75, 1, 2];
const DAYS = [0, 1, 2, 5, 10, 20, 40];
const CHANGES = [-1, -0.5, -0.2, 0, 0.1, 0.5, 1];

type Make = (scope: MetricScope) => PlainMap;

interface Kind {
  readonly weight: number;
  readonly bounds: readonly number[];
  readonly make: Make;
  readonly feature: string;
}

interface AskedOfEvents {
  readonly event: (scope: MetricScope) => Plain;
  readonly window?: (scope: MetricScope) => string;
}

/** Event, filter and window are chosen in this order: another one would give other cases for a seed. */
const asked =
  (key: string, { event: chooseEvent, window }: AskedOfEvents): Make =>
  (scope) => {
    const event = chooseEvent(scope);
    const asks = { [key]: event, ...whereFor(scope, event) };
    return window === undefined ? asks : { ...asks, window: window(scope) };
  };

const over = (key: string): Make => asked(key, { event: eventOf, window: windowOf });

const measured =
  (key: string): Make =>
  (scope) => {
    const property = scope.choose.of('rows', 'rows', 'amount', 'plan.limits.seats');
    const event = trackedEvent(scope.choose);
    return { [key]: property, of: event, ...whereFor(scope, event), window: windowOf(scope) };
  };

const dating = (feature: string, weight: number, make: Make): Kind => ({
  feature,
  weight,
  bounds: DAYS,
  make,
});
const counting = (feature: string, weight = 2): Kind => ({
  feature,
  weight,
  bounds: COUNTS,
  make: over(feature),
});
const measuring = (feature: string, weight = 2): Kind => ({
  feature,
  weight,
  bounds: VALUES,
  make: measured(feature),
});

const KINDS: readonly Kind[] = [
  counting('count', 5),
  counting('users', 4),
  counting('active_days', 3),
  counting('active_weeks'),
  measuring('sum', 3),
  ...['avg', 'min', 'max', 'last'].map((key) => measuring(key)),
  ...['p50', 'p90', 'p95', 'p99'].map((key) => measuring(key, 1)),
  ...['users_gained', 'users_lost', 'users_kept'].map((key) => ({
    feature: key,
    weight: 2,
    bounds: COUNTS,
    make: asked(key, { event: ({ choose }) => trackedEvent(choose), window: spanOf }),
  })),
  dating('days_since_last', 3, asked('days_since_last', { event: eventOf })),
  dating('days_since_first', 2, asked('days_since_first', { event: eventOf })),
  dating('days_since', 2, ({ choose }) => ({ days_since: dateTrait(choose) })),
  dating('days_until', 2, ({ choose }) => ({ days_until: dateTrait(choose) })),
  { feature: 'members', weight: 3, bounds: COUNTS, make: members },
  { feature: 'distinct', weight: 3, bounds: COUNTS, make: distinct },
  { feature: 'features', weight: 2, bounds: COUNTS, make: features },
  { feature: 'streak', weight: 3, bounds: COUNTS, make: streak },
  { feature: 'ratio', weight: 3, bounds: SHARES, make: ratio },
  { feature: 'change', weight: 4, bounds: CHANGES, make: change },
  { feature: 'weekday_zscore', weight: 2, bounds: CHANGES, make: zscore },
  { feature: 'trend', weight: 3, bounds: CHANGES, make: trend },
  { feature: 'top_share', weight: 2, bounds: SHARES, make: topShare },
  { feature: 'sequence', weight: 4, bounds: COUNTS, make: sequence },
  { feature: 'days_to_limit', weight: 2, bounds: DAYS, make: daysToLimit },
  { feature: 'percentile_rank', weight: 2, bounds: SHARES, make: percentileRank },
  { feature: 'formula', weight: 4, bounds: VALUES, make: formula },
];

export function generateMetric(scope: MetricScope, name: string): GeneratedMetric {
  const kinds = KINDS.filter(({ feature }) => scope.features.has(feature));
  const { make, bounds, feature } = scope.choose.of(
    ...kinds.flatMap((kind) => Array.from({ length: kind.weight }, () => kind)),
  );
  return { name, map: make(scope), bounds, loose: /^p\d\d$/.test(feature) };
}

const trackedEvent = (choose: Choose): Plain =>
  choose.chance(50) ? choose.of(...EVENTS) : choose.chance(40) ? 'any' : [...choose.some(EVENTS)];

/** Also changes of traits, and openings. */
function eventOf(scope: MetricScope): string | Plain {
  const { choose, features: has, rules } = scope;
  if (rules.length > 0 && has.has('event_signal') && choose.chance(40))
    return `signal.${choose.of(...rules)}`;
  if (has.has('event_account_trait') && choose.chance(8)) return choose.of('account.plan', 'account.seats');
  if (has.has('event_user_trait') && choose.chance(8)) return choose.of('user.role', 'user.level');
  return trackedEvent(choose);
}

function whereFor({ choose, features: has }: MetricScope, event: Plain): PlainMap {
  const name = String(event);
  if (name.startsWith('signal.') || !choose.chance(35)) return {};
  if (!/^(account|user)\./.test(name)) return { where: generateWhere(choose, has) };
  // As what conditions compare them with: a trait has one type.
  const values: readonly Plain[] = /plan|role/.test(name)
    ? ['free', 'team', 'owner', 'admin', 'member']
    : [1, 2, 3, 10];
  const test = () =>
    choose.of<readonly Plain[]>(
      choose.of(...values),
      { exists: choose.chance(50) },
      { in: [...choose.some(values)] },
    );
  return {
    where: choose.of<readonly PlainMap[]>({ from: test() }, { to: test() }, { from: test(), to: test() }),
  };
}

function windowOf({ choose, features: has }: MetricScope): string {
  const windows = [
    ...['1d', '7d', '2w', '28d', '30d', 'ever'],
    ...(has.has('window_months') ? ['1mo', '2mo', '3mo'] : []),
    ...(has.has('window_first') ? ['first 7d', 'first 2w'] : []),
    ...(has.has('window_since') ? ['since account.created_at', 'since account.renewal'] : []),
  ];
  return choose.of(...windows);
}

/** With a window before it. */
function spanOf({ choose, features: has }: MetricScope): string {
  return choose.of('1d', '7d', '2w', ...(has.has('window_months') ? ['1mo', '2mo'] : []));
}

const dateTrait = (choose: Choose): string => choose.of('account.created_at', 'account.renewal');

function members(scope: MetricScope): PlainMap {
  const { choose, features: has } = scope;
  const where = choose.of<readonly PlainMap[]>(
    { 'user.role': { in: ['owner', 'admin'] } },
    { 'user.level': { gte: 2 } },
    { user_id: { ends_with: 'u1' } },
  );
  return {
    members: 'any',
    ...(choose.chance(40) ? { window: windowOf(scope) } : {}),
    ...(has.has('where_user_trait') && choose.chance(40) ? { where } : {}),
  };
}

function distinct(scope: MetricScope): PlainMap {
  const { choose } = scope;
  const event = trackedEvent(choose);
  const property = choose.of('channel', 'rows', 'plan.tier', 'plan', 'flag', 'user_ids');
  return { distinct: property, of: event, ...whereFor(scope, event), window: windowOf(scope) };
}

function features(scope: MetricScope): PlainMap {
  const { choose } = scope;
  // A change of a trait has no properties that a `where` of all elements could ask for.
  const traits = choose.chance(25) ? (['user.role', 'account.plan'] as const) : [];
  const element = () => choose.of<readonly Plain[]>(...EVENTS, [...choose.some(EVENTS)], ...traits);
  return {
    features: [...choose.times(choose.whole(1, 4), element)],
    ...(traits.length > 0 ? {} : whereFor(scope, 'any')),
    window: windowOf(scope),
  };
}

function streak(scope: MetricScope): PlainMap {
  const { choose, condition, features: has } = scope;
  const unit = choose.chance(70) ? { unit: choose.of('day', 'week', 'month') } : {};
  const conditional = condition !== undefined && has.has('streak_condition') && choose.chance(50);
  if (conditional) return { streak: condition(), ...unit };
  const event = eventOf(scope);
  return { streak: event, ...whereFor(scope, event), ...unit };
}

/** Something to compute from: named, in place, or a trait. */
function operand(scope: MetricScope): Plain {
  const { choose } = scope;
  const exact = scope.metrics.filter(({ loose }) => !loose).map(({ name }) => name);
  const inline = over(choose.of('count', 'users', 'active_days'))(scope);
  const scores = scope.scores.map((name) => `score.${name}`);
  const others = ['account.seats', 'account.age_days', 'champion.idle_days'];
  return choose.of<readonly Plain[]>(
    inline,
    choose.of(...others),
    ...(choose.chance(70) ? exact : []),
    ...scores,
  );
}

function ratio(scope: MetricScope): PlainMap {
  const { choose } = scope;
  return {
    ratio: [operand(scope), operand(scope)],
    ...(choose.chance(40) ? { min_denominator: choose.of(1, 2, 3.5) } : {}),
  };
}

function change(scope: MetricScope): PlainMap {
  const { choose } = scope;
  const event = trackedEvent(choose);
  const windowed = (window: string): PlainMap => ({
    [choose.of('count', 'users', 'active_days')]: event,
    ...whereFor(scope, event),
    window,
  });
  const plain = choose.chance(60);
  const subject = choose.of<readonly Plain[]>(
    windowed('ever'),
    { ratio: [windowed('7d'), windowed('2w')] },
    'account.seats',
    'account.age_days',
    ...scope.scores.map((name) => `score.${name}`),
    'champion.idle_days',
    ...scope.metrics.filter(({ loose }) => !loose).map(({ name }) => name),
  );
  return {
    change: plain ? windowed(choose.of('1d', '7d', '2w')) : subject,
    ...(plain && choose.chance(60) ? {} : { over: choose.of('1d', '7d', '4w') }),
    ...(choose.chance(50) ? { as: choose.of('relative', 'absolute') } : {}),
    ...(choose.chance(30) ? { min_base: choose.of(0, 1, 3) } : {}),
  };
}

function zscore(scope: MetricScope): PlainMap {
  const { choose } = scope;
  const event = trackedEvent(choose);
  return {
    weekday_zscore: event,
    ...whereFor(scope, event),
    ...(choose.chance(60) ? { weeks: choose.of(1, 2, 3, 4) } : {}),
    ...(choose.chance(30) ? { min_base: choose.of(0.5, 1) } : {}),
  };
}

function trend(scope: MetricScope): PlainMap {
  const { choose } = scope;
  const event = trackedEvent(choose);
  const window = choose.chance(60) ? choose.of('2d', '7d', '4w', '30d') : windowOf(scope);
  return {
    trend: event,
    ...whereFor(scope, event),
    window,
    ...(choose.chance(60) ? { unit: choose.of('day', 'week') } : {}),
  };
}

function topShare(scope: MetricScope): PlainMap {
  const { choose } = scope;
  const event = trackedEvent(choose);
  return {
    top_share: event,
    ...whereFor(scope, event),
    window: windowOf(scope),
    ...(choose.chance(40) ? { min_total: choose.of(2, 5) } : {}),
  };
}

function sequence(scope: MetricScope): PlainMap {
  const { choose } = scope;
  const step = () => choose.of<readonly Plain[]>(...EVENTS, ...EVENTS, [...choose.some(EVENTS)], 'any');
  return {
    sequence: [...choose.times(choose.whole(2, 4), step)],
    within: choose.of('1d', '7d', '2w'),
    window: windowOf(scope),
    ...(choose.chance(30) ? { per: choose.of('user', 'account') } : {}),
    ...(choose.chance(30) ? { as: choose.of('steps', 'users') } : {}),
  };
}

function daysToLimit(scope: MetricScope): PlainMap {
  const { choose } = scope;
  const metric = choose.of<readonly Plain[]>(
    over(choose.of('count', 'users'))({ ...scope, rules: [] }),
    'account.seats',
    ...scope.scores.map((name) => `score.${name}`),
  );
  return { days_to_limit: metric, limit: choose.of<readonly Plain[]>(5, 20, 'account.seats', 200.5) };
}

function percentileRank(scope: MetricScope): PlainMap {
  const { choose } = scope;
  const names = scope.metrics
    .filter(({ map, loose }) => !loose && !hides(scope.metrics, map, 'percentile_rank'))
    .map(({ name }) => name);
  return {
    percentile_rank: choose.of<readonly Plain[]>(over('count')({ ...scope, rules: [] }), ...names),
    ...(choose.chance(40) ? { among: choose.of(['account.plan'], ['account.plan', 'account.active']) } : {}),
    min_peers: choose.of(1, 2, 5),
  };
}

/** Whether a metric is of a kind, or made of one that is. */
export function hides(metrics: readonly GeneratedMetric[], map: PlainMap, kind: string): boolean {
  const text = JSON.stringify(map);
  if (text.includes(`"${kind}"`)) return true;
  return metrics.some(
    (other) => other.map !== map && mentions(text, other.name) && hides(metrics, other.map, kind),
  );
}

const mentions = (text: string, name: string): boolean => new RegExp(`\\b${name}\\b`).test(text);

function formula(scope: MetricScope): PlainMap {
  return { formula: expression(scope, 3) };
}

function expression(scope: MetricScope, depth: number): string {
  const { choose } = scope;
  const names = scope.metrics.filter(({ loose }) => !loose).map(({ name }) => name);
  const scores = scope.scores.map((name) => `score.${name}`);
  const leaf = () =>
    choose.of(...names, ...names, ...scores, 'account.seats', 'account.age_days', '1', '0', '2.5', '100');
  if (depth === 0 || choose.chance(20)) return leaf();
  const inner = () => expression(scope, depth - 1);
  return choose.of(
    () => `${inner()} + ${inner()}`,
    () => `${inner()} - ${inner()}`,
    () => `(${inner()}) * ${inner()}`,
    () => `${inner()} / (${inner()})`,
    () => `-${leaf()}`,
    () => `-(${inner()})`,
    () => `${inner()} * -${leaf()}`,
    () => `${inner()} - (${inner()})`,
    () => `min(${inner()}, ${inner()})`,
    () => `max(${inner()}, ${inner()}, ${leaf()})`,
    () => `abs(${inner()})`,
    () => `coalesce(${inner()}, ${inner()})`,
    () => `coalesce(${leaf()}, 0)`,
  )();
}
