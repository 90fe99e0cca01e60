// The sink `console`: one line a notice, for trying rules out. It forgets with the process what it has said.
import type { SinkRequest, SinkResult } from '../../model/delivery.ts';
import { tellPerson } from '../../model/tell-person.ts';
import { identifyMessage } from '../identify-message.ts';

export interface ConsoleOptions {
  readonly write: (line: string) => void;
  /** Ids of what was said; the sink adds to it. */
  readonly said: Set<string>;
}

const WORDS = { create: 'opened', update: 'changed', resolve: 'resolved' } as const;

/** Never rejects. The remote id is the notice's id. */
export async function sendToConsole(
  request: SinkRequest,
  { write, said }: ConsoleOptions,
): Promise<SinkResult> {
  const id = identifyMessage(request);
  if (said.has(id)) return { outcome: 'delivered', remoteId: id, remoteText: 'was said already' };
  said.add(id);
  const { signal } = request;
  const { champion } = signal.evidence;
  const who = champion === undefined ? '' : ` · champion ${tellPerson(champion)}`;
  write(
    `${signal.kind} ${WORDS[request.action]} [${signal.severity}] ${signal.rule}: ${signal.sentence}${who}`,
  );
  return { outcome: 'delivered', remoteId: id, remoteText: 'said' };
}
