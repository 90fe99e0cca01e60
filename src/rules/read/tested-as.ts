// What a subject can be tested against: numbers, words of a closed list, true and false, dates, or whatever stands there.
import type { Subject } from '../metric.ts';
import { bandNodes } from './read-bands.ts';
import { gradeWords } from './read-grades.ts';
import { isNumeric } from './read-subject.ts';
import type { Reading } from './reading.ts';
import type { DateTested, Tested } from './tested.ts';

/** `name` is how the subject is written in a condition. */
export function testedAs(name: string, subject: Subject, reading: Reading): Tested {
  const what = `"${name}"`;
  if (isNumeric(subject)) return { what, type: 'number', subject: name };
  if (subject.kind === 'signal') return { what, type: 'word', words: new Set(['open', 'closed']) };
  if (subject.kind === 'band') return { what, type: 'word', words: bandNames(subject.name, reading) };
  if (subject.kind === 'grade') return testedAsGrade(what, subject.name, reading);
  if (subject.kind === 'champion' && subject.field === 'changed') return testedAsTruth(what, reading);
  if (subject.kind !== 'trait') return { what, type: 'any' };
  const { trait } = subject;
  const date = dateTested(trait);
  return {
    what,
    type: 'any',
    subject: name,
    ...(date === undefined ? {} : { date }),
    onType(type, span) {
      // A number that is compared with what is certainly a date has told its own mistake.
      if (date?.sure !== true || type !== 'number') reading.traitType(trait, type, span);
    },
  };
}

/** `created_at` is what the age of an account is counted from; other traits may only be called like a date. */
function dateTested(trait: string): DateTested | undefined {
  if (trait === 'created_at')
    return {
      sure: true,
      days: 'since',
      hintDays: (test) => `for its age in days write account.age_days: ${test}`,
    };
  if (!/_(at|date)$/.test(trait)) return undefined;
  const days = /end|expir|renew|due|until|next/.test(trait) ? 'until' : 'since';
  return {
    sure: false,
    days,
    hintDays: (test) => `for days test a metric {days_${days}: account.${trait}} with ${test}`,
  };
}

const testedAsTruth = (what: string, reading: Reading): Tested => ({
  what,
  type: 'any',
  onType(type, span) {
    if (type === 'boolean') return;
    reading.problems.add('C003', span, `${what} is true or false`, 'write true, false, or an exists');
  },
});

const bandNames = (score: string, reading: Reading): ReadonlySet<string> =>
  new Set(bandNodes(score, reading).map((entry) => entry.key));

/** A grade that cannot be read has told its own mistake. */
function testedAsGrade(what: string, name: string, reading: Reading): Tested {
  const words = gradeWords(name, reading);
  return words === undefined ? { what, type: 'any' } : { what, type: 'word', words, spelled: true };
}
