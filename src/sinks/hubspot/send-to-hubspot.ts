// The sink `hubspot`: the company of the account, one task of the episode, and the association of the two. Every
// step may be repeated, so whatever breaks, the whole is done again.
import type { SinkRequest, SinkResult } from '../../model/delivery.ts';
import {
  companyProperties,
  EPISODE_PROPERTY,
  isShownOnCompany,
  SIGNAL_EPISODE_PROPERTY,
  taskProperties,
} from './describe-for-hubspot.ts';
import type { CallResult, Failure, FoundRecord, HubspotClient, RecordKey } from './hubspot-client.ts';
import type { HubspotConfig } from './hubspot-config.ts';

export interface HubspotOptions {
  readonly config: HubspotConfig;
  readonly client: HubspotClient;
}

/** Never rejects. The remote id is the task's. */
export async function sendToHubspot(request: SinkRequest, options: HubspotOptions): Promise<SinkResult> {
  const { client, config } = options;
  const company = await upsertCompany(request, options);
  if (!company.ok) return company.failure;

  const taskKey = { type: 'tasks', idProperty: EPISODE_PROPERTY, id: request.signal.episode } as const;
  const task = await client.upsert(taskKey, taskProperties(request, config));
  if (!task.ok) return partlyDone(task.failure, `company ${company.value.id}`);

  if (request.action === 'create' || request.remoteId === undefined) {
    const association = await client.associate(task.value.id, company.value.id);
    if (!association.ok) return partlyDone(association.failure, task.value.id);
  }
  const did = task.value.isNew === true ? 'created' : 'updated';
  const remoteText = `${did} task ${task.value.id} of company ${company.value.id}`;
  return { outcome: 'delivered', remoteId: task.value.id, remoteText };
}

async function upsertCompany(
  { action, signal }: SinkRequest,
  { client, config }: HubspotOptions,
): Promise<CallResult<FoundRecord>> {
  const key: RecordKey = { type: 'companies', idProperty: config.key_property, id: signal.accountId };
  const isShown = config.signal_fields && isShownOnCompany(signal);
  if (!isShown) return client.upsert(key, companyProperties(signal, config, { withSignal: false }));
  if (action !== 'resolve')
    return client.upsert(key, companyProperties(signal, config, { withSignal: true }));
  // The end of an old lead must not cover a newer one that the company shows.
  const shown = await client.read(key, [SIGNAL_EPISODE_PROPERTY]);
  if (!shown.ok) return shown;
  const withSignal = shown.value?.properties[SIGNAL_EPISODE_PROPERTY] === signal.episode;
  return client.upsert(key, companyProperties(signal, config, { withSignal }));
}

/** With the company written, "nothing was sent" would be untrue: the signal's end must reach it. */
const partlyDone = (failure: Failure, remoteId: string): Failure => ({ ...failure, remoteId });
