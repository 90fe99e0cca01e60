// SQL that is true where all parts are, without AND: ClickHouse's optimizer of logical chains looks through everything
// below each AND and OR, which took half of the time that the one statement took.

/** UInt8 from parts that are UInt8; null where a part is null, so only for parts that are null together or never. */
export const sqlBoth = (parts: readonly string[]): string =>
  parts.length === 0 ? '1' : parts.reduce((all, part) => `bitAnd(${all}, ${part})`);
