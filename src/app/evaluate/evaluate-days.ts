// Closes past days one after another: after an import, and to catch up. It never delivers.
import { addDays, type Day, daysBetween } from '../../model/time.ts';
import { type EvaluationReport, evaluateClose } from './evaluate-close.ts';
import type { Evaluator } from './evaluator.ts';
import { rememberPlans } from './remember-plans.ts';

export interface EvaluateDays extends Evaluator {
  readonly from: Day;
  /** Included. */
  readonly to: Day;
  readonly onProgress?: (progress: {
    readonly done: number;
    readonly total: number;
    readonly report: EvaluationReport;
  }) => void;
}

export interface DaysReport {
  readonly days: number;
  readonly transitions: number;
  readonly opened: number;
  readonly rowsRead: number;
  readonly milliseconds: number;
}

export async function evaluateDays(options: EvaluateDays): Promise<DaysReport> {
  const total = daysBetween(options.from, options.to) + 1;
  const evaluator = { ...options, plans: rememberPlans(options.timezone) };
  let sum: DaysReport = { days: 0, transitions: 0, opened: 0, rowsRead: 0, milliseconds: 0 };
  for (let done = 0; done < total; done++) {
    const report = await evaluateClose(evaluator, addDays(options.from, done));
    sum = {
      days: sum.days + 1,
      transitions: sum.transitions + report.transitions,
      opened: sum.opened + report.opened,
      rowsRead: sum.rowsRead + report.rowsRead,
      milliseconds: sum.milliseconds + report.milliseconds,
    };
    options.onProgress?.({ done: done + 1, total, report });
  }
  return sum;
}
