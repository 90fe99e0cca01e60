// Calendar days since an event, and from or to a date trait. Null when it never happened or is no date.
import { textToDay } from '../calendar.ts';
import { type Look, traitOf } from '../look.ts';
import { occurrences } from '../occurrences.ts';
import { asText, type Plain } from '../plain.ts';
import type { MetricFunction } from './metric-function.ts';

export const daysSinceLast: MetricFunction = (look, metric) => {
  const last = occurrences(look, metric.days_since_last, metric.where).map(({ day }) => day);
  return last.length === 0 ? null : look.day - Math.max(...last);
};

export const daysSinceFirst: MetricFunction = (look, metric) => {
  const days = occurrences(look, metric.days_since_first, metric.where).map(({ day }) => day);
  return days.length === 0 ? null : look.day - Math.min(...days);
};

export const daysSince: MetricFunction = (look, metric) => {
  const date = dateOf(look, metric.days_since);
  return date === null ? null : look.day - date;
};

export const daysUntil: MetricFunction = (look, metric) => {
  const date = dateOf(look, metric.days_until);
  return date === null ? null : date - look.day;
};

function dateOf(look: Look, trait: Plain | undefined): number | null {
  const text = traitOf(look, asText(trait).replace('account.', ''));
  return text === null ? null : textToDay(text, look.calendar);
}
