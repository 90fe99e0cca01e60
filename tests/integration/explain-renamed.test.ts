// `tidemark explain` of a rule that has another name by now: what it opened is told and verified under every name.
import { beforeEach, describe, expect, it } from 'vitest';
import { type ExplainAccount, explainAccount } from '../../src/app/explain/explain-account.ts';
import { verifyOpen } from '../../src/app/explain/verify-open.ts';
import { group, type Project } from './support/project.ts';
import { shareEngine } from './support/share-engine.ts';

describe('explain of a renamed rule', () => {
  const engine = shareEngine();
  let project: Project;
  beforeEach(async () => {
    project = await engine.openProject();
    await project.ingest([group('acme', { hot: true }, '2026-05-01T08:00:00Z')]);
    await apply('first');
    await project.close('2026-05-01');
  });

  const apply = (name: string, was?: string, more = '') =>
    project.apply(`rules:
  ${name}: {kind: pql, on_create: notify, when: {account.hot: true}${was === undefined ? '' : `, was: ${was}`}}
${more}`);
  const explain = async (rule: string) => {
    const { store, clock, timezone } = project.evaluator();
    const account = 'acme' as ExplainAccount['account'];
    const { rules } = await explainAccount({
      store,
      clock,
      timezone,
      account,
      rule,
      at: undefined,
      verify: true,
    });
    return rules.map((one) => [one.rule, one.state, one.since, tell(one.verified ?? [])]);
  };
  const verify = async (rule: string | undefined) => {
    const { store, clock, timezone } = project.evaluator();
    const told: { readonly done: number; readonly total: number }[] = [];
    const signals = await verifyOpen({
      store,
      clock,
      timezone,
      rule,
      onProgress: (at) => told.push(at),
    });
    const verified = signals.map(({ account, rule: name, steps }) => [account, name, tell(steps)]);
    return { verified, end: told.at(-1) };
  };
  const tell = (
    steps: readonly { readonly step: number; readonly day: string; readonly outcome: string }[],
  ) => steps.map(({ step, day, outcome }) => `${step} of ${day} ${outcome}`).join(', ');

  const opened = '1 of 2026-05-01 reproduced';

  it.each(['second', 'first'])('finds what is open before the next close, asked for as %s', async (name) => {
    await apply('second', 'first');
    expect(await explain(name)).toEqual([['second', 'open', '2026-05-01', opened]]);
    expect(await verify(name)).toEqual({
      verified: [['acme', 'second', opened]],
      end: { done: 1, total: 1 },
    });
  });

  it.each(['third', 'second', 'first'])(
    'verifies the opening under its first name, asked for as %s',
    async (name) => {
      await apply('second', 'first');
      await project.close('2026-05-02');
      await apply('third', 'second');
      await project.close('2026-05-03');
      const steps = `${opened}, 2 of 2026-05-02 reproduced, 3 of 2026-05-03 reproduced`;
      expect(await explain(name)).toEqual([['third', 'open', '2026-05-01', steps]]);
      expect(await verify(name)).toEqual({
        verified: [['acme', 'third', steps]],
        end: { done: 1, total: 1 },
      });
      expect((await verify(undefined)).verified).toEqual([['acme', 'third', steps]]);
    },
  );

  it('verifies it also after the first name was given to another rule, and nothing of the other', async () => {
    await apply('second', 'first');
    await apply('third', 'second');
    await project.close('2026-05-02');
    await apply('third', 'second', '  first: {kind: pql, when: {account.hot: false}}\n');
    const steps = `${opened}, 2 of 2026-05-02 reproduced`;
    expect(await explain('third')).toEqual([['third', 'open', '2026-05-01', steps]]);
    expect(await explain('first')).toEqual([['first', 'none', '2026-05-01', '']]);
    expect((await verify('third')).verified).toEqual([['acme', 'third', steps]]);
    expect((await verify('first')).verified).toEqual([]);
  });

  it('says by which name a draft is called that was another rule', async () => {
    await project.apply('rules: {second: {kind: pql, when: {account.hot: true}, was: first, stage: draft}}');
    await expect(explain('first')).rejects.toThrow('the rule "second" is a draft');
    await expect(explain('fourth')).rejects.toThrow('no rule is called "fourth"');
  });
});
