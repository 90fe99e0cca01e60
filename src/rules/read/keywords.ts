// Words that a metric may not be called: they mean something where a metric's name may stand.
import { METRIC_KINDS } from '../metrics/metric-kinds.ts';

export const KEYWORDS: ReadonlySet<string> = new Set([
  'all',
  'any',
  'none',
  'at_least',
  'segment',
  'not',
  'true',
  'false',
  'null',
  'account',
  'user',
  'champion',
  'score',
  'band',
  'grade',
  'signal',
  'metric',
  'ever',
  'first',
  'since',
  'abs',
  'coalesce',
  ...METRIC_KINDS.keys(),
]);
