// The page in real Chromium, over a real server with data of the test's own.
import Fastify, { type FastifyInstance } from 'fastify';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildWeb } from '../../src/web/build-web.ts';
import type { Overview } from '../../src/web/web-data.ts';
import { adoption, ago, anOverview, aPipeline, aSignal, notSent } from './overview-fixture.ts';

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

let browser: Browser;
let server: FastifyInstance;
let address: string;
let answer: () => Promise<Overview>;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
});
afterAll(async () => {
  await browser.close();
});

beforeEach(async () => {
  show(anOverview());
  server = Fastify({ forceCloseConnections: true });
  const data = {
    overview: () => answer(),
    readiness: async () => ({ ready: true, reasons: [], remarks: [] }),
  };
  server.register(buildWeb({ data, onError: () => undefined }));
  address = await server.listen({ host: '127.0.0.1', port: 0 });
  await openPage({ width: 1280, height: 900 });
});
afterEach(async () => {
  await page.close();
  await server.close();
});

function show(overview: Overview): void {
  answer = async () => overview;
}

async function openPage(viewport: { readonly width: number; readonly height: number }): Promise<void> {
  page = await browser.newPage({ viewport });
  page.setDefaultTimeout(10_000);
  complaints = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(address);
  await page.waitForSelector('.column-top .count:not(:empty)');
}

const card = (name: string) =>
  page.locator('.card', { has: page.getByRole('heading', { name, exact: true }) });
const cardNames = (column: 'leads' | 'alerts') =>
  page.locator(`[data-column=${column}] .account`).allTextContents();
/** As it is rendered: what is hidden does not count. */
const seen = (locator: Locator): Promise<string> =>
  // biome-ignore lint/performance/useDomNodeTextContent: only what is rendered shall count.
  locator.innerText();
const textOf = (selector: string): Promise<string> => seen(page.locator(selector));

describe('the page', () => {
  it('shows leads and alerts apart, the most severe and then the newest first', async () => {
    expect(await cardNames('leads')).toEqual([
      'Heron Robotics',
      'Lantern Studios',
      'Sable Finance',
      'Wren Learning',
      'Osprey Foods',
    ]);
    expect(await cardNames('alerts')).toEqual([
      'Thistle Logistics',
      'Copper Health',
      'Juniper & Sons',
      'Meadow Energy',
    ]);
    expect(complaints).toEqual([]);
  });

  it('says of a signal what, how severe, since when, and where it was delivered', async () => {
    const text = await seen(card('Thistle Logistics'));
    expect(text).toContain('Thistle Logistics: last seen 31 days ago, 0% of 16 seats used in two weeks');
    expect(text.toLowerCase()).toContain('critical');
    expect(text).toContain('since 17 days ago');
    expect(text).toMatch(/csm_alerts\s+delivered/);
    expect(text).toMatch(/crm\s+delivered\s+17 days ago\s+20377/);
    expect(await card('Thistle Logistics').locator('.meta time').getAttribute('title')).toBe(
      '14 Mar 2026, 15:20:00 UTC',
    );
  });

  it('says whom to talk to and why, where somebody stands out', async () => {
    const champion = {
      name: 'Mira Osei',
      email: 'mira@heron.example',
      reasons: ['owner', 'silent for 9 days'],
    };
    const signals = [
      aSignal({ accountName: 'Led', champion }),
      aSignal({ accountName: 'Lonely', accountId: 'b', champion: null }),
    ];
    show(anOverview({ signals }));
    await page.reload();
    const line = card('Led').locator('.champion');
    // A card that was just put in place has no text for a moment.
    await expect.poll(() => seen(line)).toMatch(/Mira Osei\s+owner, silent for 9 days/);
    expect(await line.getByTitle('mira@heron.example').count()).toBe(1);
    expect(await card('Lonely').locator('.champion').count()).toBe(0);
  });

  it('says why something was not delivered', async () => {
    expect(await seen(card('Wren Learning'))).toContain('Property "pql_score" does not exist');
    expect(await seen(card('Osprey Foods'))).toContain('already so when the rule was applied');
    expect(await seen(card('Meadow Energy'))).toContain('tidemark signals release usage_drops');
    expect(await seen(card('Copper Health'))).toContain('waiting for the rate limit');
    expect(await seen(card('Sable Finance'))).toMatch(/crm\s+waiting/);
  });

  it('says why a signal is not sent, to whom, and what would send it', async () => {
    const signals = [
      aSignal({
        accountName: 'New Sink',
        accountId: 'a',
        deliveries: [
          { sink: 'crm', outcome: 'delivered', remoteId: '7', at: ago(1000), reason: 'opened' },
          notSent('hooks', 'before_sink'),
          notSent('archive', 'before_sink'),
        ],
      }),
      aSignal({ accountName: 'Past', accountId: 'b', deliveries: [notSent('crm', 'past_close')] }),
      aSignal({ accountName: 'Renamed', accountId: 'c', deliveries: [notSent('crm', 'no_such_sink')] }),
      aSignal({ accountName: 'Quiet', accountId: 'd', deliveries: [notSent('crm', 'state_not_wanted')] }),
      aSignal({ accountName: 'No Route', accountId: 'e', deliveries: [], unrouted: 'no_route' }),
      aSignal({ accountName: 'Shadow', accountId: 'f', deliveries: [], unrouted: 'not_live' }),
    ];
    show(anOverview({ signals }));
    await page.reload();
    const deliveries = (name: string) => seen(card(name).locator('.deliveries'));
    const all = 'tidemark up --deliver-open sends it.';
    expect(await deliveries('New Sink')).toContain(
      `Not sent to hooks, archive: opened before this sink was set up; ${all}`,
    );
    expect(await deliveries('New Sink')).toContain('delivered');
    expect(await deliveries('Past')).toBe(
      `Not sent to crm: opened by tidemark evaluate, which never delivers; ${all}`,
    );
    expect(await deliveries('Renamed')).toBe(
      'Not sent to crm: tidemark.yaml configures no sink of this name.',
    );
    expect(await deliveries('Quiet')).toBe(
      'Not sent to crm: its rule’s notify does not name the state open.',
    );
    expect(await deliveries('No Route')).toBe(
      'Not sent: no route for the kind pql. Add one under routes in tidemark.yaml, or notify to the rule.',
    );
    expect(await deliveries('Shadow')).toBe('Not sent: the rule is in shadow.');
  });

  it('draws a score as the sum of its parts and names them on focus', async () => {
    const lantern = card('Lantern Studios');
    const widths = await lantern
      .locator('.piece')
      .evaluateAll((pieces) =>
        pieces.map((piece) => (piece as unknown as { style: { width: string } }).style.width),
      );
    expect(widths).toEqual(['31.5%', '30%', '14%', '0%']);
    expect(await lantern.locator('.legend').isVisible()).toBe(false);
    await lantern.locator('.score-face').focus();
    expect(await lantern.locator('.legend').isVisible()).toBe(true);
    expect(await seen(lantern.locator('.legend'))).toMatch(/volume\s+31\.5\s+of 40/i);
    expect(await lantern.getByRole('button').getAttribute('aria-label')).toContain(
      'adoption: 75.5 of 100, good',
    );
  });

  it('draws a capped score as long as it is, and says what the cap took away', async () => {
    const capped = adoption([31.5, 30, 14, 0]);
    const cap = { part: 'cap', points: -45.5, weight: 0 };
    const before = anOverview();
    const accountName = 'Capped Company';
    const scores = [{ ...capped, value: 30, band: 'poor', parts: [...capped.parts, cap] }];
    show({ ...before, signals: [aSignal({ accountId: 'capped', accountName, scores }), ...before.signals] });
    const shown = card(accountName);
    await shown.waitFor();
    const widths = await shown
      .locator('.piece')
      .evaluateAll((pieces) =>
        pieces.map((piece) => (piece as unknown as { style: { width: string } }).style.width),
      );
    expect(widths).toEqual(['30%', '0%', '0%', '0%', '0%']);
    await shown.locator('.score-face').focus();
    expect(await seen(shown.locator('.legend'))).toMatch(/cap\s+-45\.5$/i);
    expect(await shown.getByRole('button').getAttribute('aria-label')).toMatch(/cap -45\.5$/);
  });

  it('follows the data without being reloaded, and leaves alone what did not change', async () => {
    await card('Lantern Studios').evaluate((element) => element.setAttribute('data-mark', 'kept'));
    await card('Lantern Studios').locator('.score-face').focus();
    const before = anOverview();
    const opened = aSignal({
      accountId: 'ember-labs',
      accountName: 'Ember Labs',
      severity: 'critical',
      openedAt: ago(500),
    });
    const signals = [opened, ...before.signals.filter(({ accountName }) => accountName !== 'Wren Learning')];
    show({ ...before, signals, pipeline: aPipeline({ eventsPerSecond: 1234 }) });
    await card('Ember Labs').waitFor();
    expect((await cardNames('leads'))[0]).toBe('Ember Labs');
    expect(await cardNames('leads')).not.toContain('Wren Learning');
    expect(await textOf('[data-figure=events] .value')).toBe('1,234');
    expect(await card('Lantern Studios').getAttribute('data-mark')).toBe('kept');
    expect(await page.evaluate('document.activeElement.className')).toBe('score-face');
  });

  it('shows what an account calls itself, and runs none of it', async () => {
    const name = '<script>window.owned = 1</script><img src=x onerror="window.owned = 2">';
    show(
      anOverview({
        signals: [aSignal({ accountName: name, sentence: `${name} is a lead`, rule: '<b>r</b>' })],
      }),
    );
    await page.reload();
    await page.waitForSelector('.card');
    expect(await page.locator('.account').textContent()).toBe(name);
    expect(await page.locator('.sentence').textContent()).toBe(`${name} is a lead`);
    expect(await page.locator('#board :is(script, img, b)').count()).toBe(0);
    expect(await page.evaluate('window.owned')).toBeUndefined();
    expect(complaints).toEqual([]);
  });

  it('finds signals by words, from the keyboard', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('seats quiet');
    await page.waitForFunction(`document.querySelectorAll('.card').length === 2`);
    expect(await cardNames('alerts')).toEqual(['Thistle Logistics', 'Juniper & Sons']);
    expect(await textOf('#found')).toBe('2 of 9 match');
    expect(await textOf('[data-column=leads] .empty')).toContain('Nothing here matches “seats quiet”');
    await page.keyboard.press('Escape');
    await page.waitForFunction(`document.querySelectorAll('.card').length === 9`);
  });

  it('moves from card to card with j and k', async () => {
    const focused = () => page.evaluate(`document.activeElement.querySelector('.account')?.textContent`);
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    expect(await focused()).toBe('Lantern Studios');
    await page.keyboard.press('k');
    expect(await focused()).toBe('Heron Robotics');
  });

  it('says what to do while there is nothing', async () => {
    show(
      anOverview({
        signals: [],
        pipeline: aPipeline({ lastTickAt: null, lastTickMs: null, lastCloseDay: null }),
      }),
    );
    await page.reload();
    await page.waitForSelector('.empty:not([hidden])');
    expect(await textOf('[data-column=leads] .empty')).toContain('tidemark events import FILE');
    expect(await textOf('[data-column=alerts] .empty')).toContain('No open alerts.');
    expect(await textOf('[data-figure=close] .value')).toBe('–');
  });

  it('keeps what was known when the server is gone, and says so', async () => {
    await server.close();
    await page.locator('#trouble').waitFor();
    expect(await textOf('#trouble')).toContain('The server does not answer');
    expect(await textOf('#trouble')).toContain('Below is what was known');
    expect(await cardNames('leads')).toContain('Heron Robotics');
    expect(await textOf('#pulse')).toBe('Not connected');
  });

  it('says that the data cannot be read, and recovers by itself', async () => {
    answer = async () => Promise.reject(new Error('no store'));
    await page.locator('#trouble').waitFor();
    expect(await textOf('#trouble')).toContain('The data could not be read just now');
    show(anOverview());
    await page.locator('#trouble').waitFor({ state: 'hidden' });
    expect(await textOf('#pulse')).toBe('Live');
  });

  it('stays quick with many signals and shows all when asked', async () => {
    const many = Array.from({ length: 800 }, (_, i) =>
      aSignal({
        accountId: `account-${i}`,
        accountName: `Account ${i}`,
        scores: [adoption([i % 40, 10, 5, 0])],
      }),
    );
    show(anOverview({ signals: many }));
    await page.reload();
    await page.waitForSelector('.card');
    expect(await page.locator('.card').count()).toBe(40);
    await page.getByRole('button', { name: 'Show all 800' }).click();
    expect(await page.locator('.card').count()).toBe(800);
    const redrawn = await page.evaluate(`(async () => {
      const started = performance.now();
      document.getElementById('filter').value = 'account-79';
      document.getElementById('filter').dispatchEvent(new Event('input'));
      document.body.offsetHeight;
      return performance.now() - started;
    })()`);
    expect(await page.locator('.card').count()).toBe(11);
    expect(redrawn).toBeLessThan(500);
  });

  it('fits a phone without scrolling sideways', async () => {
    await page.close();
    show(
      anOverview({
        pipeline: aPipeline({ engine: { store: 'embedded ClickHouse', log: 'Kafka', queue: 'Redis' } }),
        signals: [aSignal({ accountName: 'A'.repeat(120), rule: 'r'.repeat(80) }), ...anOverview().signals],
      }),
    );
    await openPage({ width: 390, height: 844 });
    await page.locator('.score-face').first().focus();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    const figures = page.locator('.figure .value');
    const ends = await figures.evaluateAll((all) => all.map((one) => one.getBoundingClientRect().right));
    expect(ends.length).toBeGreaterThan(6);
    expect(Math.max(...ends)).toBeLessThanOrEqual(390);
    expect(complaints).toEqual([]);
  });
});
