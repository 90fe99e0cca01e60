// The ruleset in force as this process knows it: another process may apply a new one at any time.
import type { Clock } from '../model/clock.ts';
import type { Store } from '../model/store.ts';
import type { Ruleset } from '../rules/ruleset.ts';
import { readRulesetHash } from '../store/read/read-ruleset-hash.ts';
import { loadAppliedRules } from './apply-rules.ts';

/** Microseconds that an answer is taken for still true. */
const KEEP_MICROS = 1_000_000;

export class RulesInForce {
  readonly #parts: { readonly store: Store; readonly clock: Clock };
  #known:
    | { readonly at: number; readonly mark: string | undefined; readonly ruleset: Ruleset | undefined }
    | undefined;
  #asking: Promise<Ruleset | undefined> | undefined;

  constructor(parts: { readonly store: Store; readonly clock: Clock }) {
    this.#parts = parts;
  }

  /** At most a second old; undefined before any was applied. */
  current(): Promise<Ruleset | undefined> {
    if (this.#known !== undefined && this.#parts.clock.now() - this.#known.at < KEEP_MICROS) {
      return Promise.resolve(this.#known.ruleset);
    }
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #ask(): Promise<Ruleset | undefined> {
    const { store, clock } = this.#parts;
    const mark = await readRulesetHash(store);
    const ruleset =
      this.#known !== undefined && this.#known.mark === mark
        ? this.#known.ruleset
        : await loadAppliedRules(store);
    this.#known = { at: clock.now(), mark, ruleset };
    return ruleset;
  }
}
