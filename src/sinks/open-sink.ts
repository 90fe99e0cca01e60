// Makes a Sink of its configuration. Opening sends and reads nothing yet.
import type { Clock } from '../model/clock.ts';
import type { SinkName } from '../model/ids.ts';
import type { Sink } from '../model/sink.ts';
import { sendToConsole } from './console/send-to-console.ts';
import { NoticeFile } from './file/notice-file.ts';
import { sendToFile } from './file/send-to-file.ts';
import { HubspotClient } from './hubspot/hubspot-client.ts';
import type { HubspotConfig } from './hubspot/hubspot-config.ts';
import { sendToHubspot } from './hubspot/send-to-hubspot.ts';
import type { Fetch } from './send-http.ts';
import type { SinkConfig } from './sink-config.ts';
import { sendWebhook } from './webhook/send-webhook.ts';

export interface SinkDependencies {
  readonly clock: Clock;
  /** Default: Node's own. */
  readonly fetch?: Fetch;
  /** Takes the console sink's lines, without line end. */
  readonly write: (line: string) => void;
}

/** `config` as `sinkConfigSchema` gave it. */
export function openSink(name: SinkName, config: SinkConfig, dependencies: SinkDependencies): Sink {
  return { name, type: config.type, ...openSend(config, dependencies), close: async () => undefined };
}

function openSend(
  config: SinkConfig,
  { clock, fetch = globalThis.fetch, write }: SinkDependencies,
): Pick<Sink, 'send' | 'pausedForMs'> {
  switch (config.type) {
    case 'webhook':
      return { send: (request) => sendWebhook(request, { config, fetch, clock }) };
    case 'file': {
      const file = new NoticeFile(config.path);
      return { send: (request) => sendToFile(request, file) };
    }
    case 'console': {
      const said = new Set<string>();
      return { send: (request) => sendToConsole(request, { write, said }) };
    }
    case 'hubspot': {
      const client = openHubspotClient(config, fetch, clock);
      return {
        send: (request) => sendToHubspot(request, { config, client }),
        pausedForMs: () => client.pausedForMs(),
      };
    }
  }
}

const openHubspotClient = (config: HubspotConfig, fetch: Fetch, clock: Clock): HubspotClient =>
  new HubspotClient({
    baseUrl: config.base_url,
    token: config.token,
    timeoutMs: config.timeout_ms,
    fetch,
    clock,
  });
