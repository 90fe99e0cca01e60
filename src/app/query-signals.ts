// The list of signals, for the command line.
import type { Store } from '../model/store.ts';
import {
  type ListedSignal,
  listSignals,
  SIGNAL_COLUMNS,
  type SignalFilter,
} from '../store/read/list-signals.ts';

export type { ListedSignal, SignalFilter };

export interface SignalList {
  /** In the order in which they are printed. */
  readonly columns: readonly (keyof ListedSignal)[];
  readonly signals: readonly ListedSignal[];
}

/** Newest first. */
export const querySignals = async (store: Store, filter: SignalFilter): Promise<SignalList> => ({
  columns: SIGNAL_COLUMNS,
  signals: await listSignals(store, filter),
});
