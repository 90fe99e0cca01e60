// A score as one bar made of its parts; hovering or focusing it shows what each part gave.
import { createElement } from './create-element.js';

export function viewScore(score) {
  const label = score.value === null ? 'not enough data' : `${trim(score.value)} of ${score.outOf}`;
  const band = score.band === null ? '' : `, ${score.band}`;
  return createElement(
    'div',
    { class: 'score' },
    createElement(
      'button',
      {
        class: 'score-face',
        type: 'button',
        'aria-label': `${score.name}: ${label}${band}. ${spoken(score)}`,
      },
      createElement('span', { class: 'score-name' }, score.name),
      bar(score),
      createElement('span', { class: 'score-value' }, score.value === null ? '–' : trim(score.value)),
      createElement('span', { class: 'score-band' }, score.band ?? ''),
    ),
    legend(score),
  );
}

/** As long as the score: what a cap takes away is missing at its end. */
function bar(score) {
  let left = score.value ?? score.outOf;
  const filled = score.parts.map((part, i) => {
    const piece = createElement('span', { class: 'piece', 'data-hue': String(i % 6) });
    const points = Math.max(0, Math.min(part.points ?? 0, left));
    left -= points;
    piece.style.width = `${(100 * points) / score.outOf}%`;
    return piece;
  });
  return createElement('span', { class: 'score-bar', 'aria-hidden': 'true' }, ...filled);
}

const legend = (score) =>
  createElement(
    'ul',
    { class: 'legend', 'aria-hidden': 'true' },
    ...told(score).map((part, i) =>
      createElement(
        'li',
        {},
        createElement('span', { class: 'swatch', 'data-hue': String(i % 6) }),
        createElement('span', { class: 'legend-name' }, part.part),
        createElement(
          'span',
          { class: 'legend-points' },
          part.points === null ? 'missing' : trim(part.points),
        ),
        createElement('span', { class: 'legend-weight' }, ofWeight(part)),
      ),
    ),
  );

const spoken = (score) =>
  told(score)
    .map((part) =>
      `${part.part} ${part.points === null ? 'missing' : trim(part.points)} ${ofWeight(part)}`.trim(),
    )
    .join(', ');

/** A cap, which alone has no weight, is told when it takes something away. */
const told = (score) => score.parts.filter(({ points, weight }) => weight > 0 || points < 0);
const ofWeight = ({ weight }) => (weight > 0 ? `of ${weight}` : '');

/** At most two decimals, as scores have them, without trailing zeros. */
const trim = (number) => String(Number(number.toFixed(2)));
