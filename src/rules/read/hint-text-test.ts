// What was probably meant by a bare text that is a test of another language, such as `<= 5`, `!= free` or `free or trial`.
// As a text it would be read without complaint, and be true of nobody.
import type { ScalarNode } from './source.ts';

const SIGNS: ReadonlyMap<string, string> = new Map([
  ['>', 'gt'],
  ['>=', 'gte'],
  ['=>', 'gte'],
  ['<', 'lt'],
  ['<=', 'lte'],
  ['=<', 'lte'],
  ['!=', 'not'],
  ['<>', 'not'],
]);

const ANY_SIGN = /^(?:[<>]=?|=[<>]|!==?|<>|={1,3})/;

/** Undefined for a text that means itself. What quotes make of `<5` is no other test than `<5`. */
export function hintTextTest({ raw, quoted }: ScalarNode): string | undefined {
  const text = raw.trim();
  const signs = hintSigns(text);
  if (signs !== undefined || quoted) return signs;
  const other = /^not\s+([\w-]{1,40})$/i.exec(text)?.[1];
  if (other !== undefined) return `write {not: ${other}}; or quote it if it is one text`;
  const either = text.split(/\s+(?:or|OR)\s+|\s*\|{1,2}\s*|\s*,\s+/);
  if (either.length < 2 || !either.every((word) => /^[\w-]{1,40}$/.test(word))) return undefined;
  return `write {in: [${either.join(', ')}]}; or quote it if it is one text`;
}

/** `<none>` is a text, and so are `>` and `==>`. */
const isTagLike = (text: string): boolean => /^<[^<>]*>$/.test(text) || /^[<>=!-]+$/.test(text);

/** Such as `write {gte: 5, lt: 10}`. */
export function hintSigns(text: string): string | undefined {
  if (!ANY_SIGN.test(text) || isTagLike(text)) return undefined;
  const tests = text
    .slice(0, 200)
    .split(/\s*(?:\band\b|&&|,)\s*/i)
    .map(readSign);
  const [only] = tests;
  if (tests.length === 1 && only?.startsWith('=')) return `write ${only.slice(1)}, without a sign`;
  if (tests.some((test) => test === undefined || test.startsWith('=')))
    return 'tests are words, such as {gt: 5}';
  return `write {${tests.join(', ')}}`;
}

/** Such as `gte: 5`; `=5` where it is equal. */
function readSign(text: string): string | undefined {
  const [, sign = '', value] = /^([<>]=?|=[<>]|!==?|<>|={1,3})\s*([^<>=!\s]{1,40})$/.exec(text) ?? [];
  if (value === undefined) return undefined;
  const test = SIGNS.get(sign.replace('!==', '!='));
  return test === undefined ? `=${value}` : `${test}: ${value}`;
}
