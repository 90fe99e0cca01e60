// The HubSpot stand-in as a server: authenticates, lets planned faults happen, answers, keeps what it was sent, and
// shows it at `/`. For tests and the demo only.

import { once } from 'node:events';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { answerRequest, type CrmAnswer, refuse } from './answer-request.ts';
import { buildSchemas, type CrmRecord, CrmRecords, type CrmSnapshot, type CrmTask } from './crm-records.ts';
import { type FaultKind, type FaultPlan, FaultPlanner } from './plan-faults.ts';
import { renderPage } from './render-page.ts';

export interface StandInOptions {
  /** What `Authorization: Bearer` must carry. */
  readonly token: string;
  /** On loopback; 0 or undefined takes a free one. */
  readonly port?: number;
  readonly faults?: FaultPlan;
  /** Seconds in the Retry-After of a 429 and 503; default 1. */
  readonly retryAfterSeconds?: number;
  /** Company properties that exist beside those of docs/sinks.md, for `fields` of the sink. */
  readonly companyProperties?: readonly string[];
  /** A JSON file that is read at the start and written soon after every change. */
  readonly file?: string;
}

interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly fault: FaultKind | undefined;
  /** Undefined when no answer was given. */
  readonly status: number | undefined;
}

export interface HubSpotStandIn {
  /** Without a slash at the end: the sink's `base_url`, and the page. */
  readonly url: string;
  /** Oldest first. */
  companies(): readonly CrmRecord[];
  /** Oldest first. */
  tasks(): readonly CrmTask[];
  /** The API's requests, oldest first. */
  requests(): readonly ReceivedRequest[];
  /** The next requests fail so, one after the other; `none` lets one pass. */
  failNext(...kinds: readonly (FaultKind | 'none')[]): void;
  close(): Promise<void>;
}

const LARGEST_BODY = 10_000_000;
const SAVE_DELAY_MS = 200;

/** Rejects when the port is taken or the file is not a stand-in's. */
export async function startHubSpotStandIn(options: StandInOptions): Promise<HubSpotStandIn> {
  const records = new CrmRecords(options.file === undefined ? undefined : readSnapshot(options.file));
  const state: StandInState = {
    options,
    records,
    schemas: buildSchemas(options.companyProperties ?? []),
    faults: new FaultPlanner(options.faults),
    requests: [],
    saver: new Saver(options.file, records),
  };
  const server = createServer((request, response) => {
    respond(request, response, state).catch((error: unknown) => response.destroy(error as Error));
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the stand-in has no TCP address');
  return {
    url: `http://127.0.0.1:${address.port}`,
    companies: () => records.snapshot().companies,
    tasks: () => records.snapshot().tasks,
    requests: () => state.requests,
    failNext: (...kinds) => state.faults.script(kinds),
    close: async () => {
      if (!server.listening) return;
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      state.saver.saveNow();
    },
  };
}

interface StandInState {
  readonly options: StandInOptions;
  readonly records: CrmRecords;
  readonly schemas: ReturnType<typeof buildSchemas>;
  readonly faults: FaultPlanner;
  readonly requests: ReceivedRequest[];
  readonly saver: Saver;
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  state: StandInState,
): Promise<void> {
  const { method = 'GET', url: path = '/' } = request;
  if (method === 'GET' && path === '/')
    return sendText(response, 'text/html', renderPage(state.records.snapshot()));
  if (method === 'GET' && path === '/api/state') {
    return sendText(response, 'application/json', JSON.stringify(state.records.snapshot()));
  }
  const body = await readBody(request);
  const fault = state.faults.next();
  const answer = answerUnderFault({ method, path, body }, request.headers.authorization, fault, state);
  state.requests.push({ method, path, body, fault, status: answer?.status });
  state.saver.saveSoon();
  if (answer !== undefined) return sendAnswer(response, answer, fault);
  // A hang keeps the connection open until the caller has had enough.
  if (fault === 'reset_before' || fault === 'reset_after') request.socket.resetAndDestroy();
}

interface FaultyAnswer extends CrmAnswer {
  readonly headers?: Readonly<Record<string, string>>;
}

/** Undefined: no answer at all. */
function answerUnderFault(
  call: { readonly method: string; readonly path: string; readonly body: unknown },
  authorization: string | undefined,
  fault: FaultKind | undefined,
  state: StandInState,
): FaultyAnswer | undefined {
  const instead = refusalOf(fault, state.options.retryAfterSeconds ?? 1);
  if (instead !== undefined) return instead;
  if (authorization !== `Bearer ${state.options.token}`) {
    return refuse(401, 'INVALID_AUTHENTICATION', 'Authentication credentials not found or not valid.');
  }
  if (fault === 'reset_before' || fault === 'hang_before') return undefined;
  const now = new Date().toISOString();
  const { records, schemas } = state;
  const answer = answerRequest(call, { records, schemas, now, refuseLast: fault === 'partial' });
  if (fault === 'reset_after' || fault === 'hang_after') return undefined;
  return fault === 'server_error_after' ? refuse(500, 'INTERNAL_ERROR', 'internal error') : answer;
}

/** Faults that answer without having done anything. */
function refusalOf(fault: FaultKind | undefined, retryAfter: number): FaultyAnswer | undefined {
  const headers = { 'retry-after': String(retryAfter) };
  const limit = (policyName: string, message: string): FaultyAnswer => ({
    ...refuse(429, 'RATE_LIMITS', message, { errorType: 'RATE_LIMIT', policyName }),
    headers,
  });
  switch (fault) {
    case 'rate_limited':
      return limit('TEN_SECONDLY_ROLLING', 'You have reached your ten_secondly_rolling limit.');
    case 'daily_limit':
      return { ...limit('DAILY', 'You have reached your daily limit.'), headers: {} };
    case 'unavailable':
      return { ...refuse(503, 'INTERNAL_ERROR', 'temporarily unavailable'), headers };
    case 'server_error_before':
      return refuse(500, 'INTERNAL_ERROR', 'internal error');
    case 'conflict':
      return refuse(409, 'CONFLICT', 'A record of the batch conflicts with another call');
    case 'invalid':
      return refuse(400, 'VALIDATION_ERROR', 'Property values were not valid');
    case 'unauthorised':
      return refuse(401, 'INVALID_AUTHENTICATION', 'Authentication credentials not found or not valid.');
    case 'redirect':
      return { status: 302, body: {}, headers: { location: 'http://127.0.0.1:9/elsewhere' } };
    default:
      return undefined;
  }
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > LARGEST_BODY) throw new Error('body too large');
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return undefined;
  }
}

function sendAnswer(response: ServerResponse, answer: FaultyAnswer, fault: FaultKind | undefined): void {
  response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
  response.end(fault === 'garbage' ? '<html>bad gateway</html>' : JSON.stringify(answer.body));
}

function sendText(response: ServerResponse, type: string, text: string): void {
  response.writeHead(200, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store' });
  response.end(text);
}

class Saver {
  readonly #file: string | undefined;
  readonly #records: CrmRecords;
  #timer: NodeJS.Timeout | undefined;

  constructor(file: string | undefined, records: CrmRecords) {
    this.#file = file;
    this.#records = records;
  }

  saveSoon(): void {
    if (this.#file !== undefined) this.#timer ??= setTimeout(() => this.saveNow(), SAVE_DELAY_MS);
  }

  /** The file is always a whole one: written beside it, then renamed. */
  saveNow(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#file === undefined) return;
    writeFileSync(`${this.#file}.new`, JSON.stringify(this.#records.snapshot()));
    renameSync(`${this.#file}.new`, this.#file);
  }
}

function readSnapshot(file: string): CrmSnapshot | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  return JSON.parse(text) as CrmSnapshot;
}
