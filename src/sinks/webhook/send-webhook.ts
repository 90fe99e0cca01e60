// The sink `webhook`: one signed POST a notice, after Standard Webhooks. Receivers deduplicate by `webhook-id`.
import type { Clock } from '../../model/clock.ts';
import type { SinkRequest, SinkResult } from '../../model/delivery.ts';
import { classifyResponse } from '../classify-response.ts';
import { describeSignal } from '../describe-signal.ts';
import { identifyMessage } from '../identify-message.ts';
import { type Fetch, failureOf, sendHttp } from '../send-http.ts';
import { urlSecrets } from '../url-secrets.ts';
import { signMessage } from './sign-message.ts';
import type { WebhookConfig } from './webhook-config.ts';

export interface WebhookOptions {
  readonly config: WebhookConfig;
  readonly fetch: Fetch;
  readonly clock: Clock;
}

/** Never rejects. The remote id of a delivered message is its `webhook-id`. */
export async function sendWebhook(request: SinkRequest, options: WebhookOptions): Promise<SinkResult> {
  const { config, fetch, clock } = options;
  const id = identifyMessage(request);
  const body = JSON.stringify(describeSignal(request));
  const timestamp = Math.floor(clock.now() / 1_000_000);
  const answer = await sendHttp({
    fetch,
    method: 'POST',
    url: config.url,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'tidemark',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signMessage({ id, timestamp, body }, config.secret),
    },
    body,
    timeoutMs: config.timeout_ms,
  });
  if (answer.kind === 'answer' && classifyResponse(answer) === 'delivered') {
    return { outcome: 'delivered', remoteId: id, remoteText: `HTTP ${answer.status}` };
  }
  return failureOf(answer, {
    now: clock.now(),
    secrets: [config.secret, config.secret.slice('whsec_'.length), ...urlSecrets(config.url)],
  });
}
