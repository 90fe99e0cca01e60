// What a name that is none could be called.

/** Lower-case letters, digits and `_`, a letter first. */
export const NAME = /^[a-z][a-z0-9_]*$/;

const RULE = 'lower-case letters, digits and _, a letter first';

export function hintName(raw: string): string {
  const name = raw
    .slice(0, 40)
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[_0-9]+|_+$/g, '');
  return NAME.test(name) ? `such as ${name}: ${RULE}` : RULE;
}
