// When the things of the table happen to one account, settled before the first day. Pure.
import type { JsonObject } from '../../src/model/json.ts';
import { HAPPENING_ROWS, type HappeningRow } from './happening-rows.ts';
import type { Random } from './random.ts';
import type { Story } from './story.ts';

export interface Happening {
  readonly event: string;
  readonly properties: JsonObject;
}

export interface HappeningTimes {
  readonly story: Story;
  readonly bornOn: number;
  /** Whether it signed up within the simulated days. */
  readonly isNew: boolean;
  readonly turnsOn: number;
  readonly days: number;
}

/** By day number; nothing before the account was born. */
export function planHappenings(
  times: HappeningTimes,
  random: Random,
): ReadonlyMap<number, readonly Happening[]> {
  const planned = new Map<number, Happening[]>();
  const add = (day: number, happening: Happening): void => {
    if (day < times.bornOn || day >= times.days) return;
    planned.set(day, [...(planned.get(day) ?? []), happening]);
  };
  for (const row of HAPPENING_ROWS) {
    if (!row.stories.includes(times.story.name) || !random.chance(row.chance)) continue;
    if (row.from === 'birth' && !times.isNew) continue;
    for (let left = random.between(row.times[0], row.times[1]); left > 0; left -= 1)
      add(dayOf(row, times, random), { event: row.event, properties: row.properties?.(random) ?? {} });
  }
  planCalls(times, random, add);
  return planned;
}

function dayOf(row: HappeningRow, { bornOn, turnsOn, days }: HappeningTimes, random: Random): number {
  const offset = random.between(row.days[0], row.days[1]);
  if (row.from === 'end') return days - 1 - offset;
  return (row.from === 'birth' ? bornOn : turnsOn) + offset;
}

/** One in eight that pay has built something on the interface; half of those build more by the week. */
function planCalls(
  { story, days }: HappeningTimes,
  random: Random,
  add: (day: number, happening: Happening) => void,
): void {
  if (!story.callsInterface || !random.chance(0.14)) return;
  const grows = random.chance(0.5);
  for (let day = 0; day < days; day += 1) {
    const calls = 1 + Math.floor((grows ? (day / days) ** 2 * 9 : 2) * random.within([0.7, 1.3]));
    for (let call = 0; call < calls; call += 1) add(day, { event: 'api_called', properties: {} });
  }
}
