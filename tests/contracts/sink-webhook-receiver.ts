// A receiver of webhooks as a customer would write it: verifies with the standardwebhooks package, keeps each id once,
// and fails on demand. Its error answers repeat what they were sent, as careless servers do.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Webhook } from 'standardwebhooks';
import type { FaultKind } from '../../demo/hubspot/plan-faults.ts';

export interface WebhookReceiver {
  readonly url: string;
  /** The verified messages by their `webhook-id`. */
  readonly received: ReadonlyMap<string, unknown>;
  failNext(...kinds: readonly FaultKind[]): void;
  close(): Promise<void>;
}

const STATUS: Partial<Record<FaultKind, number>> = {
  rate_limited: 429,
  unavailable: 503,
  server_error_before: 500,
  server_error_after: 500,
  conflict: 409,
  invalid: 400,
  unauthorised: 401,
  redirect: 302,
};

export async function startWebhookReceiver(secret: string): Promise<WebhookReceiver> {
  const webhook = new Webhook(secret);
  const received = new Map<string, unknown>();
  const faults: FaultKind[] = [];
  const server = createServer(async (request, response) => {
    const body = await readText(request);
    const fault = faults.shift();
    if (fault === undefined || fault.endsWith('_after')) {
      received.set(String(request.headers['webhook-id']), webhook.verify(body, flatten(request)));
    }
    if (fault?.startsWith('reset')) request.socket.resetAndDestroy();
    else if (!fault?.startsWith('hang')) answer(response, fault, `${secret} ${secret.slice(6)} ${body}`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no address');
  return {
    url: `http://127.0.0.1:${address.port}/hook`,
    received,
    failNext: (...kinds) => faults.push(...kinds),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(response: ServerResponse, fault: FaultKind | undefined, echo: string): void {
  const status = fault === undefined ? 204 : (STATUS[fault] ?? 500);
  const retryAfter = fault === 'rate_limited' || fault === 'unavailable' ? { 'retry-after': '1' } : {};
  const location = fault === 'redirect' ? { location: 'http://127.0.0.1:9/' } : {};
  response.writeHead(status, { ...retryAfter, ...location });
  response.end(fault === undefined ? undefined : `refused: ${echo}`);
}

const flatten = (request: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
