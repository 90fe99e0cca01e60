// Runs the contract of sinks on each of them, and what only one of them promises.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type HubSpotStandIn,
  type StandInOptions,
  startHubSpotStandIn,
} from '../../demo/hubspot/start-stand-in.ts';
import type { EpisodeId, SinkName } from '../../src/model/ids.ts';
import type { Sink } from '../../src/model/sink.ts';
import { openSink } from '../../src/sinks/open-sink.ts';
import { sinkConfigSchema } from '../../src/sinks/sink-config.ts';
import { buildRequest, EPISODE } from '../unit/sinks/build-signal.ts';
import { deliveredId, describeSink, MovableClock } from './sink.contract.ts';
import { startWebhookReceiver } from './sink-webhook-receiver.ts';

const SECRET = `whsec_${Buffer.from('canary-canary-canary-canary-1234').toString('base64')}`;
const TOKEN = 'pat-canary-token';
const write = (): void => undefined;

const open = (
  config: object,
  clock: MovableClock = new MovableClock(),
  say: (line: string) => void = write,
): Sink => openSink('crm' as SinkName, sinkConfigSchema.parse(config), { clock, write: say });

describeSink(
  'webhook',
  async () => {
    const receiver = await startWebhookReceiver(SECRET);
    const clock = new MovableClock();
    const sink = open({ type: 'webhook', url: receiver.url, secret: SECRET, timeout_ms: 300 }, clock);
    return {
      sink,
      count: () => receiver.received.size,
      remote: { failNext: receiver.failNext, advance: clock.advance },
      secrets: [SECRET, SECRET.slice(6)],
      close: receiver.close,
    };
  },
  true,
);

describeSink(
  'hubspot',
  async () => {
    const standIn = await startHubSpotStandIn({ token: TOKEN });
    const clock = new MovableClock();
    return {
      sink: open({ type: 'hubspot', token: TOKEN, base_url: standIn.url, timeout_ms: 300 }, clock),
      count: (episode) =>
        standIn.tasks().filter((task) => task.properties.tidemark_episode === episode).length,
      remote: { failNext: standIn.failNext, advance: clock.advance },
      secrets: [TOKEN],
      close: standIn.close,
    };
  },
  true,
);

describeSink(
  'file',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sink-'));
    const path = join(folder, 'deep', 'signals.ndjson');
    return {
      sink: open({ type: 'file', path }),
      count: (episode) => readLines(path).filter((line) => line.data.episode === episode).length,
      remote: undefined,
      secrets: [],
      close: async () => rmSync(folder, { recursive: true }),
    };
  },
  false,
);

describeSink(
  'console',
  async () => {
    const lines: string[] = [];
    const sink = open({ type: 'console' }, new MovableClock(), (line) => lines.push(line));
    return { sink, count: () => lines.length, remote: undefined, secrets: [], close: async () => undefined };
  },
  false,
);

function readLines(path: string): readonly { readonly data: { readonly episode: string } }[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

describe('the sink webhook', () => {
  it('says nobody listens as transient: nothing was sent', async () => {
    const receiver = await startWebhookReceiver(SECRET);
    await receiver.close();
    const sink = open({ type: 'webhook', url: receiver.url, secret: SECRET });
    expect(await sink.send(buildRequest())).toMatchObject({
      outcome: 'transient',
      remoteText: /could not connect/,
    });
  });

  it("keeps the address's secrets out of what went wrong", async () => {
    const fetch = async (url: unknown) => Promise.reject(new TypeError(`cannot request ${url}`));
    const config = sinkConfigSchema.parse({
      type: 'webhook',
      url: 'http://host/?key=canary',
      secret: SECRET,
    });
    const clock = new MovableClock();
    const sink = openSink('hooks' as SinkName, config, { clock, write, fetch });
    expect(await sink.send(buildRequest())).toMatchObject({
      outcome: 'ambiguous',
      remoteText: 'the connection broke: cannot request [secret]',
    });
  });

  it('gives every attempt of a notice one id and body, and the next notice another', async () => {
    const receiver = await startWebhookReceiver(SECRET);
    const sink = open({ type: 'webhook', url: receiver.url, secret: SECRET, timeout_ms: 300 });
    receiver.failNext('reset_after');
    await sink.send(buildRequest());
    const remoteId = deliveredId(await sink.send(buildRequest({}, { seq: 2 })));
    expect([...receiver.received.keys()]).toEqual([remoteId]);
    await sink.send(buildRequest({ owner: 'csm' }, { action: 'update', remoteId, seq: 3 }));
    await sink.send(buildRequest({ state: 'resolved' }, { action: 'resolve', remoteId, seq: 4 }));
    expect([...receiver.received.values()]).toMatchObject([
      {
        type: 'signal.opened',
        timestamp: '2026-03-02T00:00:00.000Z',
        data: { episode: EPISODE, account: { id: 'acme' } },
      },
      { type: 'signal.updated', data: { owner: 'csm' } },
      { type: 'signal.resolved', data: { state: 'resolved' } },
    ]);
    await receiver.close();
  });
});

describe('the sink hubspot', () => {
  const started: HubSpotStandIn[] = [];
  const start = async (config: object = {}, options: Partial<StandInOptions> = {}) => {
    const standIn = await startHubSpotStandIn({ token: TOKEN, ...options });
    started.push(standIn);
    const clock = new MovableClock();
    const sink = open(
      { type: 'hubspot', token: TOKEN, base_url: standIn.url, timeout_ms: 300, ...config },
      clock,
    );
    return { standIn, sink, clock };
  };
  afterEach(async () => {
    for (const standIn of started.splice(0)) await standIn.close();
  });

  it('writes a company, a task and their association', async () => {
    const { standIn, sink } = await start({ fields: { pql_score: 'score.adoption' }, owners: { sdr: '77' } });
    await sink.send(buildRequest({ severity: 'high', owner: 'sdr' }));
    const [company] = standIn.companies();
    expect(company?.properties).toEqual({
      tidemark_account_id: 'acme',
      name: 'Acme Inc.',
      pql_score: '71.5',
      tidemark_signal_episode: EPISODE,
      tidemark_signal_rule: 'team_hits_2000_messages',
      tidemark_signal_state: 'open',
      tidemark_signal_severity: 'high',
      tidemark_signal_sentence: 'Acme Inc. has sent 2140 messages on the free plan',
      tidemark_signal_since: '2026-03-01',
    });
    expect(standIn.tasks()).toMatchObject([
      {
        properties: {
          tidemark_episode: EPISODE,
          hs_task_subject: 'Acme Inc. has sent 2140 messages on the free plan',
          hs_task_status: 'NOT_STARTED',
          hs_task_priority: 'HIGH',
          hubspot_owner_id: '77',
        },
        companyIds: [company?.id],
      },
    ]);
  });

  it('writes a churn alert as a task, and leaves the properties of leads alone', async () => {
    const { standIn, sink } = await start({ company_name: false });
    await sink.send(buildRequest({ kind: 'churn_risk' }));
    expect(standIn.companies()[0]?.properties).toEqual({ tidemark_account_id: 'acme' });
    expect(standIn.tasks()).toHaveLength(1);
  });

  it('completes the task when the signal resolves, and changes nothing else of it', async () => {
    const { standIn, sink } = await start();
    const remoteId = deliveredId(await sink.send(buildRequest()));
    const before = standIn.tasks()[0]?.properties;
    await sink.send(buildRequest({ state: 'resolved', sentence: 'other' }, { action: 'resolve', remoteId }));
    expect(standIn.tasks()[0]?.properties).toEqual({ ...before, hs_task_status: 'COMPLETED' });
    expect(standIn.companies()[0]?.properties.tidemark_signal_state).toBe('resolved');
  });

  it('leaves status and due date to people until then', async () => {
    const { sink, standIn } = await start();
    const remoteId = deliveredId(await sink.send(buildRequest()));
    await sink.send(buildRequest({ severity: 'critical', step: 2 }, { action: 'update', remoteId }));
    const sent = standIn.requests().findLast(({ path }) => path.includes('tasks/batch/upsert'))?.body;
    expect(JSON.stringify(sent)).toContain('HIGH');
    expect(JSON.stringify(sent)).not.toMatch(/hs_task_status|hs_timestamp/);
  });

  it('does not let the end of an old lead cover a newer one', async () => {
    const { standIn, sink } = await start();
    const remoteId = deliveredId(await sink.send(buildRequest()));
    await sink.send(buildRequest({ episode: 'ep_acme_2' as EpisodeId, sentence: 'newer' }));
    await sink.send(buildRequest({ state: 'resolved' }, { action: 'resolve', remoteId }));
    expect(standIn.companies()[0]?.properties).toMatchObject({
      tidemark_signal_state: 'open',
      tidemark_signal_sentence: 'newer',
    });
  });

  it('stops for the day at the daily limit, without asking for every signal', async () => {
    const { standIn, sink, clock } = await start();
    standIn.failNext('daily_limit');
    const hour = { outcome: 'rate_limited', retryAfterMs: 3_600_000 };
    expect(await sink.send(buildRequest())).toMatchObject({ ...hour, remoteText: /DAILY/ });
    expect(await sink.send(buildRequest())).toMatchObject({
      outcome: 'rate_limited',
      remoteText: /not sent/,
    });
    expect(standIn.requests()).toHaveLength(1);
    clock.advance(3_600_001);
    deliveredId(await sink.send(buildRequest()));
  });

  it('waits ten seconds at the ten-secondly limit when HubSpot names no time', async () => {
    const { standIn, sink } = await start({}, { retryAfterSeconds: Number.NaN });
    standIn.failNext('rate_limited');
    expect(await sink.send(buildRequest())).toMatchObject({ outcome: 'rate_limited', retryAfterMs: 10_000 });
  });

  it('reads a refusal inside a 207 as a refusal', async () => {
    const { standIn, sink } = await start();
    standIn.failNext('partial');
    expect(await sink.send(buildRequest())).toMatchObject({ outcome: 'transient', status: 409 });
    expect(standIn.companies()).toHaveLength(0);
  });

  it('takes an answer that is not HubSpot’s as lost', async () => {
    const { standIn, sink } = await start();
    standIn.failNext('garbage');
    expect(await sink.send(buildRequest())).toMatchObject({ outcome: 'ambiguous', status: 200 });
  });

  it('says which property is missing in HubSpot', async () => {
    const { sink } = await start({ fields: { no_such_field: 'account.plan' } });
    const refused = {
      outcome: 'rejected',
      status: 400,
      remoteText: /Property \\?"no_such_field\\?" does not exist/,
    };
    expect(await sink.send(buildRequest())).toMatchObject(refused);
  });

  it('counts as possibly done what broke after the company was written', async () => {
    const { standIn, sink } = await start();
    standIn.failNext('none', 'unavailable');
    expect(await sink.send(buildRequest())).toMatchObject({
      outcome: 'transient',
      status: 503,
      remoteId: expect.stringMatching(/^company \d+$/),
    });
    expect([standIn.companies().length, standIn.tasks().length]).toEqual([1, 0]);
  });

  it('refuses what HubSpot would: batches over a hundred, properties that are not unique, wrong tokens', async () => {
    const { standIn, sink } = await start({ token: 'wrong' });
    expect(await sink.send(buildRequest())).toMatchObject({ outcome: 'unauthorised', status: 401 });
    const upsert = async (inputs: readonly object[]) => {
      const url = `${standIn.url}/crm/objects/2026-03/companies/batch/upsert`;
      const headers = { authorization: `Bearer ${TOKEN}` };
      const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ inputs }) });
      return { status: response.status, text: await response.text() };
    };
    const build = (id: number, idProperty = 'tidemark_account_id') => ({
      id: `a${id}`,
      idProperty,
      properties: {},
    });
    const many = Array.from({ length: 101 }, (_, i) => build(i));
    expect(await upsert(many)).toMatchObject({ status: 400, text: /maximum number of inputs/ });
    expect(await upsert([build(1), build(1)])).toMatchObject({ status: 400, text: /Duplicate/ });
    expect(await upsert([build(1, 'name')])).toMatchObject({ status: 400, text: /non-unique/ });
    expect(await upsert(many.slice(1))).toMatchObject({ status: 200 });
    expect(standIn.companies()).toHaveLength(100);
  });

  it('keeps its records in a file, and shows them on a page without executing them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stand-in-'));
    const file = join(folder, 'hubspot.json');
    const { standIn, sink } = await start({}, { file });
    await sink.send(buildRequest({ sentence: '<script>alert(1)</script>' }));
    await standIn.close();
    const { standIn: again } = await start({}, { file });
    expect(again.tasks()).toEqual(standIn.tasks());
    const page = await (await fetch(again.url)).text();
    expect(page).toContain('&lt;script&gt;alert(1)');
    expect(page).not.toContain('<script');
    await again.close();
    rmSync(folder, { recursive: true });
  });
});
