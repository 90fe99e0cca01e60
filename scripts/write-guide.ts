// Writes the table of metrics into docs/rules.md. A test fails when the page is older than the kinds of metrics.
import { readFileSync, writeFileSync } from 'node:fs';
import { METRIC_KINDS } from '../src/rules/metrics/metric-kinds.ts';
import { describeMetrics } from './guide/describe-metrics.ts';
import { placeMetrics } from './guide/place-metrics.ts';

const path = 'docs/rules.md';
const page = readFileSync(path, 'utf8');
const written = placeMetrics(page, describeMetrics(METRIC_KINDS.values()));
if (written !== page) writeFileSync(path, written);
console.log(`${path}: ${METRIC_KINDS.size} metrics${written === page ? ', nothing to change' : ' written'}`);
