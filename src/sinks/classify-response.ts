// The one list of what an HTTP answer, or none, means for a delivery: retry or not, and may it have been done.
// Every HTTP sink asks here; docs/sinks.md shows the same table.
import type { SinkFailureClass } from '../model/delivery.ts';

/** What came of a request. `sent: false` is certain: no byte of it reached the remote. */
export type HttpAnswer =
  | { readonly kind: 'answer'; readonly status: number; readonly headers: Headers; readonly text: string }
  | { readonly kind: 'none'; readonly sent: boolean; readonly detail: string };

const BY_STATUS: Readonly<Record<number, SinkFailureClass>> = {
  401: 'unauthorised',
  403: 'unauthorised',
  407: 'unauthorised',
  408: 'ambiguous',
  409: 'transient',
  421: 'transient',
  423: 'transient',
  425: 'transient',
  429: 'rate_limited',
  500: 'ambiguous',
  501: 'rejected',
  502: 'ambiguous',
  503: 'transient',
  504: 'ambiguous',
  505: 'rejected',
};

/** A redirect is rejected, never followed: it would carry signature, token and content to somebody else. */
export function classifyResponse(answer: HttpAnswer): SinkFailureClass | 'delivered' {
  if (answer.kind === 'none') return answer.sent ? 'ambiguous' : 'transient';
  const { status } = answer;
  if (status >= 200 && status < 300) return 'delivered';
  const known = BY_STATUS[status];
  if (known !== undefined) return known;
  return status >= 500 ? 'ambiguous' : 'rejected';
}
