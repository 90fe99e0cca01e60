// What tidemark.yaml may say about sinks.
import { expect, it } from 'vitest';
import { sinkConfigSchema } from '../../../src/sinks/sink-config.ts';

const SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;

const problems = (config: object): readonly string[] => {
  const read = sinkConfigSchema.safeParse(config);
  return read.success ? [] : read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
};

it('takes each type with what it needs, and fills in the rest', () => {
  expect(sinkConfigSchema.parse({ type: 'console' })).toEqual({ type: 'console' });
  expect(sinkConfigSchema.parse({ type: 'file', path: 'out.ndjson' })).toEqual({
    type: 'file',
    path: 'out.ndjson',
  });
  expect(
    sinkConfigSchema.parse({ type: 'webhook', url: 'https://a.example/hook', secret: SECRET }),
  ).toMatchObject({
    timeout_ms: 15_000,
  });
  expect(sinkConfigSchema.parse({ type: 'hubspot', token: 't' })).toEqual({
    type: 'hubspot',
    token: 't',
    base_url: 'https://api.hubapi.com',
    key_property: 'tidemark_account_id',
    fields: {},
    company_name: true,
    signal_fields: true,
    owners: {},
    timeout_ms: 20_000,
  });
});

it('refuses unknown keys and types', () => {
  expect(problems({ type: 'console', colour: true })).toEqual([expect.stringContaining('colour')]);
  expect(problems({ type: 'hubspot', token: 't', feilds: {} })).toEqual([expect.stringContaining('feilds')]);
  expect(problems({ type: 'hubpot' })).toEqual([expect.stringMatching(/^type: /)]);
});

it('refuses values that cannot work, all at once, and never repeats a secret', () => {
  const told = problems({ type: 'webhook', url: 'ftp://x', secret: 'whsec_canary' });
  expect(told).toEqual([expect.stringMatching(/^url: /), expect.stringMatching(/^secret: must be "whsec_"/)]);
  expect(told.join()).not.toContain('canary');
  expect(problems({ type: 'hubspot', token: '' })).toHaveLength(1);
  expect(problems({ type: 'hubspot', token: 't', fields: { 'Lead Score': 'score.x' } })).toHaveLength(1);
  expect(problems({ type: 'hubspot', token: 't', owners: { csm: 'jane' } })).toHaveLength(1);
  expect(problems({ type: 'file' })).toHaveLength(1);
});

it('refuses an address with a user name or password, without repeating them', () => {
  for (const url of ['https://user:pa55word@host/x', 'https://user@host/x', 'http://:pa55word@host']) {
    const told = [
      ...problems({ type: 'webhook', url, secret: SECRET }),
      ...problems({ type: 'hubspot', token: 't', base_url: url }),
    ];
    expect(told).toEqual([
      expect.stringMatching(/^url: must not have a user name or password/),
      expect.stringMatching(/^base_url: must not have a user name or password/),
    ]);
    expect(told.join()).not.toContain('pa55word');
  }
});
