// The whole line in one process, as people run it: events in by HTTP, a lead out, and a clean end.
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Overview } from '../../src/web/web-data.ts';
import { bundle } from '../support/run-tidemark.ts';
import {
  createProject,
  messageSent,
  RULES,
  type RunningProcess,
  type TestProject,
  track,
  waitFor,
} from './up-project.ts';

let project: TestProject;
let up: RunningProcess;

beforeAll(async () => {
  bundle();
  project = await createProject();
  up = await project.up();
});
afterAll(() => project.remove());

const sql = async (query: string) => (await project.run('sql', query, '--format', 'TSV')).stdout.trim();

const overviewOf = async ({ address }: RunningProcess): Promise<Overview> => {
  const body: unknown = await (await fetch(`${address}/api/overview`)).json();
  return body as Overview;
};

/** Quicker than an engine can be started. */
async function listenOnceFree(port: number): Promise<Server> {
  for (;;) {
    const server = createServer((socket) => socket.destroy()).listen(port, '127.0.0.1');
    const [error] = await Promise.race([once(server, 'listening'), once(server, 'error')]).catch((error) => [
      error,
    ]);
    if (error === undefined) return server;
  }
}

describe('tidemark up', () => {
  test('stores what is posted with a write key, to be counted beside it', async () => {
    const answer = await track(up.address, [
      messageSent('acme', 'm1'),
      messageSent('acme', 'm2'),
      { type: 'track' },
    ]);
    expect(answer.status).toBe(200);
    // What Segment's clients expect; the verdicts are for those who ask.
    expect(await answer.json()).toEqual({ success: true });
    expect(await sql("SELECT count() FROM events WHERE account_id = 'acme'")).toBe('2');
    expect(await sql('SELECT reason FROM dead_letters')).toBe('missing_event');
  });

  test('refuses a write key that is not known', async () => {
    expect((await track(up.address, [messageSent('acme', 'm3')], 'wrong-key')).status).toBe(401);
  });

  test('opens a lead within seconds and delivers it, and the page shows both', async () => {
    await track(up.address, [messageSent('acme', 'm2'), messageSent('acme', 'm3')]);
    await waitFor('a notice', async () => (await project.read('out.ndjson')) !== '');
    const notice = JSON.parse(await project.read('out.ndjson'));
    expect(notice).toMatchObject({
      type: 'signal.opened',
      data: { rule: 'team_hits_3_messages', owner: 'growth' },
    });
    expect(notice.data.sentence).toBe('– has sent 3 messages');

    const { stdout } = await project.run('signals', '--format', 'json');
    expect(JSON.parse(stdout)).toMatchObject([{ account_id: 'acme', state: 'open', kind: 'pql' }]);

    await waitFor('the receipt on the page', async () => {
      const { signals } = await overviewOf(up);
      return signals[0]?.deliveries[0]?.outcome === 'delivered';
    });
    const overview = await overviewOf(up);
    expect(overview.pipeline).toMatchObject({ openSignals: 1, deadLetters: 1, queueDepth: 0 });
    expect(overview.pipeline.lastTickAt).toBeGreaterThan(0);
    expect(await (await fetch(up.address)).text()).toContain('<title>Tidemark');
    expect((await fetch(`${up.address}/health/ready`)).status).toBe(200);
  });

  test('keeps the rules in force when the folder breaks, and says why; takes them when it is mended', async () => {
    await project.write('rules/pql.yaml', RULES.replace('window: ever', 'windw: ever'));
    await waitFor('the problems in the log', () => up.log().includes('the rules in force stay'));
    expect(up.log()).toContain('did you mean "window"?');
    expect((await project.run('signals', 'release', 'team_hits_3_messages')).code).toBe(0);
    await project.write('rules/pql.yaml', RULES.replace('gte: 3', 'gte: 4'));
    await waitFor(
      'the new rules',
      async () => (await sql('SELECT uniqExact(ruleset_hash) FROM rulesets')) === '2',
    );
  });

  test('says in one line that its port is taken', async () => {
    const port = new URL(up.address).port;
    await project.write('taken.yaml', `listen: 127.0.0.1:${port}\n`);
    const { code, stderr } = await project.run('up', '--config', 'taken.yaml');
    expect(code).toBe(1);
    expect(stderr).toContain(`tidemark: 127.0.0.1:${port} is in use; stop what listens there`);
  });

  test('refuses to start without the secrets that it needs', async () => {
    await project.write('unset.yaml', 'sinks: {crm: {type: hubspot, token: $' + '{NOT_SET_ANYWHERE}}}\n');
    const { code, stderr } = await project.run('up', '--config', 'unset.yaml');
    expect(code).toBe(1);
    expect(stderr).toContain('G004 the environment has no variable NOT_SET_ANYWHERE');
  });

  test('outlives its engine: what is answered after a crash of it is stored', async () => {
    const { pid }: { pid: number } = JSON.parse(await project.read('.tidemark/engine.json'));
    process.kill(pid, 'SIGKILL');
    const one = [messageSent('gamma', 'g1')];
    // Refused while nobody stores, as a client is that sends again.
    await waitFor('an answer', async () => (await track(up.address, one)).status === 200);
    expect(await sql("SELECT count() FROM events WHERE account_id = 'gamma'")).toBe('1');
  });

  test('writes no secret to its log', () => {
    expect(up.log()).not.toContain('wk-0123456789');
  });

  test('ends cleanly when told, with everything accepted stored, and goes on where it was', async () => {
    const sent = Array.from({ length: 200 }, (_, index) => messageSent('beta', `b${index}`));
    const answers = Promise.allSettled(
      Array.from({ length: 20 }, (_, index) => track(up.address, sent.slice(index * 10, index * 10 + 10))),
    );
    const exit = up.stop('SIGTERM');
    const accepted = (await answers).filter(
      (one) => one.status === 'fulfilled' && one.value.status === 200,
    ).length;
    expect(await exit).toBe(0);
    // What a tick had opened before may still be delivered; nothing may fail.
    expect(up.log()).toMatch(/SIGTERM: stopping\n(?:.* info {2}.*\n)*.*stopped\n$/);
    expect(Number(await sql("SELECT count() FROM events WHERE account_id = 'beta'"))).toBe(accepted * 10);

    up = await project.up();
    await waitFor(
      'the lead of beta',
      async () => (await project.read('out.ndjson')).includes('"beta"') || accepted === 0,
    );
    const acme = (await project.read('out.ndjson'))
      .split('\n')
      .filter((line) => line.includes('opened') && line.includes('"acme"'));
    expect(acme).toHaveLength(1);
  });

  test('ends with a clean exit on Ctrl-C too', async () => {
    expect(await up.stop('SIGINT')).toBe(0);
  });

  test('ends with 1, for its supervisor, when its engine comes back elsewhere', async () => {
    const held = await project.up();
    const { pid, port }: { pid: number; port: number } = JSON.parse(
      await project.read('.tidemark/engine.json'),
    );
    process.kill(pid, 'SIGKILL');
    const thief = await listenOnceFree(port);
    const [code] = await once(held.child, 'exit');
    thief.close();
    expect(code).toBe(1);
    expect(held.log()).toContain(`its port ${port} was taken before it came back`);
  });
});
