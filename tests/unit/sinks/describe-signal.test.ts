// The JSON of webhook, file and console: its names are for good.
import { expect, it } from 'vitest';
import { describeSignal } from '../../../src/sinks/describe-signal.ts';
import { buildRequest, buildSignal } from './build-signal.ts';

it('tells grades where there are any, a missing one as null', () => {
  const { evidence } = buildSignal();
  const graded = buildRequest({ evidence: { ...evidence, grades: { lead: 'A1', heat: null } } });
  expect(describeSignal(graded).data.grades).toEqual({ lead: 'A1', heat: null });
  expect(describeSignal(buildRequest()).data).not.toHaveProperty('grades');
});
