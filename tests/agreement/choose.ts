// Random choices, all from one seed: what the generators of worlds and rule sets are made of.
import fc from 'fast-check';

export interface Choose {
  /** Both ends included. */
  whole(min: number, max: number): number;
  of<const T extends readonly unknown[]>(...options: T): T[number];
  /** True in `percent` of a hundred. */
  chance(percent: number): boolean;
  /** Each option with the same chance, in order; at least one. */
  some<T>(options: readonly T[], percent?: number): readonly T[];
  times<T>(count: number, make: (index: number) => T): readonly T[];
}

export function startChoosing(seed: number): Choose {
  const [generate] = fc.sample(fc.gen(), { seed, numRuns: 1 });
  if (generate === undefined) throw new Error('fast-check gave no generator');
  const whole = (min: number, max: number): number => generate(fc.noBias, fc.integer({ min, max }));
  const of = <const T extends readonly unknown[]>(...options: T): T[number] =>
    options[whole(0, options.length - 1)];
  const chance = (percent: number): boolean => whole(1, 100) <= percent;
  return {
    whole,
    of,
    chance,
    some(options, percent = 50) {
      const chosen = options.filter(() => chance(percent));
      return chosen.length > 0 ? chosen : [of(...options)];
    },
    times: (count, make) => Array.from({ length: Math.max(0, count) }, (_, index) => make(index)),
  };
}
