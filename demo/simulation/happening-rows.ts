// What may happen to an account beside its daily work: questions, payments, visits, answers. Data only, a row each.
import type { JsonObject } from '../../src/model/json.ts';
import type { Random, Range } from './random.ts';

export interface HappeningRow {
  readonly event: string;
  /** Names of stories. */
  readonly stories: readonly string[];
  readonly chance: number;
  /** What `days` counts from: back from the last day, on from the first, or on from the turn (negative before it). */
  readonly from: 'end' | 'birth' | 'turn';
  readonly days: Range;
  /** Each on a day of its own choice. */
  readonly times: Range;
  readonly properties?: (random: Random) => JsonObject;
}

const FREE = ['takes_off', 'stays_small', 'never_takes_root', 'trial_stalls', 'trial_gathers_pace'];
const PAYING = ['pays_and_stays', 'fills_its_seats'];

const content = (random: Random): JsonObject => ({ title: random.pick(['guide', 'checklist', 'report']) });
const webinar = (random: Random): JsonObject => ({ topic: random.pick(['first_steps', 'roll_out']) });
const priority = (random: Random): JsonObject => ({
  priority: random.pick(['low', 'normal', 'normal', 'normal', 'normal', 'high', 'high', 'urgent']),
});
const score =
  (low: number, high: number) =>
  (random: Random): JsonObject => ({ score: random.between(low, high) });
const feature = (random: Random): JsonObject => ({ feature: random.pick(['history', 'guests', 'storage']) });
const report = (random: Random): JsonObject => ({ rows: random.between(500, 5000), format: 'csv' });

type Row = Omit<HappeningRow, 'event' | 'times'> & Partial<Pick<HappeningRow, 'times'>>;

/** Once, unless a row says how often. */
const happening = (
  event: string,
  rows: readonly Row[],
  properties?: (random: Random) => JsonObject,
): readonly HappeningRow[] =>
  rows.map((row) => ({ event, times: [1, 1], ...(properties === undefined ? {} : { properties }), ...row }));

export const HAPPENING_ROWS: readonly HappeningRow[] = [
  ...happening('onboarding_completed', [
    {
      stories: ['takes_off', 'on_the_brink', 'converts', 'trial_gathers_pace'],
      chance: 0.92,
      from: 'birth',
      days: [1, 8],
    },
    { stories: ['stays_small', 'comes_back'], chance: 0.75, from: 'birth', days: [1, 9] },
    { stories: ['trial_stalls', 'never_takes_root'], chance: 0.7, from: 'birth', days: [1, 9] },
  ]),
  ...happening('invite_sent', [
    {
      stories: ['trial_stalls', 'never_takes_root'],
      chance: 0.25,
      from: 'birth',
      days: [1, 4],
      times: [3, 6],
    },
  ]),
  ...happening('sales_contacted', [
    { stories: ['converts'], chance: 1, from: 'turn', days: [-4, -1] },
    { stories: ['takes_off', 'trial_gathers_pace'], chance: 0.16, from: 'end', days: [0, 9] },
  ]),
  ...happening('demo_requested', [
    { stories: ['takes_off', 'fills_its_seats'], chance: 0.1, from: 'end', days: [0, 14] },
  ]),
  ...happening('pricing_viewed', [
    { stories: ['converts'], chance: 1, from: 'turn', days: [-5, 0], times: [2, 4] },
    { stories: ['takes_off', 'trial_gathers_pace'], chance: 0.45, from: 'end', days: [0, 9], times: [1, 4] },
    { stories: ['stays_small'], chance: 0.08, from: 'end', days: [0, 60], times: [1, 2] },
  ]),
  ...happening(
    'content_downloaded',
    [
      { stories: FREE, chance: 0.25, from: 'end', days: [12, 60], times: [1, 3] },
      { stories: PAYING, chance: 0.1, from: 'end', days: [0, 80], times: [1, 2] },
    ],
    content,
  ),
  ...happening(
    'webinar_attended',
    [
      {
        stories: ['takes_off', 'trial_gathers_pace'],
        chance: 0.35,
        from: 'end',
        days: [2, 40],
        times: [1, 2],
      },
      { stories: ['stays_small'], chance: 0.08, from: 'end', days: [2, 60] },
    ],
    webinar,
  ),
  ...happening(
    'limit_reached',
    [
      { stories: ['takes_off', 'on_the_brink'], chance: 0.4, from: 'end', days: [0, 28], times: [1, 5] },
      { stories: ['stays_small'], chance: 0.08, from: 'end', days: [0, 80], times: [1, 3] },
    ],
    feature,
  ),
  ...happening(
    'ticket_opened',
    [
      { stories: PAYING, chance: 0.35, from: 'end', days: [0, 85], times: [1, 3] },
      { stories: ['pays_and_stays'], chance: 0.06, from: 'end', days: [0, 24], times: [5, 12] },
      {
        stories: ['goes_quiet', 'champion_leaves', 'fades'],
        chance: 0.3,
        from: 'turn',
        days: [-25, -2],
        times: [3, 8],
      },
    ],
    priority,
  ),
  ...happening('nps_answered', [
    { stories: PAYING, chance: 0.45, from: 'end', days: [0, 85], properties: score(7, 10) },
    { stories: ['pays_and_stays'], chance: 0.06, from: 'end', days: [0, 60], properties: score(3, 6) },
    {
      stories: ['goes_quiet', 'champion_leaves', 'fades', 'steps_down'],
      chance: 0.3,
      from: 'turn',
      days: [-30, -1],
      properties: score(2, 7),
    },
  ]),
  ...happening('payment_succeeded', [{ stories: PAYING, chance: 0.6, from: 'end', days: [30, 60] }]),
  ...happening('payment_failed', [
    { stories: PAYING, chance: 0.07, from: 'end', days: [0, 12], times: [1, 3] },
  ]),
  ...happening(
    'report_exported',
    [{ stories: ['steps_down'], chance: 0.7, from: 'turn', days: [-5, -1], times: [14, 20] }],
    report,
  ),
];
