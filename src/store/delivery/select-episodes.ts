// The SQL of episodes as of their latest transition. Shared by what loads them and by what loads their deliveries, so
// that both mean the same ones.
import type { EpisodeId } from '../../model/ids.ts';
import type { StatementParameter } from '../../model/statement.ts';
import { selectUnsettled, type Unsettled } from './select-unsettled.ts';

export interface EpisodeFilter {
  /** One episode; undefined for all. */
  readonly episode?: EpisodeId | undefined;
  /** `open`: open or recovering. `any`: whatever its state. Else the open ones, and those whose end is to be told. */
  readonly which: 'open' | 'any' | Unsettled;
  /** The most severe, and of these the newest, first; undefined for all. */
  readonly limit?: number | undefined;
}

export interface SelectedEpisodes {
  readonly sql: string;
  readonly params: Readonly<Record<string, StatementParameter>>;
}

/** `content` adds what only a notice or the page needs: sentence and evidence are most of the bytes. */
export function selectEpisodes(
  filter: EpisodeFilter,
  { content }: { readonly content: boolean },
): SelectedEpisodes {
  const { episode, which, limit } = filter;
  const unsettled = typeof which === 'string' ? undefined : selectUnsettled(which);
  const having = havingOf(which, unsettled?.sql);
  const some = content && limit !== undefined;
  // Which they are is found without their content, which is then read for these alone.
  const light = some ? selectEpisodes(filter, { content: false }) : undefined;
  const episodes = light ? `SELECT episode FROM (${light.sql})` : episode && 'SELECT {episode:String}';
  // Which write of a step won is known only with all of its writes: a loser may name an episode, or open one, that
  // never was. So before it is chosen nothing but whole signals may be left out.
  // Waiting and idle steps carry the episode before them; only steps within one count.
  const sql = `
  SELECT
    t.episode AS episode,
    any(t.account_id) AS account_id,
    argMax(t.rule, t.step) AS rule,
    argMax(t.kind, t.step) AS kind,
    argMax(t.to, t.step) AS state,
    argMax(t.severity, t.step) AS severity,
    argMax(t.reason, t.step) AS reason,
    ${content ? 'argMax(t.sentence, t.step)' : "''"} AS sentence,
    ${content ? 'argMax(t.evidence, t.step)' : "''"} AS evidence,
    toUnixTimestamp64Milli(argMax(t.at, t.step)) AS changed_at,
    max(t.step) AS step,
    argMinIf(t.day, t.step, t.to = 'open') AS opened_on,
    toUnixTimestamp64Milli(argMinIf(t.at, t.step, t.to = 'open')) AS opened_at,
    toUnixTimestamp64Micro(argMinIf(t.evaluated_at, t.step, t.to = 'open')) AS decided_at,
    argMinIf(t.held, t.step, t.to = 'open') AS held,
    argMinIf(t.silent, t.step, t.to = 'open') AS silent,
    argMinIf(t.reason, t.step, t.to = 'open') = 'baseline' AS baseline,
    argMinIf(t.past, t.step, t.to = 'open') AS past
  FROM (
    SELECT ${content ? '*' : LIGHT_COLUMNS}
    FROM transitions FINAL
    ${episodes === undefined ? '' : `WHERE (account_id, rule) IN (SELECT account_id, rule FROM transitions WHERE episode IN (${episodes}))`}
  ) AS t
  WHERE t.to IN ('open', 'recovering', 'resolved')
    AND ${episodes === undefined ? "t.episode != ''" : `t.episode IN (${episodes})`}
  GROUP BY t.episode
  ${some ? '' : having}
  ${limit === undefined || some ? '' : `ORDER BY indexOf(['critical', 'high', 'medium', 'low'], severity), opened_at DESC, episode\n  LIMIT {limit:UInt32}`}`;
  return {
    sql,
    params: {
      ...(episode === undefined ? {} : { episode }),
      ...(limit === undefined ? {} : { limit }),
      ...unsettled?.params,
    },
  };
}

const LIGHT_COLUMNS =
  'episode, account_id, rule, kind, step, to, severity, reason, at, day, evaluated_at, held, silent, past';

function havingOf(which: EpisodeFilter['which'], unsettled: string | undefined): string {
  if (which === 'any') return '';
  const open = "HAVING state IN ('open', 'recovering')";
  return unsettled === undefined ? open : `${open} OR episode IN (${unsettled})`;
}
