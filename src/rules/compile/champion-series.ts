// The series that tell who an account's champion is. Closes keep them for every ruleset.
import type { TimeZone } from '../../model/time.ts';
import { ACTIVITY, CHAMPION_DAYS, INVITATIONS } from '../champion.ts';
import { identifySeries } from './identify-series.ts';
import type { PlannedSeries } from './plan.ts';

export interface ChampionSeries {
  /** Read over the days that give points. */
  readonly activity: PlannedSeries;
  readonly invitations: PlannedSeries;
}

export const championSeries = (timezone: TimeZone): ChampionSeries => ({
  activity: {
    id: identifySeries(ACTIVITY, timezone),
    definition: ACTIVITY,
    reachDays: CHAMPION_DAYS - 1,
  },
  invitations: { id: identifySeries(INVITATIONS, timezone), definition: INVITATIONS, reachDays: undefined },
});
