// Lines that a broken client sends: each must end as a dead letter with a reason, and stop nothing.

/** Six lines, each broken in another way. */
export const malformedLines = (): readonly string[] => [
  '{"type":"track","id":"broken-1","account_id":"alder-labs","event":"message_se',
  'message_sent,alder-labs,usr_1,2026-01-01',
  '["message_sent","alder-labs"]',
  '{"type":"track","id":"broken-4","account_id":"alder-labs","timestamp":"2026-01-05T10:00:00.000Z"}',
  '{"type":"track","id":"broken-5","event":"message_sent","timestamp":"2026-01-05T10:00:00.000Z","properties":{}}',
  '{"type":"track","id":"broken-6","account_id":"alder-labs","event":"message_sent","timestamp":"next tuesday"}',
];
