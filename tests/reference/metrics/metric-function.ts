// What every kind of metric is: a number of one account as of the end of one day, or null.
import type { Look } from '../look.ts';
import type { PlainMap } from '../plain.ts';

export type MetricFunction = (look: Look, metric: PlainMap) => number | null;
