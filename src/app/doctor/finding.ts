// What one look of the doctor found: how it is, in words, and what to do about it.

export interface Finding {
  /** What was looked at, such as `Kafka brokers`. */
  readonly check: string;
  readonly status: 'ok' | 'warn' | 'fail';
  readonly found: string;
  /** Left out where nothing is to be done. */
  readonly todo?: string;
}

type Findings = readonly Finding[];

/** A part that is looked at on its own, whatever the others come to. */
export interface Examination {
  readonly check: string;
  readonly examine: () => Promise<Findings>;
}

/**
 * All at once, in the order given. One that throws, or takes longer than `patienceMs`, is a failure in its own words;
 * `todo` says what to do then.
 */
export async function examineAll(
  examinations: readonly (Examination & { readonly todo: string })[],
  patienceMs: number,
): Promise<Findings> {
  const findings = await Promise.all(
    examinations.map(async ({ check, examine, todo }) => {
      try {
        return await within(patienceMs, examine());
      } catch (error) {
        const found = error instanceof Error ? error.message : String(error);
        return [{ check, status: 'fail', found, todo } as const];
      }
    }),
  );
  return findings.flat();
}

export async function within<Value>(patienceMs: number, work: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${patienceMs / 1000} seconds`)), patienceMs);
  });
  // What comes after its time is of no interest any more, and no fault of the process.
  work.catch(() => undefined);
  return Promise.race([work, tooLate]).finally(() => clearTimeout(timer));
}

/** Microseconds as people say them: `8 s`, `5 min`, `3 h`, `2 days`. */
export function describeAge(micros: number): string {
  const seconds = Math.max(0, Math.round(micros / 1_000_000));
  if (seconds < 90) return `${seconds} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}

export const describeCount = (count: number, noun: string): string =>
  `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;

/** Milliseconds; evaluation waits a second for what was stamped elsewhere to be stored. */
const MOST_SKEW = 1000;

/** `theirs` was read between `before` and `after`, all milliseconds since 1970. */
export function judgeClock(
  who: string,
  { before, theirs, after }: { readonly before: number; readonly theirs: number; readonly after: number },
): Finding {
  // The question may have taken its time: only what that cannot explain is skew.
  const skew = theirs < before ? theirs - before : Math.max(0, theirs - after);
  const check = `${who} clock`;
  if (Math.abs(skew) <= MOST_SKEW) return { check, status: 'ok', found: 'within a second of this machine' };
  const seconds = (Math.abs(skew) / 1000).toFixed(1);
  return {
    check,
    status: 'warn',
    found: `${seconds} s ${skew > 0 ? 'ahead of' : 'behind'} this machine`,
    todo: 'let both follow NTP (timedatectl set-ntp true): what is stamped by one is compared with the other',
  };
}
