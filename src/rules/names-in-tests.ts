// Which rules the tests of a folder name. A glance at the text, since reading every test would make a check of the rules
// take twice as long: it may take a key of the same name for a test, and never misses one.

/** Texts of `*.test.yaml` files. Every key that stands under an `expect`. */
export function namesInTests(texts: Iterable<string>): ReadonlySet<string> {
  const names = new Set<string>();
  for (const text of texts)
    for (const line of expectations(text))
      for (const match of line.matchAll(/(?<![\w.])([a-z][a-z0-9_]*)["']?\s*:(?:\s|$)/g))
        if (match[1] !== undefined) names.add(match[1]);
  return names;
}

/** Lines from an `expect:` to the next key of a test, without comments. */
function expectations(text: string): readonly string[] {
  const lines: string[] = [];
  let inside = false;
  for (const line of text.split('\n')) {
    if (/^\s*(?:-\s+)?(?:name|accounts|users|events|rules|timezone)\s*:/.test(line)) inside = false;
    const expect = /(?:^|[\s{,])["']?expect["']?\s*:(.*)/.exec(line);
    if (expect !== null) inside = true;
    if (inside) lines.push((expect?.[1] ?? line).replace(/(?:^|\s)#.*$/, ''));
  }
  return lines;
}
