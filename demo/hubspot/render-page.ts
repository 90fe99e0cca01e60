// The stand-in's page: what a CRM user would see, newest first, in one self-contained HTML document.
import type { CrmRecord, CrmSnapshot, CrmTask } from './crm-records.ts';

const MOST_ROWS = 200;

export function renderPage({ companies, tasks }: CrmSnapshot): string {
  const names = new Map(companies.map((company) => [company.id, company.properties.name ?? company.id]));
  const open = tasks.filter((task) => task.properties.hs_task_status !== 'COMPLETED');
  const counts = [
    ['companies', companies.length],
    ['open tasks', open.length],
    ['completed tasks', tasks.length - open.length],
  ] as const;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="5">
<title>HubSpot stand-in</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>HubSpot stand-in</h1>
<p>Keeps what Tidemark sends, as HubSpot would. Not HubSpot.</p>
<dl>${counts.map(([name, count]) => `<div><dt>${name}</dt><dd>${count}</dd></div>`).join('')}</dl>
</header>
<main>
${renderTable('Tasks', ['Task', 'Company', 'Priority', 'Status', 'Changed'], newestFirst(tasks), (task) => taskRow(task, names))}
${renderTable('Companies', ['Company', 'Account', 'Last lead', 'Says', 'Changed'], newestFirst(companies), companyRow)}
</main>
</body>
</html>
`;
}

const newestFirst = <T extends CrmRecord>(records: readonly T[]): readonly T[] =>
  [...records].sort((a, b) => b.updatedAt.localeCompare(a.updatedAt) || Number(b.id) - Number(a.id));

function renderTable<T>(
  title: string,
  columns: readonly string[],
  rows: readonly T[],
  cells: (row: T) => readonly string[],
): string {
  const head = columns.map((column) => `<th scope="col">${column}</th>`).join('');
  const body = rows.slice(0, MOST_ROWS).map(
    (row) =>
      `<tr>${cells(row)
        .map((cell) => `<td>${cell}</td>`)
        .join('')}</tr>`,
  );
  const empty = `<tr><td colspan="${columns.length}" class="quiet">Nothing yet.</td></tr>`;
  const more =
    rows.length > MOST_ROWS ? `<p class="quiet">The newest ${MOST_ROWS} of ${rows.length}.</p>` : '';
  return `<section><h2>${title}</h2><div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${
    body.join('\n') || empty
  }</tbody></table></div>${more}</section>`;
}

function taskRow(
  { properties, companyIds, updatedAt }: CrmTask,
  names: ReadonlyMap<string, string>,
): readonly string[] {
  const isDone = properties.hs_task_status === 'COMPLETED';
  const priority = properties.hs_task_priority ?? 'NONE';
  return [
    `<span class="${isDone ? 'done' : 'main'}">${escapeHtml(properties.hs_task_subject ?? '–')}</span>`,
    companyIds.map((id) => escapeHtml(names.get(id) ?? id)).join(', ') || '<span class="quiet">none</span>',
    `<span class="tag ${escapeHtml(priority.toLowerCase())}">${escapeHtml(say(priority))}</span>`,
    `<span class="${isDone ? 'quiet' : ''}">${escapeHtml(say(properties.hs_task_status ?? 'NONE'))}</span>`,
    renderTime(updatedAt),
  ];
}

function companyRow({ properties, updatedAt }: CrmRecord): readonly string[] {
  const { tidemark_signal_rule: rule, tidemark_signal_state: state } = properties;
  return [
    `<span class="main">${escapeHtml(properties.name ?? '–')}</span>`,
    `<code>${escapeHtml(properties.tidemark_account_id ?? '–')}</code>`,
    rule === undefined
      ? '<span class="quiet">–</span>'
      : `${escapeHtml(rule)} <span class="quiet">${escapeHtml(state ?? '')}</span>`,
    escapeHtml(properties.tidemark_signal_sentence ?? '–'),
    renderTime(updatedAt),
  ];
}

const say = (constant: string): string => constant.toLowerCase().replaceAll('_', ' ');

const renderTime = (iso: string): string =>
  `<time datetime="${escapeHtml(iso)}" class="quiet">${escapeHtml(iso.slice(0, 19).replace('T', ' '))}</time>`;

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const STYLE = `
:root { color-scheme: light dark; --ink: #1f2a33; --quiet: #6b7a86; --line: #e3e8ec; --paper: #fff; --ground: #f5f7f8;
  --high: #b3261e; --high-ground: #fdecea; --medium: #8a5a00; --medium-ground: #fff3dc; --low: #33658a; --low-ground: #e8f1f7; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e9ed; --quiet: #94a3ae; --line: #2b363e; --paper: #182026; --ground: #10161a;
  --high: #ffb4ab; --high-ground: #4a1f1b; --medium: #f4c570; --medium-ground: #43320f; --low: #9dcbea; --low-ground: #173140; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
header, main { max-width: 1180px; margin: 0 auto; padding: 0 24px; }
header { padding-top: 32px; }
h1 { margin: 0; font-size: 24px; } h2 { margin: 0; padding: 16px 16px 8px; font-size: 16px; }
header p { margin: 2px 0 20px; color: var(--quiet); }
dl { display: flex; gap: 12px; margin: 0 0 20px; flex-wrap: wrap; }
dl div { background: var(--paper); border: 1px solid var(--line); border-radius: 10px; padding: 10px 18px; min-width: 140px; }
dt { color: var(--quiet); font-size: 13px; } dd { margin: 0; font-size: 26px; font-weight: 600; font-variant-numeric: tabular-nums; }
section { background: var(--paper); border: 1px solid var(--line); border-radius: 10px; margin-bottom: 20px; overflow: hidden; }
section > p { padding: 0 16px 4px; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; }
th { text-align: left; font-weight: 500; color: var(--quiet); font-size: 13px; white-space: nowrap; }
th, td { padding: 8px 16px; border-top: 1px solid var(--line); vertical-align: top; }
thead th { border-top: 0; }
.main { font-weight: 500; } .quiet { color: var(--quiet); } .done { color: var(--quiet); text-decoration: line-through; }
time { white-space: nowrap; font-variant-numeric: tabular-nums; font-size: 13px; } code { font-size: 13px; }
.tag { border-radius: 999px; padding: 1px 10px; font-size: 13px; white-space: nowrap; background: var(--low-ground); color: var(--low); }
.tag.high { background: var(--high-ground); color: var(--high); } .tag.medium { background: var(--medium-ground); color: var(--medium); }
`;
