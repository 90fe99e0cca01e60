// A grade: `{fit: icp_fit, usage: adoption}`, exactly two scores that have bands.
import { type Grade, gradeLetter, gradeNumber, MOST_LETTERS } from '../grade.ts';
import type { Score } from '../score.ts';
import { hintName, NAME } from './hint-name.ts';
import { bandNodes } from './read-bands.ts';
import { readName } from './read-scalar.ts';
import type { Definition, Reading } from './reading.ts';
import type { MapEntry } from './source.ts';
import type { Words } from './tested.ts';

/** Scores are read before. Undefined after a problem was reported. */
export function readGrade(
  { name, keySpan, value: node }: Definition,
  reading: Reading,
  scores: ReadonlyMap<string, Score>,
): Grade | undefined {
  if (node.kind === 'invalid') return undefined;
  const [first, second, ...more] = node.kind === 'map' ? node.entries : [];
  if (first === undefined || second === undefined || more.length > 0) {
    reading.problems.add(
      'S008',
      node.kind === 'map' ? keySpan : node.span,
      `grade "${name}" needs exactly two scores`,
      'the first gives the letter, the second the number: {fit: icp_fit, usage: adoption}',
    );
    return undefined;
  }
  const letter = readGradedScore(first, reading, { scores, most: MOST_LETTERS });
  const number = readGradedScore(second, reading, { scores, most: Number.POSITIVE_INFINITY });
  return letter === undefined || number === undefined ? undefined : { name, first: letter, second: number };
}

interface GradePlace {
  readonly scores: ReadonlyMap<string, Score>;
  /** Bands, at most. */
  readonly most: number;
}

function readGradedScore(
  { key: label, keySpan, value }: MapEntry,
  reading: Reading,
  { scores, most }: GradePlace,
): Grade['first'] | undefined {
  if (!NAME.test(label)) {
    reading.problems.add('T015', keySpan, `"${label}" is not a name`, hintName(label));
    return undefined;
  }
  const score = readName(value, reading, label);
  if (score === undefined || !reading.use('scores', score, value.span)) return undefined;
  // A score that could not be read has told its own mistake.
  const bands = scores.get(score)?.bands.length;
  if (bands === undefined) return undefined;
  if (bands > 0 && bands <= most) return { label, score };
  if (bands === 0)
    reading.problems.add(
      'S009',
      value.span,
      `score "${score}" has no bands, which a grade is made of`,
      `give it bands, such as {poor: 0, fair: 40, good: 70}`,
    );
  else
    reading.problems.add(
      'S009',
      value.span,
      `score "${score}" has ${bands} bands, more than there are letters`,
      `at most ${most}, or name it second: it is then a number`,
    );
  return undefined;
}

/** Every value that a grade may have, from the source; undefined where its scores and bands cannot be told. */
export function gradeWords(name: string, reading: Reading): Words | undefined {
  const node = reading.definitions.grades.get(name)?.value;
  const [letters, numbers] =
    node?.kind === 'map' ? node.entries.map(({ value }) => countBands(value, reading)) : [];
  if (letters === undefined || numbers === undefined || letters * numbers === 0) return undefined;
  return {
    has: (word) => {
      const [, letter, number] = /^([A-Z])([1-9]\d?)$/.exec(word) ?? [];
      return letter !== undefined && letter < gradeLetter(letters) && Number(number) <= numbers;
    },
    *[Symbol.iterator]() {
      for (let letter = 0; letter < letters; letter++)
        for (let number = 0; number < numbers; number++) yield `${gradeLetter(letter)}${gradeNumber(number)}`;
    },
  };
}

const countBands = (node: MapEntry['value'], reading: Reading): number =>
  node.kind === 'scalar' ? bandNodes(node.raw, reading).length : 0;
