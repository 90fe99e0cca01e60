// The rulesets that were applied, whole: the newest is in force.
import type { Clock } from '../../model/clock.ts';
import type { Store } from '../../model/store.ts';
import { microsText, tabSeparatedRow } from '../../model/tab-separated.ts';
import type { EpochMicros } from '../../model/time.ts';

export interface AppliedFiles {
  readonly hash: string;
  /** File name to text. */
  readonly files: Readonly<Record<string, string>>;
}

export async function readAppliedFiles(store: Store): Promise<AppliedFiles | undefined> {
  const [row] = await store.query<{ hash: string; files: string }>({
    sql: 'SELECT ruleset_hash AS hash, files FROM rulesets ORDER BY applied_at DESC LIMIT 1',
    params: {},
    columns: ['hash', 'files'],
  });
  return row === undefined ? undefined : { hash: row.hash, files: parseFiles(row.files) };
}

/** As they are stored. */
export const parseFiles = (json: string): AppliedFiles['files'] => JSON.parse(json) as AppliedFiles['files'];

/** Of a ruleset that was in force once. */
export async function readFilesOf(store: Store, hash: string): Promise<AppliedFiles['files'] | undefined> {
  const [row] = await store.query<{ files: string }>({
    sql: 'SELECT files FROM rulesets WHERE ruleset_hash = {hash:String} ORDER BY applied_at DESC LIMIT 1',
    params: { hash },
    columns: ['files'],
  });
  return row === undefined ? undefined : parseFiles(row.files);
}

/**
 * As a block, since rule files are too long for a parameter. It is in force from now on, also when the clock of who
 * applied the last one is ahead of ours.
 */
export async function writeRuleset(
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  ruleset: AppliedFiles & { readonly rules: readonly string[] },
): Promise<void> {
  const [last] = await store.query<{ at: string }>({
    sql: 'SELECT toUnixTimestamp64Micro(max(applied_at)) AS at FROM rulesets',
    params: {},
    columns: ['at'],
  });
  const appliedAt = Math.max(Number(last?.at ?? 0) + 1, clock.now()) as EpochMicros;
  await store.insert({
    table: 'rulesets',
    columns: ['ruleset_hash', 'applied_at', 'files', 'rules'],
    rows: 1,
    body: new TextEncoder().encode(
      tabSeparatedRow([
        ruleset.hash,
        microsText(appliedAt),
        JSON.stringify(ruleset.files),
        // Names of rules have no character that would need more than quotes.
        `[${ruleset.rules.map((rule) => `'${rule}'`).join(',')}]`,
      ]),
    ),
  });
}
