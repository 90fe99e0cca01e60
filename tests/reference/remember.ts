// Remembers what was computed of one close, and whether it hangs on something too near to a threshold to compare.

export interface Memory {
  /** Whether what was computed since the last `clear` is in doubt. */
  doubted(): boolean;
  clear(): void;
  doubt(): void;
  /** The doubts of a remembered value are those of whoever uses it. */
  remember<T>(key: string, make: () => T): T;
}

export function startMemory(): Memory {
  const known = new Map<string, { readonly value: unknown; readonly doubted: boolean }>();
  let doubted = false;
  return {
    doubted: () => doubted,
    clear: () => {
      doubted = false;
    },
    doubt: () => {
      doubted = true;
    },
    remember<T>(key: string, make: () => T): T {
      const found = known.get(key);
      if (found !== undefined) {
        doubted ||= found.doubted;
        return found.value as T;
      }
      const outer = doubted;
      doubted = false;
      const value = make();
      known.set(key, { value, doubted });
      doubted ||= outer;
      return value;
    },
  };
}
