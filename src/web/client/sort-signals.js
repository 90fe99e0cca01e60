// What stands where: leads and alerts, the most severe first, then the newest.

const LEAD_KINDS = new Set(['pql', 'mql', 'expansion', 'onboarding']);
const SEVERITIES = ['critical', 'high', 'medium', 'low'];

/** A signal's identity: its rule and account, never its values. */
export const signalKey = ({ rule, accountId }) => `${rule}\u0000${accountId}`;

/** @returns leads, alerts: those of a kind of the team's own are alerts */
export function sortSignals(signals) {
  const sorted = signals.toSorted(
    (a, b) =>
      SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
      b.openedAt - a.openedAt ||
      (a.accountName < b.accountName ? -1 : a.accountName > b.accountName ? 1 : 0),
  );
  return {
    leads: sorted.filter(({ kind }) => LEAD_KINDS.has(kind)),
    alerts: sorted.filter(({ kind }) => !LEAD_KINDS.has(kind)),
  };
}

/** Every word must occur somewhere in what the card says. */
export function matchesFilter(signal, filter) {
  const text = [
    signal.accountName,
    signal.accountId,
    signal.rule,
    signal.kind,
    signal.sentence,
    signal.severity,
    signal.owner ?? '',
    ...signal.deliveries.map(({ sink, outcome }) => `${sink} ${outcome}`),
  ]
    .join(' ')
    .toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
