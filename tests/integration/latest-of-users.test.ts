// `last` over what some users did: of two events in one millisecond the one with the greater id is the latest.
import { describe, expect, it } from 'vitest';
import { explainAccount } from '../../src/app/explain/explain-account.ts';
import type { AccountId } from '../../src/model/ids.ts';
import { track } from './support/project.ts';
import { shareEngine } from './support/share-engine.ts';

const engine = shareEngine();

const RULES = `
metrics:
  paid: {last: amount, of: invoice_paid, where: {user.role: owner}, window: 30d}
rules:
  pays: {kind: k, when: {paid: {gte: 0}}, say: "{paid}"}
`;

const ORDERS = [
  [1, 2, 3],
  [1, 3, 2],
  [2, 1, 3],
  [2, 3, 1],
  [3, 1, 2],
  [3, 2, 1],
] as const;

describe('the latest value of users who act in the same millisecond', () => {
  it('is that of the greatest id, whoever it is of, stored and from raw events alike', async () => {
    const project = await engine.openProject();
    const users = ['ann', 'bob', 'cat'];
    await project.ingest([
      ...users.map((user) => ({
        type: 'identify',
        id: `i-${user}`,
        user_id: user,
        timestamp: '2026-05-01T00:00:00Z',
        traits: { role: 'owner' },
      })),
      // The amount is the rank of the id, but for the day before, which is late by no id.
      ...ORDERS.flatMap((amounts, account) =>
        amounts.flatMap((amount, index) => [
          track(`account-${account}`, users[index], 'invoice_paid', '2026-05-02T10:00:00.500Z', {
            id: `id-${account}-${amount}`,
            properties: { amount },
          }),
          track(`account-${account}`, users[index], 'invoice_paid', '2026-05-01T10:00:00Z', {
            id: `later-${account}-${amount}`,
            properties: { amount: 100 },
          }),
        ]),
      ),
    ]);
    await project.apply(RULES);
    await project.close('2026-05-02');
    const accounts = ORDERS.map((_, account) => `account-${account}`);
    expect(await project.rows('SELECT account_id, sentence FROM transitions ORDER BY account_id')).toEqual(
      accounts.map((account_id) => ({ account_id, sentence: '3' })),
    );
    for (const account of accounts) {
      const { rules } = await explainAccount({
        ...project.evaluator(),
        account: account as AccountId,
        rule: 'pays',
        at: undefined,
        verify: true,
      });
      expect(rules).toMatchObject([{ when: { value: 3 }, verified: [{ outcome: 'reproduced' }] }]);
    }
  });
});
