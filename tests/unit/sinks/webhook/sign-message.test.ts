// The signature against the reference implementation of Standard Webhooks.
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { expect, it } from 'vitest';
import { signMessage } from '../../../../src/sinks/webhook/sign-message.ts';

it('is what the reference implementation computes', () => {
  const secrets = fc.uint8Array({ minLength: 24, maxLength: 64 });
  const seconds = fc.integer({ min: 0, max: 4_000_000_000 });
  fc.assert(
    fc.property(
      secrets,
      fc.string(),
      seconds,
      fc.string({ unit: 'grapheme' }),
      (key, id, timestamp, body) => {
        const secret = `whsec_${Buffer.from(key).toString('base64')}`;
        const expected = new Webhook(secret).sign(id, new Date(timestamp * 1000), body);
        expect(signMessage({ id, timestamp, body }, secret)).toBe(expected);
      },
    ),
  );
});
