// The files of the page as they are sent to the browser. Which ones there are is a fixed list, so that no request
// can name another.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

export interface ClientFile {
  readonly path: string;
  /** Media type. */
  readonly type: string;
  readonly content: Buffer;
}

const CLIENT_FILES = [
  'page.html',
  'page.css',
  'main.js',
  'create-element.js',
  'format-time.js',
  'sort-signals.js',
  'view-board.js',
  'view-score.js',
  'view-signal.js',
  'view-strip.js',
  'view-unsent.js',
] as const;

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
};

/** @throws when a file is missing: the installation is broken. */
export async function readClientFiles(): Promise<readonly ClientFile[]> {
  const folder = clientFolder();
  return Promise.all(
    CLIENT_FILES.map(async (name) => ({
      path: name === 'page.html' ? '/' : `/client/${name}`,
      type: TYPES[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream',
      content: await readFile(new URL(name, folder)),
    })),
  );
}

/** Beside this file in the sources; from the bundle in dist/, back in the sources. */
function clientFolder(): URL {
  const beside = new URL('./client/', import.meta.url);
  return existsSync(beside) ? beside : new URL('../src/web/client/', import.meta.url);
}
