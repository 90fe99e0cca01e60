// Runs dependency-cruiser over src and fails as well when it saw fewer files than exist:
// a resolver that silently skips TypeScript would otherwise report a clean tree.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';

interface CruiseResult {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: {
    readonly error: number;
    readonly violations: readonly { from: string; to: string; rule: { name: string } }[];
  };
}

const run = spawnSync(
  process.execPath,
  ['node_modules/dependency-cruiser/bin/dependency-cruise.mjs', 'src', '--output-type', 'json'],
  { encoding: 'utf8', maxBuffer: 1 << 28 },
);
if (run.stdout === '') throw new Error(`dependency-cruiser printed nothing: ${run.stderr}`);
const result = JSON.parse(run.stdout) as CruiseResult;

const seen = new Set(result.modules.map((module) => module.source));
const existing = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file))
  .map((file) => `src/${file}`);
const missed = existing.filter((file) => !seen.has(file));
for (const violation of result.summary.violations) {
  console.error(`layering: ${violation.rule.name}: ${violation.from} → ${violation.to}`);
}
for (const file of missed) console.error(`layering: ${file} was not seen by the check`);
if (missed.length > 0 || result.summary.error > 0) process.exit(1);
console.log(`layering: ${seen.size} modules seen, no violation`);
