// One signal as a card: who, what, how severe, since when, and where it was sent.
import { createElement } from './create-element.js';
import { timeElement } from './format-time.js';
import { viewScore } from './view-score.js';
import { viewUnsent } from './view-unsent.js';

export function viewSignal(signal) {
  return createElement(
    'article',
    { class: 'card', tabindex: '-1', 'data-severity': signal.severity, 'data-state': signal.state },
    createElement(
      'header',
      { class: 'card-top' },
      createElement('h3', { class: 'account', title: signal.accountId }, signal.accountName),
      severity(signal.severity),
    ),
    createElement('p', { class: 'sentence' }, signal.sentence),
    ...(signal.playbook === null ? [] : [createElement('p', { class: 'playbook' }, signal.playbook)]),
    ...(signal.champion === null ? [] : [champion(signal.champion)]),
    ...signal.scores.map(viewScore),
    meta(signal),
    deliveries(signal),
  );
}

const severity = (name) =>
  createElement(
    'span',
    { class: 'severity', 'data-severity': name },
    createElement(
      'span',
      { class: 'level', 'aria-hidden': 'true' },
      ...Array.from({ length: 4 }, () => createElement('i')),
    ),
    name,
  );

const champion = ({ name, email, reasons }) =>
  createElement(
    'p',
    { class: 'champion' },
    createElement('span', { class: 'champion-name', title: email ?? name }, name),
    createElement('span', {}, reasons.join(', ')),
  );

const meta = (signal) =>
  createElement(
    'p',
    { class: 'meta' },
    createElement('span', { class: 'rule', title: `kind: ${signal.kind}` }, signal.rule.replaceAll('_', ' ')),
    createElement('span', {}, 'since ', timeElement(signal.openedAt)),
    ...(signal.state === 'recovering' ? [createElement('span', { class: 'recovering' }, 'recovering')] : []),
    ...(signal.owner === null ? [] : [createElement('span', {}, signal.owner)]),
  );

function deliveries(signal) {
  const sent = signal.deliveries.filter(({ outcome }) => outcome !== 'not_sent').map(delivery);
  return createElement(
    'ul',
    { class: 'deliveries', 'aria-label': 'Deliveries' },
    ...sent,
    ...viewUnsent(signal),
  );
}

const OUTCOMES = {
  delivered: ['ok', '✓', 'delivered'],
  waiting: ['wait', '…', 'waiting'],
  transient: ['wait', '↻', 'will be tried again'],
  rate_limited: ['wait', '↻', 'waiting for the rate limit'],
  ambiguous: ['wait', '?', 'answer lost, will be checked'],
  rejected: ['bad', '✕', 'rejected'],
  unauthorised: ['bad', '✕', 'not authorised'],
};

function delivery({ sink, outcome, remoteId, at, reason }) {
  const [tone, sign, words] = OUTCOMES[outcome] ?? ['wait', '…', outcome];
  return createElement(
    'li',
    { class: 'delivery', 'data-tone': tone, title: reason },
    createElement('span', { class: 'sign', 'aria-hidden': 'true' }, sign),
    createElement('span', { class: 'sink' }, sink),
    createElement('span', {}, words),
    ...(at === null ? [] : [timeElement(at)]),
    ...(remoteId === null || remoteId === '' ? [] : [createElement('code', { class: 'remote' }, remoteId)]),
    ...(tone === 'bad' && reason !== '' ? [createElement('span', { class: 'reason' }, reason)] : []),
  );
}
