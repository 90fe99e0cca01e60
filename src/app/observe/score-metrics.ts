// How evaluation goes in this process: how long closes and ticks take, part by part, and what they decide.
import { Counter, Histogram, type Registry } from 'prom-client';
import type { EvaluationReport } from '../evaluate/evaluate-close.ts';
import type { EvaluationKind, OnPart } from '../evaluate/time-part.ts';

export interface ScoreMetrics {
  readonly onPart: OnPart;
  onEvaluated(
    kind: EvaluationKind,
    report: Pick<EvaluationReport, 'accounts' | 'opened' | 'milliseconds'>,
  ): void;
  onFailed(): void;
}

const SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800];

export function createScoreMetrics(registry: Registry): ScoreMetrics {
  const registers = [registry];
  const seconds = new Histogram({
    name: 'tidemark_score_evaluation_duration_seconds',
    help: 'Time of one finished evaluation; kind is tick or close.',
    labelNames: ['kind'],
    buckets: SECONDS,
    registers,
  });
  const partSeconds = new Histogram({
    name: 'tidemark_score_part_duration_seconds',
    help: 'Time of one part of an evaluation: begin, refresh, evaluate, advance, or save.',
    labelNames: ['kind', 'part'],
    buckets: SECONDS,
    registers,
  });
  const accounts = new Counter({
    name: 'tidemark_score_accounts_total',
    help: 'Accounts evaluated: all of them at a close, those that a rule may open for at a tick.',
    labelNames: ['kind'],
    registers,
  });
  const opened = new Counter({
    name: 'tidemark_score_signals_opened_total',
    help: 'Signals opened, by the kind of evaluation that opened them.',
    labelNames: ['kind'],
    registers,
  });
  const failures = new Counter({
    name: 'tidemark_score_failures_total',
    help: 'Evaluations that failed; the next one takes the same batches again.',
    registers,
  });
  return {
    onPart: (kind, part, took) => partSeconds.observe({ kind, part }, took),
    onEvaluated: (kind, report) => {
      seconds.observe({ kind }, report.milliseconds / 1000);
      accounts.inc({ kind }, report.accounts);
      opened.inc({ kind }, report.opened);
    },
    onFailed: () => failures.inc(),
  };
}
