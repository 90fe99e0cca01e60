// Asks for the overview every two seconds and draws it. When the server is gone, what was known stays, marked as old.
import { formatRelative, refreshTimes, setServerClock } from './format-time.js';
import { matchesFilter, signalKey, sortSignals } from './sort-signals.js';
import { createBoard } from './view-board.js';
import { createStrip } from './view-strip.js';

const EVERY_MS = 2000;
const EVERY_HIDDEN_MS = 15_000;
const PATIENCE_MS = 10_000;

const byId = (id) => document.getElementById(id);
const filter = byId('filter');
const state = { overview: undefined, fresh: new Set(), filter: '', timer: 0, asking: false };
const showStrip = createStrip(byId('strip'));
const showBoard = createBoard(byId('board'), { onClearFilter: clearFilter });

async function ask() {
  clearTimeout(state.timer);
  if (state.asking) return;
  state.asking = true;
  try {
    const answer = await fetch('api/overview', {
      cache: 'no-store',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const body = await answer.json();
    if (!answer.ok) throw new Error(body.message ?? `The server answered ${answer.status}.`);
    state.fresh = newSince(state.overview, body);
    state.overview = body;
    setServerClock(body.at, body.timeZone);
    draw();
    showHealth(undefined);
  } catch (error) {
    showHealth(error);
  } finally {
    state.asking = false;
    state.timer = setTimeout(ask, document.hidden ? EVERY_HIDDEN_MS : EVERY_MS);
  }
}

/** Keys of the signals that opened while one was watching. */
function newSince(before, now) {
  if (before === undefined) return new Set();
  const known = new Set(before.signals.map(signalKey));
  return new Set(now.signals.map(signalKey).filter((key) => !known.has(key)));
}

function draw() {
  if (state.overview === undefined) return;
  const all = sortSignals(state.overview.signals);
  const keep = (signals) =>
    state.filter === '' ? signals : signals.filter((s) => matchesFilter(s, state.filter));
  const shown = { leads: keep(all.leads), alerts: keep(all.alerts) };
  showStrip(state.overview.pipeline);
  showBoard(shown, {
    filter: state.filter,
    fresh: state.fresh,
    totals: { leads: all.leads.length, alerts: all.alerts.length },
  });
  const found = shown.leads.length + shown.alerts.length;
  setText('found', state.filter === '' ? '' : `${found} of ${state.overview.signals.length} match`);
  document.title =
    state.overview.signals.length > 0 ? `(${state.overview.signals.length}) Tidemark` : 'Tidemark';
  refreshTimes();
}

function showHealth(error) {
  const trouble = byId('trouble');
  document.body.toggleAttribute('data-stale', error !== undefined);
  trouble.hidden = error === undefined;
  byId('pulse').dataset.state = error === undefined ? 'live' : 'gone';
  setText('pulse-text', error === undefined ? 'Live' : 'Not connected');
  if (error === undefined) return;
  const gone = error instanceof TypeError || error.name === 'TimeoutError' || error instanceof SyntaxError;
  const what = gone ? 'The server does not answer. Is “tidemark up” running?' : error.message;
  const known =
    state.overview === undefined ? '' : ` Below is what was known ${formatRelative(state.overview.at)}.`;
  setText('trouble', `${what}${known} Trying again every two seconds.`);
}

function setText(id, text) {
  const element = byId(id);
  if (element.textContent !== text) element.textContent = text;
}

function clearFilter() {
  filter.value = '';
  state.filter = '';
  draw();
  filter.focus();
}

/** Down one column, then the other: the order in which they are read. */
function moveFocus(step) {
  const cards = [...document.querySelectorAll('.card')];
  const current = cards.findIndex((card) => card.contains(document.activeElement));
  const next = cards[current === -1 ? (step > 0 ? 0 : -1) : current + step];
  next?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: 'nearest' });
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const isTyping = event.target === filter;
  if (event.key === 'Escape' && (isTyping || state.filter !== '')) clearFilter();
  else if (isTyping) return;
  else if (event.key === '/') filter.focus();
  else if (event.key === 'j') moveFocus(1);
  else if (event.key === 'k') moveFocus(-1);
  else return;
  event.preventDefault();
}

filter.addEventListener('input', () => {
  state.filter = filter.value.trim();
  draw();
});
document.addEventListener('keydown', onKey);
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) ask();
});
setInterval(refreshTimes, 1000);
ask();
