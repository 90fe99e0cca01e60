// What HubSpot is told about a signal: the properties of the company and of the task. Pure. No other property of
// either is ever written.
import type { SignalSnapshot, SinkRequest } from '../../model/delivery.ts';
import type { Champion, Severity } from '../../model/signal.ts';
import { tellPerson } from '../../model/tell-person.ts';
import type { HubspotConfig } from './hubspot-config.ts';

/** The unique task property that makes one task of one episode. */
export const EPISODE_PROPERTY = 'tidemark_episode';
/** The company property that says whose signal the other `tidemark_signal_*` properties describe. */
export const SIGNAL_EPISODE_PROPERTY = 'tidemark_signal_episode';

/** A churn alert is a task for a CSM; leads are also lists of companies, which need properties to filter by. */
export const isShownOnCompany = (signal: SignalSnapshot): boolean => signal.kind !== 'churn_risk';

const LONGEST_SUBJECT = 250;
const PRIORITY: Readonly<Record<Severity, string>> = {
  critical: 'HIGH',
  high: 'HIGH',
  medium: 'MEDIUM',
  low: 'LOW',
};

/** `withSignal` adds the `tidemark_signal_*` properties. A field without a value is left as it is. */
export function companyProperties(
  signal: SignalSnapshot,
  config: HubspotConfig,
  { withSignal }: { readonly withSignal: boolean },
): Record<string, string> {
  const properties: Record<string, string> = { [config.key_property]: signal.accountId };
  if (config.company_name) properties.name = signal.accountName;
  for (const [property, subject] of Object.entries(config.fields)) {
    const value = fieldValue(signal, subject);
    if (value !== undefined) properties[property] = value;
  }
  return withSignal ? { ...properties, ...signalProperties(signal) } : properties;
}

const signalProperties = (signal: SignalSnapshot): Record<string, string> => ({
  [SIGNAL_EPISODE_PROPERTY]: signal.episode,
  tidemark_signal_rule: signal.rule,
  tidemark_signal_state: isOpen(signal) ? 'open' : 'resolved',
  tidemark_signal_severity: signal.severity,
  tidemark_signal_sentence: signal.sentence,
  tidemark_signal_since: signal.openedOn,
});

const isOpen = (signal: SignalSnapshot): boolean => signal.state === 'open' || signal.state === 'recovering';

function fieldValue(signal: SignalSnapshot, subject: string): string | undefined {
  const value = lookUp(signal, subject);
  if (value === undefined || value === null) return undefined;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function lookUp({ evidence, accountTraits }: SignalSnapshot, subject: string): unknown {
  const [scope, ...rest] = subject.split('.');
  const name = rest.join('.');
  if (scope === 'score') return evidence.scores[name]?.value;
  if (scope === 'band') return evidence.scores[name]?.band;
  if (scope === 'grade') return evidence.grades?.[name];
  if (scope === 'champion') return championField(evidence.champion, name);
  if (scope === 'account' && Object.hasOwn(accountTraits, name)) return accountTraits[name];
  return evidence.leaves.find((leaf) => leaf.subject === subject)?.value;
}

function championField(champion: Champion | undefined, field: string): unknown {
  if (champion === undefined) return undefined;
  const { userId, name, email, role, points, idleDays, since, reasons } = champion;
  const fields = { user_id: userId, name, email, role, points, idle_days: idleDays, since };
  if (field === 'reasons') return reasons.join(', ');
  return new Map(Object.entries(fields)).get(field);
}

/**
 * A first notice, and one after a lost answer, carries everything, since it may create the task. Later ones leave
 * status and due date to the person who works on it, until the signal resolves.
 */
export function taskProperties(request: SinkRequest, config: HubspotConfig): Record<string, string> {
  const { action, signal, remoteId } = request;
  const status = action === 'resolve' ? 'COMPLETED' : 'NOT_STARTED';
  const mayCreate = action === 'create' || remoteId === undefined;
  if (!mayCreate && action === 'resolve')
    return { [EPISODE_PROPERTY]: signal.episode, hs_task_status: status };
  return {
    [EPISODE_PROPERTY]: signal.episode,
    hs_task_subject: cut(signal.sentence, LONGEST_SUBJECT),
    hs_task_body: taskBody(signal),
    hs_task_priority: PRIORITY[signal.severity],
    ...(mayCreate
      ? { hs_task_status: status, hs_task_type: 'TODO', hs_timestamp: String(signal.openedAt) }
      : {}),
    ...ownerProperty(signal, config),
  };
}

function ownerProperty(signal: SignalSnapshot, config: HubspotConfig): Record<string, string> {
  const { owner } = signal;
  const id = owner !== undefined && Object.hasOwn(config.owners, owner) ? config.owners[owner] : undefined;
  return id === undefined ? {} : { hubspot_owner_id: id };
}

/** HubSpot shows a task's body as HTML. */
function taskBody({ sentence, rule, severity, openedOn, owner, playbook, evidence }: SignalSnapshot): string {
  const facts = evidence.leaves.map(({ subject, value, test }) => `${subject} is ${value ?? '–'} (${test})`);
  const parts = [
    `<p>${escapeHtml(sentence)}</p>`,
    facts.length === 0 ? '' : `<ul>${facts.map((fact) => `<li>${escapeHtml(fact)}</li>`).join('')}</ul>`,
    ...tellPeople(evidence.champion).map((line) => `<p>${escapeHtml(line)}</p>`),
    playbook === undefined ? '' : `<p>${escapeHtml(playbook)}</p>`,
    `<p>Tidemark rule ${escapeHtml(rule)}, ${severity}, since ${openedOn}${owner ? `, ${escapeHtml(owner)}` : ''}</p>`,
  ];
  return parts.join('');
}

function tellPeople(champion: Champion | undefined): readonly string[] {
  if (champion === undefined) return [];
  const next = champion.next.map(tellPerson).join('; ');
  return [`Champion: ${tellPerson(champion)}`, ...(next === '' ? [] : [`Next: ${next}`])];
}

const cut = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`;

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
