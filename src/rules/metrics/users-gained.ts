// `users_gained: EVENT`: users of the window who were not users of the window before it.
import { events, where, window } from '../read/fields.ts';
import { comparedUsers } from './compared-users.ts';
import { defineMetric } from './define-metric.ts';

export const usersGained = defineMetric({
  key: 'users_gained',
  fields: { users_gained: events(), where: where(), window: window() },
  docs: 'How many users did it in this window and not in the window before it.',
  example: '{users_gained: message_sent, window: 28d}',
  build: ({ users_gained: eventSet, where: filter, window: days }, place) =>
    comparedUsers(
      {
        kind: 'users_gained',
        events: eventSet,
        where: filter,
        window: days,
        // An event of the window before, come late, makes one of its users an old one.
        rising: false,
        counted: { of: 'now', alsoInOther: false },
      },
      place,
    ),
});
