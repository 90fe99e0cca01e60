// How fast a count grows once it is under way: between a tenth and nine tenths, so that start and end do not count.

export interface SteadyRateOptions {
  /** What is counted ends here; more is a fault. */
  readonly expected: number;
  readonly count: () => Promise<number>;
  readonly everyMillis: number;
  readonly withinMillis: number;
}

interface Sample {
  readonly at: number;
  readonly count: number;
}

/** Per second. Resolves once exactly `expected` are there. @throws Error when they are more, or not there in time. */
export async function measureSteadyRate(options: SteadyRateOptions): Promise<number> {
  const { expected, count, everyMillis, withinMillis } = options;
  const samples: Sample[] = [];
  const deadline = performance.now() + withinMillis;
  for (;;) {
    const sample = { count: await count(), at: performance.now() };
    samples.push(sample);
    if (sample.count === expected) return rateOf(samples, expected);
    if (sample.count > expected) throw new Error(`${sample.count} were counted, ${expected} expected`);
    if (sample.at > deadline)
      throw new Error(`${sample.count} of ${expected} after ${withinMillis / 1000} s`);
    await new Promise((done) => setTimeout(done, everyMillis));
  }
}

function rateOf(samples: readonly Sample[], expected: number): number {
  const first = samples.find(({ count }) => count >= expected * 0.1);
  const last = samples.findLast(({ count }) => count <= expected * 0.9);
  if (first === undefined || last === undefined || last.at <= first.at) return Number.NaN;
  return ((last.count - first.count) / (last.at - first.at)) * 1000;
}
