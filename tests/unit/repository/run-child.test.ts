import { describe, expect, it } from 'vitest';
import { runChild } from '../../../scripts/test-run/run-child.ts';

const run = (script: string, over: { readonly limitSeconds?: number } = {}) =>
  runChild({ command: 'sh', args: ['-c', script], limitSeconds: 20, capture: true, ...over });

describe('a command of make test', () => {
  it('is told apart by how it ended, and what it printed is kept', async () => {
    expect(await run('echo out; echo err >&2')).toMatchObject({
      ok: true,
      output: expect.stringMatching(/out/),
    });
    expect(await run('echo why >&2; exit 3')).toEqual({
      ok: false,
      how: 'it ended with code 3',
      output: 'why\n',
    });
    expect(await run('kill -9 $$')).toMatchObject({ ok: false, how: 'it ended with SIGKILL' });
  });

  it('that does not exist is a failure, not a crash', async () => {
    const end = await runChild({ command: 'no-such-command', args: [], limitSeconds: 20, capture: true });
    expect(end).toMatchObject({ ok: false, how: expect.stringContaining('could not be started') });
  });

  it('has nothing to read, so that it cannot wait for somebody to type', async () => {
    expect(await run('read line || echo nothing')).toMatchObject({ ok: true, output: 'nothing\n' });
  });

  it('ends at its limit, and what it started with it, which holds its output open', async () => {
    const end = await run('sleep 60 & wait', { limitSeconds: 0.3 });
    expect(end).toMatchObject({ ok: false, how: 'it was ended at its limit of 0.3 s' });
  });
});
