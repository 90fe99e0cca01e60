// Bundles the command line into dist/, so that it starts in a sixth of a second; packages stay outside.
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';

const entry = 'src/cli/main.ts';
const folder = 'dist';
/** A process that runs from the bundle before may still load its parts. */
const KEEP_OLD_MS = 3_600_000;

if (existsSync(entry)) {
  const { metafile } = await build({
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
    packages: 'external',
    sourcemap: true,
    logLevel: 'warning',
    metafile: true,
  });
  const written = new Set(Object.keys(metafile.outputs).map((path) => basename(path)));
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (!written.has(name) && Date.now() - statSync(path).mtimeMs > KEEP_OLD_MS) rmSync(path);
  }
}
