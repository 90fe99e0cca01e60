// Times as people say them, with the exact one beside them.
import { createElement } from './create-element.js';

const UNITS = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];
const words = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' });

/** The server's clock, as far as it is known. Milliseconds since 1970. */
const clock = { ahead: 0, timeZone: 'UTC' };

export function setServerClock(at, timeZone) {
  clock.ahead = at - Date.now();
  clock.timeZone = timeZone;
}

/** `5 min. ago`; under two seconds `now`. */
export function formatRelative(at, now = Date.now() + clock.ahead) {
  const seconds = Math.round((at - now) / 1000);
  if (Math.abs(seconds) < 2) return 'now';
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? UNITS.at(-1);
  return words.format(Math.trunc(seconds / size), unit);
}

/** In the project's time zone, with its name. */
function formatAbsolute(at) {
  const options = { dateStyle: 'medium', timeStyle: 'medium', timeZone: clock.timeZone };
  return `${new Intl.DateTimeFormat('en-GB', options).format(at)} ${clock.timeZone}`;
}

/** A `time` element that `refreshTimes` keeps true. */
export const timeElement = (at) =>
  createElement(
    'time',
    { datetime: new Date(at).toISOString(), 'data-at': String(at), title: formatAbsolute(at) },
    formatRelative(at),
  );

export function refreshTimes() {
  for (const element of document.querySelectorAll('time[data-at]')) {
    const text = formatRelative(Number(element.dataset.at));
    if (element.textContent !== text) element.textContent = text;
  }
}
