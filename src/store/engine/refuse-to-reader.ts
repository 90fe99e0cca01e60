// Decides by tokens what a reader may not run: whatever could write, or reach files and the network. ClickHouse's
// own `readonly = 1` lets much of it through, and a SETTINGS clause in a subquery even turns it off. A refusal may
// be wrong, a pass may not: the reader would read the owner's password from the lock file. So each way to it is shut
// twice: no settings within a statement, and neither the database that takes names for files nor names that are paths.
import type { SqlToken } from './tokenize-sql.ts';

export interface Refusal {
  /** ClickHouse's error code. */
  readonly code: number;
  readonly message: string;
}

const READING_KEYWORDS = new Set(['select', 'with', 'from', 'show', 'describe', 'desc', 'explain']);

/** Table functions that touch nothing outside the database. A test finds every other one of this ClickHouse refused. */
export const HARMLESS_TABLE_FUNCTIONS: ReadonlySet<string> = new Set(
  `dictionary format generaterandom generateseries generate_series null numbers numbers_mt primes
  sqlstandardvalues timeseriesdata timeseriesmetrics timeseriessamples timeseriesselector timeseriestags values view
  viewexplain viewifpermitted zeros zeros_mt fuzzjson fuzzquery prometheusquery prometheusqueryrange`.split(
    /\s+/,
  ),
);

/**
 * Ordinary functions that reach outside, or a table named in a text; a bare name runs them too: `arrayMap(file, …)`,
 * `* APPLY file`.
 */
const REFUSED_FUNCTIONS: ReadonlySet<string> = new Set(
  `aiclassify aiembed aiextract aigenerate aitranslate catboostevaluate file hascolumnintable joinget
  joingetornull`.split(/\s+/),
);

const REFUSED_CALLS: ReadonlySet<string> = new Set(
  `arrowstream azureblobstorage azureblobstoragecluster cluster clusterallreplicas cosn deltalake deltalakeazure
  deltalakeazurecluster deltalakecluster deltalakelocal deltalakes3 deltalakes3cluster eval executable
  filecluster filesystem gcs hdfs hdfscluster hudi hudicluster iceberg icebergazure icebergazurecluster
  icebergcluster iceberghdfs iceberghdfscluster iceberglocal iceberglocalcluster icebergs3 icebergs3cluster input
  jdbc loop merge mergetreeanalyzeindexes mergetreeanalyzeindexesuuid mergetreeindex mergetreeprojection
  mergetreetextindex mongodb mysql odbc oss paimon paimonazure paimonazurecluster paimoncluster paimonhdfs
  paimonhdfscluster paimonlocal paimons3 paimons3cluster postgresql python redis remote remotesecure s3 s3cluster
  sqlite url urlcluster ytsaurus`.split(/\s+/),
);

/**
 * Hashes of keys, and the statements of others. No view reads them. By name alone, wherever it stands; `merge` and its
 * like are refused above, since they name tables in a text.
 */
const REFUSED_TABLES: ReadonlySet<string> = new Set(
  `access_tokens asynchronous_inserts named_collections processes processlist query_log query_thread_log
  query_views_log session_log text_log write_keys`.split(/\s+/),
);

/** They read a template or a schema from a file, or ask a registry in the network. */
const REFUSED_FORMATS = /^(template|protobuf|capnproto|avroconfluent)/i;

export function refuseToReader(tokens: readonly SqlToken[]): Refusal | undefined {
  const first = tokens.find((token) => token.text !== '(');
  if (first?.kind !== 'word' || !READING_KEYWORDS.has(first.text.toLowerCase()))
    return notAllowed(`this user may only read; the statement begins with ${first?.text ?? 'nothing'}`);
  for (const index of tokens.keys()) {
    const [token, ...after] = tokens.slice(index, index + 3);
    if (!token) continue;
    const place = { token, before: tokens[index - 1], after };
    const refusal =
      refuseSpelling(place) ??
      refuseName(place) ??
      refuseFileName(place) ??
      refuseClause(place) ??
      refuseSettings(tokens, index);
    if (refusal) return refusal;
  }
  return undefined;
}

/** @returns the refusal of a format that a request asks for beside its statement. */
export const refuseFormatToReader = (format: string): Refusal | undefined =>
  REFUSED_FORMATS.test(format) ? notAllowed(`FORMAT ${format} is refused to readers`) : undefined;

interface Place {
  readonly token: SqlToken;
  readonly before: SqlToken | undefined;
  readonly after: readonly (SqlToken | undefined)[];
}

/** Where ClickHouse's lexer and ours could see different ends, or a name is not what its letters say. */
function refuseSpelling({ token, before }: Place): Refusal | undefined {
  if (/^[$‘“]/.test(token.text))
    return notAllowed(`write text in plain quotes: ${token.text[0]} outside of them is refused to readers`);
  if (token.kind === 'quoted-name' && token.text.includes('\\'))
    return notAllowed('a backslash in a quoted name is refused to readers');
  if (nameOf(token) === 'identifier' && before?.text === ':')
    return notAllowed('a parameter of type Identifier is refused to readers; write the name');
  return undefined;
}

function refuseName({ token, before, after: [next] }: Place): Refusal | undefined {
  const isCall = isSymbol(next, '(');
  if (isCall && token.kind === 'quoted-name')
    return notAllowed(`a quoted name before "(" is refused to readers; write ${token.text} without quotes`);
  const name = nameOf(token);
  if (isCall && (REFUSED_CALLS.has(name) || REFUSED_FUNCTIONS.has(name)))
    return notAllowed(
      `${token.text}() is refused to readers: it reaches outside the database, or tables that the statement does not name`,
    );
  if (REFUSED_TABLES.has(name))
    return notAllowed(`${token.text} is not for readers; an alias of this name needs another`);
  if (REFUSED_FUNCTIONS.has(name) && !isSymbol(before, '.'))
    return notAllowed(
      `${token.text} is also a function that reaches outside the database; write its table before it: t.${token.text}`,
    );
  return undefined;
}

/** In chDB's database `default` each name is a file; a session of readers never stands in it. */
function refuseFileName({ token, before, after: [next] }: Place): Refusal | undefined {
  if (token.kind === 'quoted-name' && token.text.includes('/'))
    return notAllowed(`a quoted name with a slash is refused to readers, it could be a file: ${token.text}`);
  if (nameOf(token) !== 'default') return undefined;
  const isDatabase = isSymbol(next, '.') || ['from', 'in'].includes(nameOf(before));
  return isDatabase ? notAllowed('the database default is not for readers: its tables are files') : undefined;
}

function refuseClause({ token, after: [next] }: Place): Refusal | undefined {
  if (token.kind !== 'word') return undefined;
  const keyword = `${nameOf(token)} ${nameOf(next)}`;
  if (['into outfile', 'from infile', 'parallel with'].includes(keyword))
    return notAllowed(`${keyword.toUpperCase()} is refused to readers`);
  return nameOf(token) === 'format' ? refuseFormatToReader(nameOf(next)) : undefined;
}

/**
 * Whatever follows it: ClickHouse takes `SETTINGS a, readonly = 0`, and more with each version. A quoted name is never
 * the keyword, nor is what follows a name and a dot; `1.` is a number, which the keyword may follow.
 */
function refuseSettings(tokens: readonly SqlToken[], index: number): Refusal | undefined {
  const [token, dot, owner, ahead] = [0, 1, 2, 3].map((back) => tokens[index - back]);
  if (token?.kind !== 'word' || nameOf(token) !== 'settings') return undefined;
  if (isSymbol(dot, '.') && nameOf(owner) !== '' && !isSymbol(ahead, '.')) return undefined;
  const toHere = tokens.slice(0, index).map(nameOf).join(' ');
  if (index < 3 && ['show', 'show changed'].includes(toHere)) return undefined;
  return notAllowed(
    'a SETTINGS clause is refused to readers; send settings beside the statement, and write a column of this name as "settings"',
  );
}

/** Lower case and without quotes; '' for what is no name. */
function nameOf(token: SqlToken | undefined): string {
  if (token?.kind === 'word') return token.text.toLowerCase();
  return token?.kind === 'quoted-name' ? token.text.slice(1, -1).toLowerCase() : '';
}

const isSymbol = (token: SqlToken | undefined, text: string): boolean =>
  token?.kind === 'symbol' && token.text === text;

const notAllowed = (what: string): Refusal => ({ code: 497, message: `Not enough privileges: ${what}` });
