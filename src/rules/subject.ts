// Only until every import says metric.ts; delete then.
export type { Subject } from './metric.ts';
