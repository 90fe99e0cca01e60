// `users_kept: EVENT`: users of both this window and the window before it.
import { events, where, window } from '../read/fields.ts';
import { comparedUsers } from './compared-users.ts';
import { defineMetric } from './define-metric.ts';

export const usersKept = defineMetric({
  key: 'users_kept',
  fields: { users_kept: events(), where: where(), window: window() },
  docs: 'How many users did it both in this window and in the window before it.',
  example: '{users_kept: message_sent, window: 28d}',
  build: ({ users_kept: eventSet, where: filter, window: days }, place) =>
    comparedUsers(
      {
        kind: 'users_kept',
        events: eventSet,
        where: filter,
        window: days,
        rising: true,
        counted: { of: 'now', alsoInOther: true },
      },
      place,
    ),
});
