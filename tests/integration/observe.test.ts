// Metrics of real processes: what docs/operating.md lists is what they expose, in text that a parser takes.
import { readFile } from 'node:fs/promises';
import parse from 'parse-prometheus-text-format';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundle } from '../support/run-tidemark.ts';
import { createProject, messageSent, type TestProject, track, waitFor } from './up-project.ts';

let project: TestProject;

beforeAll(async () => {
  bundle();
  project = await createProject();
});
afterAll(() => project.remove());

const scrape = async (address: string): Promise<string> => (await fetch(`${address}/metrics`)).text();

interface Documented {
  readonly kind: string;
  readonly labels: readonly string[];
}

/** From the table of metrics. */
async function readDocumented(): Promise<ReadonlyMap<string, Documented>> {
  const text = await readFile(new URL('../../docs/operating.md', import.meta.url), 'utf8');
  const rows = [...text.matchAll(/^\| `(tidemark_\w+)` \| (\w+) \|([^|]*)\| [^|]+ \|$/gm)];
  return new Map(
    rows.map(([, name = '', kind = '', labels = '']) => [
      name,
      {
        kind,
        labels: labels
          .split(',')
          .flatMap((label) => label.trim() || [])
          .toSorted(),
      },
    ]),
  );
}

/** Of one family; undefined where it has no such sample. */
const sampleOf = (text: string, name: string, labels: Readonly<Record<string, string>> = {}) =>
  parse(text)
    .find((family) => family.name === name)
    ?.metrics.find((metric) => Object.entries(labels).every(([label, is]) => metric.labels?.[label] === is));

/** The names of the labels of each sample, sorted; the parser keeps none of histograms'. */
function labelsOf(text: string, name: string): readonly (readonly string[])[] {
  const samples = [...text.matchAll(new RegExp(`^${name}(?:_bucket|_sum|_count)?(?:\\{(.*)\\})? `, 'gm'))];
  return samples.map(([, labels = '']) =>
    [...labels.matchAll(/(\w+)="/g)].flatMap(([, label = '']) => (label === 'le' ? [] : label)).toSorted(),
  );
}

describe('metrics of a process with all roles', () => {
  let text: string;

  beforeAll(async () => {
    const up = await project.up();
    await track(up.address, [
      messageSent('acme', 'm1'),
      messageSent('acme', 'm2'),
      messageSent('acme', 'm3'),
    ]);
    await track(up.address, [{ type: 'track' }]);
    await track(up.address, [messageSent('acme', 'm4')], 'wrong-key');
    await waitFor('a notice', async () => (await project.read('out.ndjson')) !== '');
    await waitFor('its receipt', async () => {
      text = await scrape(up.address);
      return sampleOf(text, 'tidemark_deliver_sends_total') !== undefined;
    });
  });

  test('are those that docs/operating.md lists, with these kinds and labels', async () => {
    const listed = await readDocumented();
    const families = parse(text).filter(({ name }) => name.startsWith('tidemark_'));
    expect(families.map(({ name }) => name).toSorted()).toEqual([...listed.keys()].toSorted());
    for (const { name, type, help } of families) {
      expect([name, type.toLowerCase()]).toEqual([name, listed.get(name)?.kind]);
      expect(help).not.toBe('');
      for (const labels of labelsOf(text, name))
        expect([name, labels]).toEqual([name, listed.get(name)?.labels]);
    }
  });

  test('are named and told as Prometheus wants it', async () => {
    for (const { name, type } of parse(text).filter((family) => family.name.startsWith('tidemark_'))) {
      expect(name.endsWith('_total')).toBe(type === 'COUNTER');
      if (type === 'HISTOGRAM') expect(name).toMatch(/_seconds$/);
    }
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    for (const line of lines) expect(line).toMatch(/^[a-z_]\w*(\{[^{}]*\})? (-?[\d.e+-]+|Nan|\+Inf)$/i);
  });

  test('count what was sent, stored, opened and delivered', () => {
    const items = (verdict: string) =>
      sampleOf(text, 'tidemark_collector_items_total', { key: 'web', verdict })?.value;
    expect([items('accepted'), items('rejected')]).toEqual(['3', '1']);
    const requests = (status: string) =>
      sampleOf(text, 'tidemark_collector_requests_total', { route: '/v1/batch', status })?.value;
    expect([requests('200'), requests('401')]).toEqual(['2', '1']);
    expect(sampleOf(text, 'tidemark_ingest_messages_total')?.value).toBe('3');
    expect(sampleOf(text, 'tidemark_dead_letters_total')).toMatchObject({
      labels: { source: 'collector', reason: 'missing_event' },
      value: '1',
    });
    expect(sampleOf(text, 'tidemark_store_inserted_rows_total', { table: 'usage_events' })?.value).toBe('3');
    expect(sampleOf(text, 'tidemark_score_signals_opened_total', { kind: 'tick' })?.value).toBe('1');
    expect(text).toMatch(/^tidemark_score_part_duration_seconds_count\{kind="tick",part="refresh"\} \d/m);
    expect(sampleOf(text, 'tidemark_deliver_sends_total')).toMatchObject({
      labels: { sink: 'out', outcome: 'delivered' },
      value: '1',
    });
  });

  test('have no account, user or event in any label', () => {
    expect(text).not.toMatch(/acme|ann|message_sent|"m1"/);
  });

  test('come with those of the process', () => {
    for (const name of [
      'process_resident_memory_bytes',
      'nodejs_heap_size_used_bytes',
      'nodejs_eventloop_lag_p99_seconds',
    ])
      expect(Number(sampleOf(text, name)?.value)).toBeGreaterThan(0);
  });
});

describe('a process that listens nowhere', () => {
  test('says that metrics are off and how to turn them on', async () => {
    const up = await project.up('--roles', 'score');
    await waitFor('the line', () => up.log().includes('METRICS_LISTEN=127.0.0.1:9464'));
    expect(up.log()).toContain('metrics and health are off');
  });

  test('has metrics and health on an address of their own', async () => {
    const own = await createProject({ METRICS_LISTEN: '127.0.0.1:0' });
    try {
      const up = await own.up('--roles', 'score,deliver');
      await waitFor('the address', () => /metrics are at http/.test(up.log()));
      const address = /metrics are at (http:\S+)\/metrics/.exec(up.log())?.[1] ?? '';
      const text = await scrape(address);
      expect(sampleOf(text, 'tidemark_build_info')?.labels?.roles).toBe('score,deliver');
      expect(sampleOf(text, 'tidemark_signals_open')?.value).toBe('0');
      expect(text).not.toContain('tidemark_ingest_messages_total');
      expect((await fetch(`${address}/health/ready`)).status).toBe(200);
      expect((await fetch(`${address}/`)).status).toBe(404);
    } finally {
      await own.remove();
    }
  });

  test('refuses an address that others could reach', async () => {
    const own = await createProject({ METRICS_LISTEN: '0.0.0.0:9464' });
    const { code, stderr } = await own.run('up');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^tidemark: METRICS_LISTEN: can be reached by others/);
    await own.remove();
  });
});
