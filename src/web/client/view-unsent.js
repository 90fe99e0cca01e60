// Why a signal was not sent, and what would send it, in words.
import { createElement } from './create-element.js';

/** Made anew each time: a node stands in one place only. */
const deliverAll = () => ['; ', code('tidemark up --deliver-open'), ' sends it.'];

/** By the reason of the decision; docs/sinks.md lists them. */
const REASONS = {
  silent: () => ['opened silently, while muted or with its rule in shadow.'],
  baseline: () => ['it was already so when the rule was applied', ...deliverAll()],
  past_close: () => ['opened by ', code('tidemark evaluate'), ', which never delivers', ...deliverAll()],
  before_sink: () => ['opened before this sink was set up', ...deliverAll()],
  held: ({ rule }) => [
    'held back, too many opened in one day. Release them with ',
    code(`tidemark signals release ${rule}`),
  ],
  state_not_wanted: ({ state }) => [`its rule’s notify does not name the state ${state}.`],
  no_such_sink: () => ['tidemark.yaml configures no sink of this name.'],
};

const UNROUTED = {
  no_route: ({ kind }) => [
    `Not sent: no route for the kind ${kind}. Add one under `,
    code('routes'),
    ' in tidemark.yaml, or ',
    code('notify'),
    ' to the rule.',
  ],
  notify_none: () => ['Not sent: the rule’s notify names no sink.'],
  not_live: () => ['Not sent: the rule is in shadow.'],
  rule_gone: () => ['Not sent: its rule is gone, and the next close resolves it.'],
};

/** @returns list items, one a reason, with the sinks that it holds for */
export function viewUnsent(signal) {
  const sinks = new Map();
  for (const { sink, outcome, reason } of signal.deliveries) {
    if (outcome === 'not_sent') sinks.set(reason, [...(sinks.get(reason) ?? []), sink]);
  }
  const rows = [...sinks].map(([reason, names]) => [
    `Not sent to ${names.join(', ')}: `,
    ...(REASONS[reason]?.(signal) ?? [`${reason.replaceAll('_', ' ')}.`]),
  ]);
  const unrouted = UNROUTED[signal.unrouted]?.(signal);
  return [...rows, ...(unrouted === undefined ? [] : [unrouted])].map((words) =>
    createElement('li', { class: 'unsent' }, ...words),
  );
}

function code(text) {
  return createElement('code', {}, text);
}
