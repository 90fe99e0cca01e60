// Whether the stand-in CRM holds what the signals say: one open task for each open signal, on its account's company.
import type { HubSpotStandIn } from '../hubspot/start-stand-in.ts';

/** A signal as `tidemark signals --format json` and the page know it. */
export interface OpenSignal {
  readonly episode: string;
  readonly accountId: string;
  readonly rule: string;
}

export interface Comparison {
  readonly open: number;
  readonly inCrm: number;
  /** Episodes that are open and have no open task, and the other way round. */
  readonly differences: readonly string[];
}

export function compareCrm(signals: readonly OpenSignal[], crm: HubSpotStandIn): Comparison {
  const companies = new Map(
    crm.companies().map((company) => [company.id, company.properties.tidemark_account_id]),
  );
  const tasks = crm.tasks().filter((task) => task.properties.hs_task_status !== 'COMPLETED');
  const held = new Map(tasks.map((task) => [task.properties.tidemark_episode ?? '', task]));
  const missing = signals.flatMap(({ episode, accountId, rule }) => {
    const task = held.get(episode);
    if (task === undefined) return [`${accountId} ${rule}: open, and not in the CRM`];
    const accounts = task.companyIds.map((id) => companies.get(id));
    return accounts.includes(accountId) ? [] : [`${accountId} ${rule}: its task is not on its company`];
  });
  const open = new Set(signals.map(({ episode }) => episode));
  const extra = tasks
    .filter((task) => !open.has(task.properties.tidemark_episode ?? ''))
    .map((task) => `${task.properties.hs_task_subject}: in the CRM, and not open`);
  const doubled = tasks.length - held.size;
  return {
    open: signals.length,
    inCrm: tasks.length,
    differences: [...missing, ...extra, ...(doubled > 0 ? [`${doubled} tasks share an episode`] : [])],
  };
}
