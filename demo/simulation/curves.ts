// Shapes of activity: how busy an account is, relative to a normal working day, by days since its story turned.

export type Curve = (sinceTurn: number) => number;

export const always: Curve = () => 1;
/** Doubles every `days`, from little at the start to 1 at the turn and flat from there. */
export const rising =
  (days: number): Curve =>
  (sinceTurn) =>
    Math.min(1, 2 ** (sinceTurn / days));
export const falling =
  (to: number): Curve =>
  (sinceTurn) =>
    sinceTurn < 0 ? 1 : to;
/** A fifth less each week. */
export const fading: Curve = (sinceTurn) => (sinceTurn < 0 ? 1 : 0.8 ** (1 + Math.floor(sinceTurn / 7)));
/** Six weeks of nothing before the turn, and nearly as before after it. */
export const returning: Curve = (sinceTurn) => (sinceTurn < -42 ? 1 : sinceTurn < 0 ? 0 : 0.8);

/** Nothing turns. */
export const STEADY = { level: always, grows: false, atTurn: 'nothing', turn: [0, 0] } as const;
