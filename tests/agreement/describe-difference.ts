// What a person needs to see why the two sides differ: the seed, the smallest rules, the account's messages, both values.
import { dayText } from '../reference/calendar.ts';
import type { Envelope } from '../reference/plain.ts';
import type { Shrunk } from './shrink-case.ts';
import { rulesYaml } from './sql-side.ts';

const MOST_ENVELOPES = 40;

export function describeDifference({ original, smallest, difference, day }: Shrunk): string {
  const { account, what, reference, sql } = difference;
  return [
    `DIFFERENCE: AGREEMENT_SEED=${original.seed} repeats it`,
    `account ${account}, close of ${dayText(day)}, first close ${dayText(smallest.firstDay)}, zone ${smallest.zone}, rules applied ${new Date(smallest.appliedAt).toISOString()}`,
    `  ${what}`,
    `  reference: ${reference}`,
    `  SQL:       ${sql}`,
    rulesYaml(smallest.rules),
    ...messages(smallest.worlds.flatMap(({ batches }) => batches.map((batch, index) => ({ batch, index })))),
  ].join('\n');
}

function messages(
  batches: readonly { readonly batch: readonly Envelope[]; readonly index: number }[],
): readonly string[] {
  const lines = batches.flatMap(({ batch, index }) =>
    batch.map((envelope) => `before close ${index + 1}: ${JSON.stringify(envelope)}`),
  );
  const more = lines.length - MOST_ENVELOPES;
  return more > 0 ? [...lines.slice(0, MOST_ENVELOPES), `… and ${more} more`] : lines;
}
