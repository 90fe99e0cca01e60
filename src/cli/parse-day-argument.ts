// A day on the command line: anything else is a mistake in its use.
import { InvalidArgumentError } from 'commander';
import { type Day, parseDay } from '../model/time.ts';

export function parseDayArgument(text: string): Day {
  try {
    return parseDay(text);
  } catch {
    throw new InvalidArgumentError('Write a day of the calendar as YYYY-MM-DD.');
  }
}
