// Decides by tokens which statements the engine does not run: several at once for anyone, and for readers
// whatever could write, or reach files and the network, which ClickHouse's own `readonly = 1` lets through.
import { type SqlToken, tokenizeSql } from './tokenize-sql.ts';

export interface Refusal {
  /** ClickHouse's error code. */
  readonly code: number;
  readonly message: string;
}

const READING_KEYWORDS = new Set(['select', 'with', 'from', 'show', 'describe', 'desc', 'explain']);

/** Table functions that touch nothing outside the database. Every other one is refused to readers. */
export const HARMLESS_TABLE_FUNCTIONS: ReadonlySet<string> = new Set(
  `dictionary format generaterandom generateseries generate_series merge mergetreeanalyzeindexes
  mergetreeanalyzeindexesuuid mergetreeindex mergetreeprojection mergetreetextindex null numbers numbers_mt primes
  sqlstandardvalues timeseriesdata timeseriesmetrics timeseriessamples timeseriesselector timeseriestags values view
  viewexplain viewifpermitted zeros zeros_mt fuzzjson fuzzquery prometheusquery prometheusqueryrange`.split(
    /\s+/,
  ),
);

const REFUSED_CALLS: ReadonlySet<string> = new Set(
  `arrowstream azureblobstorage azureblobstoragecluster cluster clusterallreplicas cosn deltalake deltalakeazure
  deltalakeazurecluster deltalakecluster deltalakelocal deltalakes3 deltalakes3cluster eval executable file
  filecluster filesystem gcs hdfs hdfscluster hudi hudicluster iceberg icebergazure icebergazurecluster
  icebergcluster iceberghdfs iceberghdfscluster iceberglocal iceberglocalcluster icebergs3 icebergs3cluster input
  jdbc loop mongodb mysql odbc oss paimon paimonazure paimonazurecluster paimoncluster paimonhdfs
  paimonhdfscluster paimonlocal paimons3 paimons3cluster postgresql python redis remote remotesecure s3 s3cluster
  sqlite url urlcluster ytsaurus
  catboostevaluate aiclassify aiembed aiextract aigenerate aitranslate`.split(/\s+/),
);

/** @returns the refusal, or undefined when the engine may run it. */
export function refuseStatement(sql: string, options: { readonly reader: boolean }): Refusal | undefined {
  const tokens = [...tokenizeSql(sql)];
  return refuseSeveral(tokens) ?? (options.reader ? refuseToReader(tokens) : undefined);
}

function refuseSeveral(tokens: readonly SqlToken[]): Refusal | undefined {
  const end = tokens.findIndex((token) => token.kind === 'symbol' && token.text === ';');
  const more = end >= 0 && tokens.slice(end).some((token) => token.text !== ';');
  return more ? { code: 62, message: 'Syntax error: Multi-statements are not allowed' } : undefined;
}

function refuseToReader(tokens: readonly SqlToken[]): Refusal | undefined {
  const first = tokens.find((token) => token.text !== '(');
  if (first?.kind !== 'word' || !READING_KEYWORDS.has(first.text.toLowerCase()))
    return notAllowed(`this user may only read; the statement begins with ${first?.text ?? 'nothing'}`);
  for (const [index, token] of tokens.entries()) {
    const refusal = refuseToken(token, tokens[index + 1]);
    if (refusal) return refusal;
  }
  return undefined;
}

function refuseToken(token: SqlToken, next: SqlToken | undefined): Refusal | undefined {
  const name = token.text.toLowerCase();
  const isCall = next?.text === '(' && next.kind === 'symbol';
  if (isCall && token.kind === 'quoted-name')
    return notAllowed(`a quoted name before "(" is refused to readers; write ${token.text} without quotes`);
  if (token.kind !== 'word') return undefined;
  if (isCall && REFUSED_CALLS.has(name))
    return notAllowed(`${token.text}() reaches outside the database and is refused to readers`);
  const keyword = next?.kind === 'word' ? `${name} ${next.text.toLowerCase()}` : name;
  if (keyword === 'into outfile' || keyword === 'from infile')
    return notAllowed(`${keyword.toUpperCase()} is refused to readers`);
  return undefined;
}

const notAllowed = (what: string): Refusal => ({ code: 497, message: `Not enough privileges: ${what}` });
