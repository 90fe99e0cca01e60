// Takes secrets out of whatever is written for people or machines to read: the ones that are known, in every form in
// which a client, an address or an error may repeat them, and what looks like one.
import { urlSecrets } from '../sinks/url-secrets.ts';

const HIDDEN = '[secret]';

/** Shorter values stand in ordinary words, and are hidden only where they stand alone. */
const SHORTEST_WITHIN = 6;

/** A function that returns its text without them. `secrets` may be addresses: then their parts that give access. */
export function hideSecrets(secrets: readonly string[]): (text: string) => string {
  const forms = new Set(secrets.flatMap((secret) => [secret, ...urlSecrets(secret)]).flatMap(formsOf));
  // In one pass and the longest first: what is left of a longer one would give a shorter one away.
  const known = [...forms]
    .filter((form) => form !== '' && form !== HIDDEN)
    .sort((a, b) => b.length - a.length);
  const pattern = known.length === 0 ? undefined : new RegExp(known.map(toPattern).join('|'), 'g');
  return (text) => hideUnknown(pattern === undefined ? text : text.replace(pattern, HIDDEN));
}

/** As it is; within JSON, within JSON that stands in JSON; in an address; and as Basic authentication sends it. */
function formsOf(secret: string): readonly string[] {
  const inJson = JSON.stringify(secret).slice(1, -1);
  const inAddress = encode(secret);
  const inForm = inAddress.replaceAll('%20', '+');
  const ofUser = Buffer.from(`${secret}:`).toString('base64').replace(/=+$/, '');
  const asBytes = Buffer.from(secret).toString('base64').replace(/=+$/, '');
  const long = secret.length >= SHORTEST_WITHIN ? [ofUser, asBytes, ...withinBase64(secret)] : [];
  return [secret, inJson, JSON.stringify(inJson).slice(1, -1), inAddress, inForm, ...long];
}

/** What of base64 a secret decides wherever it stands in what was encoded, such as behind `user:`; for URLs too. */
function withinBase64(secret: string): readonly string[] {
  const bytes = Buffer.byteLength(secret);
  return [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]).toString('base64');
    const decided = encoded.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes) * 8) / 6));
    return [decided, decided.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

/** Half of a pair of surrogates cannot stand in an address. */
function encode(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    return text;
  }
}

function toPattern(form: string): string {
  const literal = form.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
  return form.length >= SHORTEST_WITHIN ? literal : `(?<![A-Za-z0-9_])${literal}(?![A-Za-z0-9_])`;
}

const NAMES =
  'authorization|password|passwd|secret|token|access_?token|api[_-]?key|x-api-key|x-clickhouse-key|write_?key|signing_?key|cookie';

const UNKNOWN: readonly (readonly [RegExp, string])[] = [
  // The credentials of an address.
  [/([a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'<>]+@/gi, `$1${HIDDEN}@`],
  // A header, but not the words of a sentence about one.
  [/\b(Bearer|Basic)(\s+)(?!authentication\b|token\b|or\b)["']?[A-Za-z0-9+/=._~-]{4,}/gi, `$1$2${HIDDEN}`],
  [/\b((?:x-clickhouse-key|x-api-key|api-key)\s*:\s*["']?)[^\s"',;]{4,}/gi, `$1${HIDDEN}`],
  [/\bwhsec_[A-Za-z0-9+/]+=*/g, HIDDEN],
  // Keys that we make, and those of senders, for which a field may be mistaken.
  [/\btmk_[0-9a-f]{8,}/g, HIDDEN],
  // JSON, also within JSON.
  [
    new RegExp(`((?:\\\\*")(?:${NAMES})(?:\\\\*")\\s*:\\s*\\\\*")(?:[^"\\\\]|\\\\[^"])*`, 'gi'),
    `$1${HIDDEN}`,
  ],
  // The query of an address.
  [new RegExp(`([?&](?:${NAMES}|key)=)[^&\\s"'<>]+`, 'gi'), `$1${HIDDEN}`],
];

const hideUnknown = (text: string): string =>
  UNKNOWN.reduce((safe, [pattern, replacement]) => safe.replace(pattern, replacement), text);

/** Beneath `key` may stand any object; beneath the others everything is secret. */
const SECRET_NAME = new RegExp(`^(?:${NAMES}|proxy-authorization|set-cookie)$`, 'i');

/** A value as JSON has it, without secrets at any depth; text under a name such as `token` is one, whatever it is. */
export function hideWithin(value: unknown, hide: (text: string) => string, name = ''): unknown {
  if (typeof value === 'string' || typeof value === 'number') {
    if (SECRET_NAME.test(name) || name.toLowerCase() === 'key') return HIDDEN;
  }
  if (typeof value === 'string') return hide(value);
  if (Array.isArray(value)) return value.map((item) => hideWithin(item, hide, name));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      hide(key),
      hideWithin(item, hide, SECRET_NAME.test(name) ? name : key),
    ]),
  );
}
