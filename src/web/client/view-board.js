// Two columns of cards, kept up to date without flicker: a card is made anew only when its signal changed.
import { createElement } from './create-element.js';
import { signalKey } from './sort-signals.js';
import { viewSignal } from './view-signal.js';

/** Cards shown in a column before "Show all". */
const FIRST = 40;

const COLUMNS = [
  {
    key: 'leads',
    title: 'Leads',
    about: 'Teams that are ready to talk',
    none: 'No open leads.',
    kinds: 'pql, mql, expansion or onboarding',
  },
  {
    key: 'alerts',
    title: 'Alerts',
    about: 'Accounts that need a hand',
    none: 'No open alerts.',
    kinds: 'churn_risk, or a kind of your own,',
  },
];

/** @returns `show({leads, alerts}, {filter, totals})`, which draws both columns */
export function createBoard(main, { onClearFilter }) {
  const columns = COLUMNS.map((column) => createColumn(column, onClearFilter));
  main.append(...columns.map(({ section }) => section));
  return (signals, state) => {
    for (const column of columns)
      column.show(signals[column.key], { ...state, total: state.totals[column.key] });
  };
}

function createColumn({ key, title, about, none, kinds }, onClearFilter) {
  const number = createElement('span', { class: 'count' });
  const list = createElement('ol', { class: 'cards' });
  const more = createElement('button', { class: 'more', type: 'button', hidden: true });
  const empty = createElement('div', { class: 'empty', hidden: true });
  const section = createElement(
    'section',
    { class: 'column', 'aria-labelledby': `${key}-title`, 'data-column': key },
    createElement(
      'header',
      { class: 'column-top' },
      createElement('h2', { id: `${key}-title` }, title, ' ', number),
      createElement('p', {}, about),
    ),
    list,
    more,
    empty,
  );
  const cards = new Map();
  const view = { all: false, last: undefined };
  more.addEventListener('click', () => {
    view.all = true;
    view.last?.();
  });
  const show = (signals, state) => {
    view.last = () => show(signals, state);
    number.textContent =
      signals.length === state.total ? `${state.total}` : `${signals.length} of ${state.total}`;
    const shown = view.all ? signals : signals.slice(0, FIRST);
    reconcile(list, cards, { signals: shown, fresh: state.fresh });
    more.hidden = shown.length === signals.length;
    more.textContent = `Show all ${signals.length}`;
    showEmpty(empty, { key, none, kinds, isEmpty: signals.length === 0, state, onClearFilter });
  };
  return { key, section, show };
}

/** Moves, replaces and removes only what differs, so that focus and scroll stay where they are. */
function reconcile(list, cards, { signals, fresh }) {
  const wanted = new Map(signals.map((signal) => [signalKey(signal), signal]));
  for (const [key, card] of cards) {
    if (wanted.has(key)) continue;
    card.item.remove();
    cards.delete(key);
  }
  let place = list.firstElementChild;
  for (const [key, signal] of wanted) {
    const item = upsertCard(cards, { key, signal, isFresh: fresh.has(key) });
    if (item === place) place = place.nextElementSibling;
    else list.insertBefore(item, place);
  }
}

function upsertCard(cards, { key, signal, isFresh }) {
  const text = JSON.stringify(signal);
  const known = cards.get(key);
  if (known === undefined) {
    const item = createElement('li', { 'data-new': isFresh }, viewSignal(signal));
    cards.set(key, { item, text });
    return item;
  }
  if (known.text !== text) {
    const had = known.item.contains(document.activeElement);
    const inScore = had && document.activeElement.matches('.score-face');
    known.item.replaceChildren(viewSignal(signal));
    if (had) known.item.querySelector(inScore ? '.score-face' : '.card')?.focus({ preventScroll: true });
    known.text = text;
  }
  return known.item;
}

function showEmpty(empty, { key, none, kinds, isEmpty, state, onClearFilter }) {
  const isBare = state.totals.leads + state.totals.alerts === 0;
  const mood = !isEmpty ? '' : state.total > 0 ? `filter ${state.filter}` : isBare ? 'bare' : 'quiet';
  empty.hidden = !isEmpty;
  if (empty.dataset.mood === mood) return;
  empty.dataset.mood = mood;
  if (mood === '') empty.replaceChildren();
  else if (state.total > 0) empty.replaceChildren(nothingFound(state.filter, onClearFilter));
  else
    empty.replaceChildren(
      createElement('p', {}, none),
      isBare && key === 'leads' ? whatToDo() : whatOpens(kinds),
    );
}

const whatOpens = (kinds) =>
  createElement('p', { class: 'about' }, `A rule of kind ${kinds} opens one as soon as its condition holds.`);

function nothingFound(filter, onClearFilter) {
  const clear = createElement('button', { class: 'more', type: 'button' }, 'Clear the filter');
  clear.addEventListener('click', onClearFilter);
  return createElement('div', {}, createElement('p', {}, `Nothing here matches “${filter}”.`), clear);
}

const whatToDo = () =>
  createElement(
    'ol',
    { class: 'steps' },
    createElement('li', {}, 'Send events, or import them: ', code('tidemark events import FILE')),
    createElement('li', {}, 'Apply rules: ', code('tidemark rules apply rules')),
    createElement('li', {}, 'Close the days of the past: ', code('tidemark evaluate --from DAY --to DAY')),
  );

const code = (text) => createElement('code', {}, text);
