// What HubSpot is told, and what it is not.
import { expect, it } from 'vitest';
import { companyProperties, taskProperties } from '../../../../src/sinks/hubspot/describe-for-hubspot.ts';
import { hubspotConfigSchema } from '../../../../src/sinks/hubspot/hubspot-config.ts';
import { buildChampion, buildRequest, buildSignal } from '../build-signal.ts';

const configure = (config: object = {}) =>
  hubspotConfigSchema.parse({ type: 'hubspot', token: 't', ...config });

it('fills fields from scores, bands, traits and metrics, and leaves alone what has no value', () => {
  const fields = {
    score: 'score.adoption',
    band: 'band.adoption',
    plan: 'account.plan',
    messages: 'messages_ever',
    nothing: 'score.other',
    neither: 'account.constructor',
  };
  const properties = companyProperties(buildSignal(), configure({ fields, company_name: false }), {
    withSignal: false,
  });
  expect(properties).toEqual({
    tidemark_account_id: 'acme',
    score: '71.5',
    band: 'good',
    plan: 'free',
    messages: '2140',
  });
});

it('fills a field from a grade, and leaves it alone while the grade is missing', () => {
  const { evidence } = buildSignal();
  const graded = buildSignal({ evidence: { ...evidence, grades: { lead: 'A1', heat: null } } });
  const fields = { grade: 'grade.lead', heat: 'grade.heat', none: 'grade.none' };
  const properties = companyProperties(graded, configure({ fields, company_name: false }), {
    withSignal: false,
  });
  expect(properties).toEqual({ tidemark_account_id: 'acme', grade: 'A1' });
});

it('tells whom to talk to, in fields and in the task', () => {
  const { evidence } = buildSignal();
  const signal = buildSignal({ evidence: { ...evidence, champion: buildChampion({ name: 'Ann <Lee>' }) } });
  const fields = {
    contact: 'champion.email',
    why: 'champion.reasons',
    idle: 'champion.idle_days',
    no: 'champion.next',
  };
  expect(
    companyProperties(signal, configure({ fields, company_name: false }), { withSignal: false }),
  ).toEqual({
    tidemark_account_id: 'acme',
    contact: 'ann@acme.com',
    why: 'active on 20 of 28 days, uses 5 of 6 features, owner',
    idle: '0',
  });
  const { hs_task_body: body } = taskProperties(buildRequest(signal), configure());
  expect(body).toContain(
    '<p>Champion: Ann &lt;Lee&gt; (ann@acme.com): active on 20 of 28 days, uses 5 of 6 features, owner</p>',
  );
  expect(body).toContain('<p>Next: bob@acme.com: sent 2 invitations, silent for 71 days</p>');
});

it('says nothing of a champion where there is none', () => {
  const properties = companyProperties(buildSignal(), configure({ fields: { contact: 'champion.email' } }), {
    withSignal: false,
  });
  expect(properties).not.toHaveProperty('contact');
  expect(taskProperties(buildRequest(), configure()).hs_task_body).not.toContain('Champion');
});

it('uses the key property that was configured', () => {
  const properties = companyProperties(buildSignal(), configure({ key_property: 'our_id' }), {
    withSignal: false,
  });
  expect(properties).toEqual({ our_id: 'acme', name: 'Acme Inc.' });
});

it('escapes what goes into the HTML of a task, and cuts its subject', () => {
  const sentence = `<img src=x> ${'long '.repeat(100)}`;
  const properties = taskProperties(buildRequest({ sentence, playbook: 'call & ask' }), configure());
  expect(properties.hs_task_body).toContain('&lt;img src=x&gt;');
  expect(properties.hs_task_body).toContain('call &amp; ask');
  expect(properties.hs_task_body).toContain('messages_ever is 2140 (gte 2000)');
  expect(properties.hs_task_subject).toHaveLength(250);
});

it('writes a whole task when it may have to create it, and a part when it has not', () => {
  const owned = (action: 'create' | 'update' | 'resolve', remoteId: string | undefined) =>
    Object.keys(taskProperties(buildRequest({}, { action, remoteId }), configure())).toSorted();
  const whole = [
    'hs_task_body',
    'hs_task_priority',
    'hs_task_status',
    'hs_task_subject',
    'hs_task_type',
    'hs_timestamp',
    'tidemark_episode',
  ];
  expect(owned('create', undefined)).toEqual(whole);
  expect(owned('create', '7')).toEqual(whole);
  expect(owned('resolve', undefined)).toEqual(whole);
  expect(owned('update', '7')).toEqual([
    'hs_task_body',
    'hs_task_priority',
    'hs_task_subject',
    'tidemark_episode',
  ]);
  expect(owned('resolve', '7')).toEqual(['hs_task_status', 'tidemark_episode']);
});

it('gives tasks only to owners that are configured', () => {
  const config = configure({ owners: { csm: '12' } });
  expect(taskProperties(buildRequest({ owner: 'csm' }), config).hubspot_owner_id).toBe('12');
  expect(taskProperties(buildRequest({ owner: 'toString' }), config).hubspot_owner_id).toBeUndefined();
});
