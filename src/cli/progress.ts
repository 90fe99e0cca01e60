// Progress for people: a bar on a terminal, a line every few seconds elsewhere, both on stderr.
import cliProgress from 'cli-progress';

export interface Progress {
  /** `note` stands behind the bar, such as a rate. */
  update(done: number, note: string): void;
  stop(): void;
}

const LINE_EVERY_MS = 10_000;
/** The time left is told once the rate is more than a guess. */
const GUESS_MS = 1500;

export function startProgress(label: string, total: number): Progress {
  const startedAt = Date.now();
  const left = (done: number): string => timeLeft(done, total, Date.now() - startedAt);
  return process.stderr.isTTY ? startBar(label, total, left) : startLines(label, total, left);
}

function startBar(label: string, total: number, left: (done: number) => string): Progress {
  const bar = new cliProgress.SingleBar({
    format: `${label} {bar} {percentage}%  {note}{left}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    // Of eighty columns the note and the time left need most.
    barsize: (process.stderr.columns ?? 80) < 100 ? 12 : 30,
    hideCursor: true,
    stream: process.stderr,
    etaBuffer: 50,
  });
  bar.start(total, 0, { note: '', left: '' });
  return {
    update: (done, note) => bar.update(Math.min(done, total), { note, left: left(done) }),
    stop: () => bar.stop(),
  };
}

function startLines(label: string, total: number, left: (done: number) => string): Progress {
  let toldAt = Date.now();
  return {
    update: (done, note) => {
      if (Date.now() - toldAt < LINE_EVERY_MS) return;
      toldAt = Date.now();
      const percent = total === 0 ? 100 : Math.floor((100 * done) / total);
      process.stderr.write(`${label} ${percent}%  ${note}${left(done)}\n`);
    },
    stop: () => undefined,
  };
}

function timeLeft(done: number, total: number, elapsedMs: number): string {
  if (elapsedMs < GUESS_MS || done <= 0 || done >= total) return '';
  const seconds = Math.round(((total - done) / done) * (elapsedMs / 1000));
  return `  ${duration(seconds)} left`;
}

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;

/** `1.4 of 250 MB`: in the unit of the whole, in thousands, as file managers count. */
export function bytesOf(done: number, total: number): string {
  let unit = 0;
  for (let rest = total; rest >= 1000 && unit < UNITS.length - 1; rest /= 1000) unit++;
  const shown = (count: number): string => {
    const value = count / 1000 ** unit;
    return unit > 0 && value < 10 ? value.toFixed(1) : String(Math.round(value));
  };
  return `${shown(done)} of ${shown(total)} ${UNITS[unit]}`;
}

/** `45 s`, `3 min 20 s`, `1 h 5 min`. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}
