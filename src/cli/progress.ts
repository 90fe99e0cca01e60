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
    barsize: 30,
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

/** `812 bytes`, `1.4 MB`, `250 GB`: thousands, as file managers count. */
export function bytes(count: number): string {
  let unit = 0;
  let value = count;
  for (; value >= 999.5 && unit < UNITS.length - 1; unit++) value /= 1000;
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`;
}

/** `45 s`, `3 min 20 s`, `1 h 5 min`. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}
