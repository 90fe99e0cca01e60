// The pipeline in eight figures. Cells are made once; only changed text is written.
import { createElement } from './create-element.js';
import { timeElement } from './format-time.js';

const count = new Intl.NumberFormat('en');
const rate = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

const CELLS = [
  ['events', 'Events a second', (p) => rate.format(p.eventsPerSecond)],
  ['lag', 'Lag', (p) => (p.lagMessages === null ? '–' : count.format(p.lagMessages)), () => 'messages'],
  ['tick', 'Last tick', (p) => (p.lastTickAt === null ? '–' : timeElement(p.lastTickAt)), tickTook],
  ['close', 'Last close', (p) => p.lastCloseDay ?? '–'],
  ['open', 'Open signals', (p) => count.format(p.openSignals)],
  ['queue', 'To deliver', (p) => count.format(p.queueDepth)],
  [
    'dead',
    'Dead letters',
    (p) => `${count.format(p.deadLetters)}${p.isDeadLettersCut ? '+' : ''}`,
    (p) => (p.deadLetters > 0 ? 'messages refused' : ''),
  ],
  ['engine', 'Engine', (p) => p.engine.store, (p) => `${p.engine.log}, ${p.engine.queue}`],
];

function tickTook(pipeline) {
  return pipeline.lastTickMs === null ? '' : `took ${count.format(Math.round(pipeline.lastTickMs))} ms`;
}

export function createStrip(list) {
  const cells = CELLS.map(([key, title, value, note]) => {
    const cell = createElement('div', { class: 'figure', 'data-figure': key });
    const shown = createElement('dd', { class: 'value' });
    const small = createElement('dd', { class: 'note' });
    cell.append(createElement('dt', {}, title), shown, small);
    list.append(cell);
    return { cell, shown, small, value, note };
  });
  return (pipeline) => {
    for (const { shown, small, value, note } of cells) {
      replace(shown, value(pipeline));
      replace(small, note?.(pipeline) ?? '');
    }
    list.querySelector('[data-figure=dead]').toggleAttribute('data-warn', pipeline.deadLetters > 0);
    list
      .querySelector('[data-figure=lag]')
      .toggleAttribute('data-warn', (pipeline.lagMessages ?? 0) > 10_000);
  };
}

function replace(element, content) {
  const text = typeof content === 'string' ? content : content.textContent;
  const at = typeof content === 'string' ? undefined : content.dataset.at;
  if (element.textContent === text && element.firstElementChild?.dataset.at === at) return;
  element.replaceChildren(content);
}
