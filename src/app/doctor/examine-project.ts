// What a project is made of beside its servers: the rules folder, write keys, sinks, and room on the disk.
import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Store } from '../../model/store.ts';
import { readRuleset } from '../../rules/read-ruleset.ts';
import { readAppliedFiles } from '../../store/evaluation/rulesets.ts';
import { checksOf } from '../apply-folder.ts';
import type { Settings } from '../config/settings.ts';
import { listWriteKeys } from '../keys/list-write-keys.ts';
import { RulesFolderError, readRuleFiles } from '../read-rule-files.ts';
import { describeCount, type Finding } from './finding.ts';

/** `empty`: there is no database of this project yet. `unread`: it could not be read. */
export type ReadStore = Store | 'empty' | 'unread';

export async function examineRules(settings: Settings, store: ReadStore): Promise<Finding> {
  const check = 'rules';
  const files = await readRuleFiles(settings.rulesDir).catch((error: unknown) => {
    if (error instanceof RulesFolderError) return error;
    throw error;
  });
  // The rules in force stay, and `up` runs all the same.
  if (files instanceof RulesFolderError) {
    return {
      check,
      status: 'warn',
      found: files.message,
      todo: 'make the folder, and write rules: docs/rules.md',
    };
  }
  const { ruleset, problems } = readRuleset(files, checksOf(settings));
  const [first] = problems.filter(({ severity }) => severity === 'error');
  if (ruleset === undefined) {
    const errors = problems.filter(({ severity }) => severity === 'error').length;
    const where =
      first === undefined ? '' : `: ${first.position.file}:${first.position.line} ${first.message}`;
    const found = `${describeCount(errors, 'error')} in ${settings.rulesDir}${where}`;
    const todo = '"tidemark rules check" shows them all; until then the rules in force stay';
    return { check, status: 'fail', found, todo };
  }
  const found = `${describeCount(ruleset.rules.size, 'rule')} in ${settings.rulesDir}`;
  if (ruleset.rules.size === 0) {
    return {
      check,
      status: 'warn',
      found,
      todo: 'write some: docs/rules.md, or copy from the library in rules/',
    };
  }
  if (typeof store === 'string') return { check, status: 'ok', found };
  const inForce = await readAppliedFiles(store);
  if (inForce?.hash === ruleset.hash) return { check, status: 'ok', found: `${found}, which are in force` };
  const differs = inForce === undefined ? 'none are in force' : 'those in force differ';
  const todo =
    '"tidemark up" applies the folder when it starts and when it changes; "tidemark rules apply" does at once';
  return { check, status: 'warn', found: `${found}; ${differs}`, todo };
}

/** Names only. Of keys that commands made, those in `store`, where it can be read. */
export async function examineKeys(settings: Settings, store: ReadStore): Promise<Finding> {
  const check = 'write keys';
  const listed =
    typeof store === 'string'
      ? settings.writeKeyNames
      : (await listWriteKeys(store, settings.writeKeyNames))
          .filter(({ revoked_at }) => revoked_at === null)
          .map(({ name }) => name);
  const names = [...new Set(listed)];
  if (names.length > 0) return { check, status: 'ok', found: names.join(', ') };
  if (store === 'unread') {
    return {
      check,
      status: 'ok',
      found: 'none in tidemark.yaml; those that commands made could not be read',
    };
  }
  const todo = 'make one: "tidemark keys create web", or list it under write_keys in tidemark.yaml';
  return { check, status: 'warn', found: 'none: the collector refuses everybody', todo };
}

const LOCAL_SINKS: ReadonlySet<string> = new Set(['file', 'console']);

export function examineSinks(settings: Settings): Finding {
  const check = 'sinks';
  const { sinks, sinkNames, routes } = settings;
  if (sinkNames.length === 0) {
    return {
      check,
      status: 'warn',
      found: 'none: signals show on the page only',
      todo: 'add one: docs/sinks.md',
    };
  }
  const shown = sinkNames.map((name) => {
    const type = [...sinks].find(([sink]) => sink === name)?.[1].type;
    return type === undefined ? `${name} (its variables are not set)` : `${name} (${type})`;
  });
  const routed = new Set([...routes.values()].flat().map(String));
  const unrouted = sinkNames.filter((name) => !routed.has(name));
  const told =
    unrouted.length === 0 ? '' : `; no route leads to ${unrouted.join(', ')}, only a rule's own notify may`;
  const asksOthers = [...sinks.values()].some(({ type }) => !LOCAL_SINKS.has(type));
  const notAsked = asksOthers ? '; not asked whether they answer and accept what we send' : '';
  return { check, status: 'ok', found: `${shown.join(', ')}${notAsked}${told}` };
}

const GIB = 1024 ** 3;

/** Of the disk that the data folder is on, or will be: nothing is made for the look. */
export async function examineDisk(dataDir: string): Promise<Finding> {
  const { bavail, blocks, bsize } = await statfs(nearestFolder(dataDir));
  return judgeDisk(dataDir, { free: bavail * bsize, total: blocks * bsize });
}

const nearestFolder = (path: string): string => (existsSync(path) ? path : nearestFolder(dirname(path)));

/** Bytes. ClickHouse needs room to merge: beside what it keeps, about as much as its largest part. */
export function judgeDisk(
  dataDir: string,
  { free, total }: { readonly free: number; readonly total: number },
): Finding {
  const check = 'disk';
  const found = `${(free / GIB).toFixed(1)} of ${(total / GIB).toFixed(0)} GiB free for ${dataDir}`;
  const todo = 'make room, or move the folder ("data" in tidemark.yaml): inserts fail on a full disk';
  if (free < GIB) return { check, status: 'fail', found, todo };
  return free < 5 * GIB || free < total / 20
    ? { check, status: 'warn', found, todo }
    : { check, status: 'ok', found };
}
