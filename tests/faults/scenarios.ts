// All fault runs, in the order in which `make faults` makes them.
import type { Scenario } from './scenario/scenario.ts';
import { badInput } from './scenarios/bad-input.ts';
import { changeGroup } from './scenarios/change-group.ts';
import { community } from './scenarios/community.ts';
import { disorder } from './scenarios/disorder.ts';
import { killBroker } from './scenarios/kill-broker.ts';
import { killConsumers } from './scenarios/kill-consumers.ts';
import { refuseInserts } from './scenarios/refuse-inserts.ts';
import { sealDisk } from './scenarios/seal-disk.ts';

export const SCENARIOS: readonly Scenario[] = [
  killConsumers,
  killBroker,
  changeGroup,
  refuseInserts,
  sealDisk,
  badInput,
  disorder,
  community,
];
