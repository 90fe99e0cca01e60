import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { RejectReason } from '../../../src/model/event.ts';

// A record, so that the compiler refuses this file when a reason is missing from it.
const REASONS: Record<RejectReason, true> = {
  empty_message: true,
  invalid_utf8: true,
  invalid_json: true,
  not_an_object: true,
  nested_too_deep: true,
  too_large: true,
  unknown_type: true,
  missing_event: true,
  missing_account: true,
  missing_user: true,
  missing_account_and_user: true,
  missing_previous_id: true,
  same_user: true,
  invalid_field: true,
  invalid_timestamp: true,
  timestamp_out_of_range: true,
};

it('docs/events.md explains every reason of a dead letter, and no other', () => {
  const [, section = ''] = readFileSync('docs/events.md', 'utf8').split('## Dead letters');
  const explained = [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, reason]) => reason);
  expect(explained.sort()).toEqual(Object.keys(REASONS).sort());
});
