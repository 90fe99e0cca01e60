// What the pages say must be there: commands, targets, files, and the rule that the README shows.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { configSchema } from '../../../src/app/config/config-schema.ts';
import { limitsSchema } from '../../../src/app/config/limits-schema.ts';
import { readConfig } from '../../../src/app/config/read-config.ts';
import { findUnknown, readCommands } from './read-commands.ts';

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join('docs', file)),
].map((path) => ({ path, text: readFileSync(path, 'utf8') }));
const readme = pages[0]?.text ?? '';

describe('the documentation', () => {
  it.each(pages)('names in $path only commands and options that exist', ({ text }) => {
    const faults = readCommands(text).flatMap((command) => {
      const unknown = findUnknown(command);
      return unknown.length === 0 ? [] : [`${command}: ${unknown.join(', ')}`];
    });
    expect(faults).toEqual([]);
  });

  it.each(pages)('links in $path to files that exist', ({ path, text }) => {
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, link]) => link ?? '');
    expect(links.filter((link) => !existsSync(join(dirname(path), link)))).toEqual([]);
  });

  it.each(pages)('names in $path only targets of the Makefile', ({ text }) => {
    const targets = new Set(
      [...readFileSync('Makefile', 'utf8').matchAll(/^([a-z-]+):/gm)].map(([, name]) => name),
    );
    const used = [...text.matchAll(/(?:`|^)make ([a-z-]+)/gm)].map(([, name]) => name);
    expect(used.filter((name) => !targets.has(name))).toEqual([]);
  });
});

describe('the guide of operating', () => {
  const guide = readFileSync('docs/operating.md', 'utf8');
  const section = /^## tidemark\.yaml$([\s\S]*?)^## /m.exec(guide)?.[1] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));

  it('lists every key of tidemark.yaml, and no other', () => {
    const listed = rows.map((row) => /^\| `(\w+)`/.exec(row)?.[1]);
    expect(listed).toEqual(Object.keys(configSchema.shape));
  });

  it('names every limit', () => {
    const row = rows.find((line) => line.startsWith('| `limits`')) ?? '';
    for (const name of Object.keys(limitsSchema.shape)) expect(row).toContain(`\`${name}\``);
  });
});

describe('the README', () => {
  it('finds the commands that it is to check', () => {
    expect(readCommands(readme).length).toBeGreaterThan(12);
    expect(findUnknown('tidemark signals --stat open')).toEqual(['--stat']);
    expect(findUnknown('tidemark rules cheque DIR')).toEqual(['cheque']);
    expect(findUnknown('tidemark dance')).toEqual(['dance']);
  });

  it('shows the rule as it ships', () => {
    const shown = /```yaml\n(metrics:[\s\S]*?)```/.exec(readme)?.[1] ?? '';
    expect(parse(readFileSync('rules/pql.yaml', 'utf8'))).toMatchObject(parse(shown));
  });

  it('shows a tidemark.yaml that can be used as it is', () => {
    const text = /```yaml\n(# tidemark\.yaml[\s\S]*?)```/.exec(readme)?.[1] ?? '';
    const environment = { TIDEMARK_WRITE_KEY: 'choose-a-long-one', HUBSPOT_TOKEN: 'pat-1' };
    expect(readConfig({ file: 'tidemark.yaml', text, environment, needsSecrets: true })).toMatchObject({
      ok: true,
    });
  });
});
