// The sink `file`: one JSON line a notice, appended whole or not at all, and never twice.
import type { SinkRequest, SinkResult } from '../../model/delivery.ts';
import { describeSignal } from '../describe-signal.ts';
import { identifyMessage } from '../identify-message.ts';
import type { NoticeFile } from './notice-file.ts';

/** Never rejects: a full disk or a missing right is a transient failure. The remote id is the line's `id`. */
export async function sendToFile(request: SinkRequest, file: NoticeFile): Promise<SinkResult> {
  const id = identifyMessage(request);
  try {
    const written = await file.appendOnce(id, JSON.stringify({ id, ...describeSignal(request) }));
    return { outcome: 'delivered', remoteId: id, remoteText: written ? 'appended' : 'was there already' };
  } catch (error) {
    const remoteText = error instanceof Error ? error.message : String(error);
    return { outcome: 'transient', retryAfterMs: undefined, status: undefined, remoteText };
  }
}
