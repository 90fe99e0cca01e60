// What the killed process and its killer must agree on.
export const PARTITIONS = 6;

/** Kafka's own least: a dead process keeps its partitions for so long. */
export const SESSION_MILLIS = 6_000;
