// Whether a process can do its work now: each of its parts is asked, at once and with a limit, and says what is missing.
import type { LogConsumer } from '../../model/event-log.ts';
import type { Store } from '../../model/store.ts';
import { readSchemaState, type SchemaState } from '../../store/read-schema-state.ts';

export interface ReadinessParts {
  readonly store: Store;
  /** Asks the log for an answer; undefined where it has no server, or no role needs it. */
  readonly askLog: (() => Promise<unknown>) | undefined;
  /** Asks the delivery queue; undefined likewise. */
  readonly askQueue: (() => Promise<unknown>) | undefined;
  /** Undefined without the role `ingest`. */
  readonly consumer: LogConsumer | undefined;
  /** True once rules are in force; undefined without the role `score`. */
  readonly hasRules: (() => Promise<boolean>) | undefined;
  /** Milliseconds until a part counts as not answering. Default 2,000. */
  readonly patienceMs?: number;
}

export interface Readiness {
  readonly ready: boolean;
  /** A sentence about each thing that is missing. */
  readonly reasons: readonly string[];
  /** What a process has no need of to do its work, but its user may miss. */
  readonly remarks: readonly string[];
}

/** Undefined when all is well. A rejection is told in its own words. */
type Check = () => Promise<string | undefined>;

/** A function, so that a part which does not answer is asked once and not anew by every probe. */
export function watchReadiness(parts: ReadinessParts): () => Promise<Readiness> {
  const consumer = parts.consumer === undefined ? undefined : watchConsumer(parts.consumer);
  const { store, askLog, askQueue, hasRules } = parts;
  const checks: readonly Probe[] = [
    probe('ClickHouse', async () => describeSchema(await readSchemaState(store))),
    ...(askLog ? [probe('Kafka', () => askLog().then(() => undefined))] : []),
    ...(askQueue ? [probe('Redis', () => askQueue().then(() => undefined))] : []),
    ...(consumer ? [probe('The consumer', async () => consumer())] : []),
    ...(hasRules ? [probe('ClickHouse', async () => ((await hasRules()) ? undefined : NO_RULES))] : []),
  ];
  return async () => {
    const patienceMs = parts.patienceMs ?? PATIENCE_MS;
    const answers = await Promise.all(checks.map((check) => check(patienceMs)));
    const told = new Set(answers.filter((answer) => answer !== undefined));
    // Where people start from: events are taken and stored, and a proxy that asks is not to hold them back.
    const remarks = told.delete(NO_RULES) ? [NO_RULES] : [];
    return { ready: told.size === 0, reasons: [...told], remarks };
  };
}

const PATIENCE_MS = 2000;
const NO_RULES =
  'No rules are in force, so that no signal can open: write some into the rules folder, or mend those that are there ("tidemark doctor" says which).';

function describeSchema(state: SchemaState): string | undefined {
  if (state.is === 'missing') return 'ClickHouse has no tables of Tidemark any more.';
  if (state.is === 'older') return `ClickHouse lacks migration ${state.pending.join(', ')} of this version.`;
  return undefined;
}

function watchConsumer(consumer: LogConsumer): () => string | undefined {
  let isStopped = false;
  const stop = (): void => {
    isStopped = true;
  };
  consumer.stopped.then(stop, stop);
  return () => {
    if (isStopped) return 'The consumer of the log has stopped.';
    const { partitions, rebalances } = consumer.figures();
    // Without partitions it is idle, where others have them all; before it has joined its group it is nothing yet.
    return partitions === 0 && rebalances === 0 ? 'The consumer has not joined its group yet.' : undefined;
  };
}

type Probe = (patienceMs: number) => Promise<string | undefined>;

function probe(who: string, check: Check): Probe {
  let asking: Promise<string | undefined> | undefined;
  return async (patienceMs) => {
    asking ??= check()
      .catch((error: unknown) => `${who} does not answer: ${messageOf(error)}`)
      .finally(() => {
        asking = undefined;
      });
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<string>((resolve) => {
      timer = setTimeout(
        () => resolve(`${who} does not answer within ${patienceMs / 1000} seconds.`),
        patienceMs,
      );
    });
    return Promise.race([asking, tooLate]).finally(() => clearTimeout(timer));
  };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
