// Writes a simulated history as NDJSON, gzipped when the path ends in .gz:
//   npx tsx demo/simulation/write-history.ts --to history.ndjson.gz --last-day 2026-03-31 --malformed
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { createGzip } from 'node:zlib';
import { parseDay } from '../../src/model/time.ts';
import type { SimulationOptions } from './create-accounts.ts';
import { malformedLines } from './malformed-lines.ts';
import { simulateHistory } from './simulate-history.ts';

export interface WrittenHistory {
  readonly events: number;
  readonly malformed: number;
}

/** Overwrites the file at `path`. With `malformed`, a handful of broken lines stand at the end. */
export async function writeHistory(
  path: string,
  options: SimulationOptions & { readonly malformed: boolean },
): Promise<WrittenHistory> {
  const broken = options.malformed ? malformedLines() : [];
  let events = 0;
  function* lines(): Generator<string> {
    let chunk = '';
    for (const event of simulateHistory(options)) {
      events += 1;
      chunk += `${JSON.stringify(event)}\n`;
      if (chunk.length > 65_536) {
        yield chunk;
        chunk = '';
      }
    }
    yield chunk + broken.map((line) => `${line}\n`).join('');
  }
  const file = createWriteStream(path);
  const source = Readable.from(lines());
  await (path.endsWith('.gz') ? pipeline(source, createGzip({ level: 1 }), file) : pipeline(source, file));
  return { events, malformed: broken.length };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      to: { type: 'string' },
      'last-day': { type: 'string' },
      seed: { type: 'string', default: '1' },
      accounts: { type: 'string', default: '300' },
      days: { type: 'string', default: '90' },
      malformed: { type: 'boolean', default: false },
    },
  });
  if (values.to === undefined || values['last-day'] === undefined) {
    throw new TypeError('say where to write and the last day: --to history.ndjson.gz --last-day 2026-03-31');
  }
  const written = await writeHistory(values.to, {
    seed: Number(values.seed),
    accounts: Number(values.accounts),
    days: Number(values.days),
    lastDay: parseDay(values['last-day']),
    malformed: values.malformed,
  });
  process.stdout.write(`${values.to}: ${written.events} events, ${written.malformed} malformed lines\n`);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await main();
