// What a metric is made of, as JSON: other metrics by the hash of their definition, so that a name does not matter
// and a metric made of metrics made of metrics stays short.
import type { JsonValue } from '../../model/json.ts';
import { hashJson } from '../hash-json.ts';
import type { Subject } from '../metric.ts';
import type { Reading } from '../read/reading.ts';

export function operandDefinition(subject: Subject, reading: Reading): JsonValue {
  switch (subject.kind) {
    case 'metric':
    case 'inline': {
      const metric = reading.metricOf(subject);
      return metric === undefined ? null : { metric: hashJson(metric.definition) };
    }
    case 'trait':
      return { trait: subject.trait };
    case 'age_days':
      return { age_days: true };
    case 'score':
    case 'band':
    case 'grade':
      return { [subject.kind]: subject.name };
    case 'champion':
      return { champion: subject.field };
    case 'signal':
      return { signal: subject.rule };
  }
}
