// A real Segment client, as a product already has it, pointed at the collector: its messages end in a lead.
import { Analytics } from '@segment/analytics-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundle } from '../support/run-tidemark.ts';
import { createProject, type RunningProcess, type TestProject, WRITE_KEY, waitFor } from './up-project.ts';

let project: TestProject;
let up: RunningProcess;

beforeAll(async () => {
  bundle();
  project = await createProject();
  up = await project.up();
});
afterAll(() => project.remove());

test('three tracked messages of a group become its lead, by its name', async () => {
  const analytics = new Analytics({ writeKey: WRITE_KEY, host: up.address, path: '/v1/batch' });
  const errors: unknown[] = [];
  analytics.on('error', (error) => errors.push(error));
  analytics.group({ userId: 'ann', groupId: 'acme', traits: { name: 'Acme Inc.', plan: 'free' } });
  for (let index = 0; index < 3; index++) {
    // Without a group: the account is the one that Ann belongs to.
    analytics.track({ userId: 'ann', event: 'message_sent', properties: { channel: 'general' } });
  }
  await analytics.closeAndFlush();
  expect(errors).toEqual([]);

  await waitFor('the notice', async () => (await project.read('out.ndjson')) !== '');
  expect(JSON.parse(await project.read('out.ndjson'))).toMatchObject({
    type: 'signal.opened',
    data: {
      sentence: 'Acme Inc. has sent 3 messages',
      account: { id: 'acme', name: 'Acme Inc.', traits: { plan: 'free' } },
    },
  });
  const { stdout } = await project.run('signals', '--format', 'json');
  expect(JSON.parse(stdout)).toMatchObject([{ account_name: 'Acme Inc.', state: 'open' }]);
});
