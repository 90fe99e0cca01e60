// `messages >= 5`, which a person writes in other languages, as a condition of this one.

const SIGNS: ReadonlyMap<string, string> = new Map([
  ['>', 'gt'],
  ['>=', 'gte'],
  ['<', 'lt'],
  ['<=', 'lte'],
]);

/** Such as `messages: {gte: 5}`; undefined when it is no comparison. */
export function hintComparison(raw: string): string | undefined {
  const [, subject, sign = '', value] = /^([\w.]{1,80})\s*([<>]=?|={1,3})\s*([\w.-]{1,80})$/.exec(raw) ?? [];
  if (subject === undefined) return undefined;
  const test = SIGNS.get(sign);
  return `${subject}: ${test === undefined ? value : `{${test}: ${value}}`}`;
}
