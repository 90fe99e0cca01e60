// What became of dead letters that were replayed, for people.
import type { Replayed } from '../app/dead-letters/replay-dead-letters.ts';

const SHOWN = 50;

export function formatReplayed(
  { chosen, replayed, events, refused }: Extract<Replayed, { readonly ok: true }>,
  { dryRun }: { readonly dryRun: boolean },
): string {
  if (chosen === 0) return 'no dead letter to replay\n';
  const done = dryRun ? 'can be read now' : 'replayed';
  const as = events === 0 ? '' : ` as ${count(events, 'event')}`;
  const summary = `${count(replayed, 'dead letter')} of ${chosen.toLocaleString('en')} ${done}${as}\n`;
  if (refused.length === 0) return dryRun ? `${summary}nothing was stored: --dry-run\n` : summary;
  const lines = refused
    .slice(0, SHOWN)
    .map(({ place, reason, detail }) => `${place}\n  ${reason}  ${visible(detail)}\n`);
  const more = refused.length > SHOWN ? `and ${(refused.length - SHOWN).toLocaleString('en')} more\n` : '';
  const still = `${count(refused.length, 'dead letter')} still cannot be read, and ${refused.length === 1 ? 'stays' : 'stay'}:\n`;
  return `${summary}${dryRun ? 'nothing was stored: --dry-run\n' : ''}${still}${lines.join('')}${more}`;
}

const count = (value: number, what: string): string =>
  `${value.toLocaleString('en')} ${what}${value === 1 ? '' : 's'}`;

/** What somebody sent must not steer the terminal. */
const visible = (text: string): string => text.replace(/\p{Cc}/gu, '·');
