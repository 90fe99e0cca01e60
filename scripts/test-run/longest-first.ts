// The order in which vitest takes test files: those that take longest first, so that none of them runs on while the
// other workers have nothing left. What vitest remembers of earlier runs is not there in a new clone.
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Beginnings of the names of files that take about half a minute or more. */
const LONG = [
  'attribution',
  'faults-',
  'import',
  'evaluate',
  'consumer-',
  'champion',
  'community',
  'server-mode',
];

const isShort = ({ moduleId }: TestSpecification): number =>
  Number(!LONG.some((name) => moduleId.includes(`/${name}`)));

const orderOf = ({ project }: TestSpecification): number => project.config.sequence.groupOrder;

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => orderOf(a) - orderOf(b) || isShort(a) - isShort(b));
  }
}
