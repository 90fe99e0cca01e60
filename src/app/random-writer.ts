// The mark of an evaluating process: tells it from another that writes at the same instant.

/** 18 decimal digits, which always fit into 64 bits. */
export const randomWriter = (random: () => number): string =>
  `${1 + Math.floor(random() * 8e8)}${String(Math.floor(random() * 1e9)).padStart(9, '0')}`;
