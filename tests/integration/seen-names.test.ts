// What a project has seen, for the check of its rules: what cannot be told of events is told of traits, and back.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readSeenNames } from '../../src/app/read-seen-names.ts';
import type { Store } from '../../src/model/store.ts';
import { startTestEngine, type TestEngine } from './support/engine.ts';
import { group, openProject, track } from './support/project.ts';

describe('the names that a project has seen', () => {
  let engine: TestEngine;
  let store: Store;
  let database: string;
  let databases = 0;
  beforeAll(async () => {
    engine = await startTestEngine();
  });
  afterAll(() => engine?.stop());
  beforeEach(async () => {
    database = `seen_${++databases}`;
    store = await engine.openDatabase(database);
  });

  const fill = () =>
    openProject(store).ingest([
      track('acme', 'ann', 'message_sent', '2026-05-01T08:00:00Z'),
      group('acme', { plan: 'free' }, '2026-05-01T08:00:00Z'),
    ]);
  const drop = (table: string) => store.execute({ sql: `DROP TABLE ${table}`, params: {}, columns: [] });
  const read = () => {
    const { url, username, password } = engine.engine;
    const clickhouseUrl = url.replace('://', `://${username}:${password}@`);
    return readSeenNames({
      settings: { dataDir: engine.dataDir, servers: { clickhouseUrl, prefix: database } as never },
      engineCommand: () => [],
    });
  };
  const EVENTS = new Map([['message_sent', 1]]);
  const TRAITS = { account: ['plan'], user: [] };

  it('are those of events and of traits', async () => {
    await fill();
    expect(await read()).toEqual({ seenEvents: EVENTS, seenTraits: TRAITS });
  });

  it('are no events before the first', async () => {
    expect(await read()).toEqual({ seenEvents: undefined, seenTraits: { account: [], user: [] } });
  });

  it('are told of events when traits cannot be read', async () => {
    await fill();
    await drop('user_traits');
    expect(await read()).toEqual({ seenEvents: EVENTS, seenTraits: undefined });
  });

  it('are told of traits when events cannot be read', async () => {
    await fill();
    await drop('unattributed_events');
    expect(await read()).toEqual({ seenEvents: undefined, seenTraits: TRAITS });
  });
});
