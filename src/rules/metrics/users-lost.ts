// `users_lost: EVENT`: users of the window before who are no users of this one.
import { events, where, window } from '../read/fields.ts';
import { comparedUsers } from './compared-users.ts';
import { defineMetric } from './define-metric.ts';

export const usersLost = defineMetric({
  key: 'users_lost',
  fields: { users_lost: events(), where: where(), window: window() },
  docs: 'How many users did it in the window before this one and not in this one.',
  example: '{users_lost: message_sent, window: 28d}',
  build: ({ users_lost: eventSet, where: filter, window: days }, place) =>
    comparedUsers(
      {
        kind: 'users_lost',
        events: eventSet,
        where: filter,
        window: days,
        // An event of this window brings one of its users back.
        rising: false,
        counted: { of: 'before', alsoInOther: false },
      },
      place,
    ),
});
