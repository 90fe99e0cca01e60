import { describe, expect, it } from 'vitest';
import type { Champion, Evidence } from '../../../src/model/signal.ts';
import type { Day } from '../../../src/model/time.ts';
import {
  compareEvidence as compare,
  listUnchecked,
  type Unchecked,
} from '../../../src/scoring/compare-evidence.ts';

const ALL: Unchecked = {
  leaf: () => false,
  score: () => false,
  grade: () => false,
  champion: false,
  sentence: false,
};

const told = (evidence: Evidence, sentence = 'Acme sent 5 messages') => ({ evidence, sentence });

const compareEvidence = (stored: Evidence, found: Evidence, unchecked: Unchecked) =>
  compare(told(stored), told(found), unchecked);

const evidence = (change: Partial<Evidence> = {}): Evidence => ({
  leaves: [{ subject: 'messages', value: 5, test: 'gte 5', outcome: 'true' }],
  scores: {
    use: {
      value: 70,
      band: 'good',
      coverage: 1,
      parts: [{ part: 'volume', points: 70, weight: 100, value: 7 }],
    },
  },
  grades: { lead: 'A1' },
  traits: { name: 'Acme' },
  ...change,
});

const champion: Champion = {
  userId: 'ann',
  name: 'Ann',
  email: 'ann@acme.com',
  role: 'owner',
  points: 20,
  idleDays: 1,
  reasons: ['owner'],
  since: '2026-05-01' as Day,
  next: [],
};

const differing = (stored: Evidence, found: Evidence): readonly string[] =>
  compareEvidence(stored, found, ALL).map(({ what }) => what);

const use = (change: Partial<Evidence['scores'][string]>): Evidence => {
  const { scores } = evidence();
  return evidence({ scores: { use: { ...scores.use, ...change } as Evidence['scores'][string] } });
};

describe('comparing evidence', () => {
  it('finds no difference in what is the same, up to the last digit of what was divided', () => {
    const [leaf] = evidence().leaves;
    const nearly = evidence({ leaves: leaf === undefined ? [] : [{ ...leaf, value: 5 + 1e-12 }] });
    expect(differing(evidence(), nearly)).toEqual([]);
  });

  it('tells values, outcomes and people of leaves', () => {
    const leaves = evidence().leaves;
    const people = { count: 1, users: [{ userId: 'ann', events: 5 }] };
    const change = (more: object) => evidence({ leaves: leaves.map((leaf) => ({ ...leaf, ...more })) });
    expect(compareEvidence(evidence(), change({ value: 6 }), ALL)).toEqual([
      { what: 'messages gte 5', stored: '5 (true)', found: '6 (true)' },
    ]);
    expect(differing(evidence(), change({ outcome: 'unknown' }))).toEqual(['messages gte 5']);
    expect(compareEvidence(change({ people }), evidence(), ALL)).toEqual([
      { what: 'messages gte 5', stored: '5 (true) by 1: ann 5', found: '5 (true)' },
    ]);
  });

  it.each([
    ['value', { value: 71 }],
    ['band', { band: 'poor' }],
    ['coverage', { coverage: 0.5 }],
    ['points of a part', { parts: [{ part: 'volume', points: 69, weight: 100, value: 7 }] }],
    ['value of a part', { parts: [{ part: 'volume', points: 70, weight: 100, value: 8 }] }],
    ['number of parts', { parts: [] }],
  ])('tells the %s of a score', (_, change) => {
    expect(differing(evidence(), use(change))).toEqual(['score.use']);
  });

  it('tells the champion, what gives them points and who comes next', () => {
    expect(differing(evidence({ champion }), evidence({ champion: { ...champion } }))).toEqual([]);
    const next = [{ ...champion, userId: 'bob', name: 'bob', points: 9 }];
    expect(
      compareEvidence(evidence({ champion }), evidence({ champion: { ...champion, next } }), ALL),
    ).toEqual([
      {
        what: 'champion',
        stored: 'ann: Ann (ann@acme.com): owner (20 points) since 2026-05-01',
        found:
          'ann: Ann (ann@acme.com): owner (20 points) since 2026-05-01; next bob: bob (ann@acme.com): owner (9 points)',
      },
    ]);
    expect(differing(evidence({ champion }), evidence())).toEqual(['champion']);
    expect(differing(evidence(), evidence({ champion }))).toEqual(['champion']);
    const silent = { ...champion, reasons: ['silent for 9 days'] };
    expect(differing(evidence({ champion }), evidence({ champion: silent }))).toEqual(['champion']);
  });

  it('tells the sentence', () => {
    expect(compare(told(evidence()), told(evidence(), 'Acme sent 6 messages'), ALL)).toEqual([
      { what: 'sentence', stored: 'Acme sent 5 messages', found: 'Acme sent 6 messages' },
    ]);
  });

  it('tells grades and traits', () => {
    expect(differing(evidence(), evidence({ grades: { lead: null } }))).toEqual(['grade.lead']);
    expect(differing(evidence(), evidence({ traits: { name: 'Acme Ltd' } }))).toEqual(['account.name']);
  });

  it('tells what stands in one of the two alone, but for traits that other rules ask for', () => {
    const nothing = { leaves: [], scores: {}, traits: {} };
    const everything = ['messages gte 5', 'score.use', 'grade.lead'];
    expect(differing(evidence(), nothing)).toEqual(everything);
    expect(differing(nothing, evidence())).toEqual(everything);
  });

  it('leaves out what cannot be computed anew, and lists it', () => {
    const unchecked = {
      leaf: (subject: string) => subject === 'messages',
      score: () => true,
      grade: () => true,
      champion: true,
      sentence: true,
    };
    const nothing = { leaves: [], scores: {}, traits: { name: 'Acme' } };
    const stored = told(evidence({ champion }));
    expect(compare(stored, told(nothing, 'Acme sent 6 messages'), unchecked)).toEqual([]);
    expect(listUnchecked(stored, unchecked)).toEqual([
      'messages',
      'score.use',
      'grade.lead',
      'champion',
      'sentence',
    ]);
    expect(listUnchecked(told(evidence()), { ...ALL, champion: true })).toEqual([]);
  });
});
