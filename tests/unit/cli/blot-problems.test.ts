// A secret that somebody wrote into tidemark.yaml is told, and not shown to whoever reads the terminal or its log.
import { expect, test } from 'vitest';
import { readConfig } from '../../../src/app/config/read-config.ts';
import { blotProblems } from '../../../src/cli/blot-problems.ts';
import { formatProblems } from '../../../src/rules/format-problems.ts';

function shown(text: string): string {
  const read = readConfig({ file: 'tidemark.yaml', text, environment: {}, needsSecrets: false });
  if (read.ok) throw new Error('it should have problems');
  const { sources } = blotProblems(read.problems, { 'tidemark.yaml': text });
  return `${sources['tidemark.yaml']}${formatProblems(read.problems, sources, { format: 'text' })}`;
}

test('each secret of a line is blotted out, and the marks stay where they are', () => {
  const text =
    'write_keys: [{name: web, key: abcdefgh12345678}, {name: app, key: zyxwvuts87654321}]\nnone: 1\n';
  const said = shown(text);
  expect(said).not.toMatch(/abcdefgh|zyxwvuts/);
  expect(said).toContain('key: ****************}, {name: app, key: ****************}]');
  expect(said).toContain('G005');
});

test('one on the lines below its name is blotted out too', () => {
  const text = 'sinks:\n  crm:\n    type: hubspot\n    token: |\n      pat-eu1-secret: [\n    nonsense: 1\n';
  expect(shown(text)).not.toContain('pat-eu1');
  expect(shown(text)).toContain('nonsense: 1');
});
