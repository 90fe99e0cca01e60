// `percentile_rank: METRIC, among: [account.TRAIT, …]`: the share of peers with a smaller value. Computed at closes,
// by statements of their own, since it needs everybody.
import type { Metric, Subject } from '../metric.ts';
import { explained, number, operand, traits } from '../read/fields.ts';
import type { Reading } from '../read/reading.ts';
import { defineMetric } from './define-metric.ts';
import { operandDefinition } from './operand-definition.ts';

const LEAST_PEERS = 30;

export const percentileRank = defineMetric({
  key: 'percentile_rank',
  fields: {
    percentile_rank: operand('percentile_rank'),
    among: explained(
      traits(),
      'peers are the accounts with the same values of these; everyone when left out',
    ),
    min_peers: explained(number('min_peers'), 'fewer peers say nothing; default 30'),
  },
  docs: 'The share of peers whose value is smaller, 0 to 1: 0.9 is more than nine in ten. Computed at closes.',
  missing: 'the metric or a trait of among is missing, or there are fewer than min_peers peers',
  example: '{percentile_rank: messages, among: [account.plan]}',
  build: (
    { percentile_rank: subject, among = [], min_peers: minPeers = LEAST_PEERS },
    { reading, node, what },
  ) => {
    if (!ranks(subject, reading)) return makeRank({ subject, among, minPeers }, reading);
    const hint = 'rank the metric itself, and combine ranks in a formula';
    reading.problems.add('M003', node.span, `${what} ranks what is a rank itself`, hint);
    return undefined;
  },
});

interface Rank {
  readonly subject: Subject;
  readonly among: readonly string[];
  readonly minPeers: number;
}

const makeRank = ({ subject, among, minPeers }: Rank, reading: Reading): Metric => ({
  kind: 'percentile_rank',
  definition: {
    kind: 'percentile_rank',
    of: operandDefinition(subject, reading),
    among,
    min_peers: minPeers,
  },
  series: [],
  operands: [subject],
  prepare: { kind: 'rank', among, minPeers },
  window: undefined,
  looksBackDays: 0,
  nullable: true,
  rising: false,
  unit: 'share',
  most: { value: 1 },
  emit: (context) => context.prepared(),
});

/** Whether a rank stands somewhere in it. */
function ranks(subject: Subject, reading: Reading): boolean {
  const metric = reading.metricOf(subject);
  if (metric === undefined) return false;
  return metric.prepare?.kind === 'rank' || metric.operands.some((operand) => ranks(operand, reading));
}
