// How long ticks rest, so that they leave time to ingest and to people's questions.

/** Of ticks that light, half of the time: at a steady load one tick is one thread's work. */
const LIGHT_MILLIS = 1_000;
/** Of ticks that heavy, such as those after an import, a fifth. */
const HEAVY_MILLIS = 2_000;
const LIGHT_REST = 1;
const HEAVY_REST = 4;

/** Milliseconds to wait after a tick that took so many; between light and heavy the share falls evenly. */
export function restAfterTick(took: number): number {
  const heaviness = Math.min(1, Math.max(0, (took - LIGHT_MILLIS) / (HEAVY_MILLIS - LIGHT_MILLIS)));
  return took * (LIGHT_REST + heaviness * (HEAVY_REST - LIGHT_REST));
}
