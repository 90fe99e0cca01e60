// Bundles the command line into dist/, so that it starts in a sixth of a second; most packages stay outside.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';

const entry = 'src/cli/main.ts';
const folder = 'dist';
/** What every command reads rules and settings with: hundreds of small files, which take longer to find than to read. */
const BUNDLED = ['fastest-levenshtein', 'string-width', 'yaml', 'zod'];
const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const external = Object.keys(dependencies).filter((name) => !BUNDLED.includes(name));
/** A process that runs from the bundle before may still load its parts. */
const KEEP_OLD_MS = 3_600_000;

const isEntry = ({ path }) => Number(basename(path).startsWith('tidemark.'));

if (existsSync(entry)) {
  const { outputFiles } = await build({
    entryPoints: [entry],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    entryNames: 'tidemark',
    chunkNames: 'chunk-[hash]',
    bundle: true,
    // A file for each command's parts, loaded when it runs: what `up` needs must not slow down `sql`.
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: external.flatMap((name) => [name, `${name}/*`]),
    // yaml is written in CommonJS and requires what Node has.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    sourcemap: true,
    logLevel: 'warning',
    write: false,
  });
  mkdirSync(folder, { recursive: true });
  // Renamed into place, the entry last: a process that starts meanwhile finds a whole bundle, this one or the last.
  const entryLast = [...outputFiles].sort((a, b) => isEntry(a) - isEntry(b));
  for (const { path, contents } of entryLast) {
    const unfinished = `${path}.${process.pid}`;
    writeFileSync(unfinished, contents);
    renameSync(unfinished, path);
  }
  const written = new Set(outputFiles.map(({ path }) => basename(path)));
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (!written.has(name) && Date.now() - statSync(path).mtimeMs > KEEP_OLD_MS) rmSync(path);
  }
}
