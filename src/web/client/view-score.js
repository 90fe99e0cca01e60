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

function bar(score) {
  const filled = score.parts.map((part, i) => {
    const piece = createElement('span', { class: 'piece', 'data-hue': String(i % 6) });
    piece.style.width = `${(100 * (part.points ?? 0)) / score.outOf}%`;
    return piece;
  });
  return createElement('span', { class: 'score-bar', 'aria-hidden': 'true' }, ...filled);
}

const legend = (score) =>
  createElement(
    'ul',
    { class: 'legend', 'aria-hidden': 'true' },
    ...score.parts.map((part, i) =>
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
        createElement('span', { class: 'legend-weight' }, `of ${part.weight}`),
      ),
    ),
  );

const spoken = (score) =>
  score.parts
    .map(({ part, points, weight }) => `${part} ${points === null ? 'missing' : trim(points)} of ${weight}`)
    .join(', ');

/** At most two decimals, as scores have them, without trailing zeros. */
const trim = (number) => String(Number(number.toFixed(2)));
