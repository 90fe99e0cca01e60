// The log: lines for people or machines, and no secret in either.
import { expect, test } from 'vitest';
import { createLogger } from '../../../src/app/create-logger.ts';

function logTo(environment: Record<string, string>, isTTY: boolean) {
  const lines: string[] = [];
  const output = { isTTY, write: (line: string) => lines.push(line) };
  return { lines, logger: createLogger({ environment, output, secrets: ['pat-eu1-secret'] }) };
}

test('a terminal gets short lines, everything else JSON, and LOG_FORMAT decides', () => {
  const terminal = logTo({}, true);
  terminal.logger.info({ rules: 5 }, 'rules applied');
  expect(terminal.lines[0]).toMatch(/^\d\d:\d\d:\d\d info {2}rules applied rules=5\n$/);

  const pipe = logTo({}, false);
  pipe.logger.warn({ sink: 'crm' }, 'not delivered yet');
  expect(JSON.parse(pipe.lines[0] ?? '')).toMatchObject({ level: 40, sink: 'crm', msg: 'not delivered yet' });

  const asked = logTo({ LOG_FORMAT: 'text' }, false);
  asked.logger.info('hello');
  expect(asked.lines[0]).toMatch(/info {2}hello\n$/);
});

test('secrets are blotted out of messages, details and errors', () => {
  for (const isTTY of [true, false]) {
    const { lines, logger } = logTo({}, isTTY);
    logger.error(
      { err: new Error('401 for pat-eu1-secret'), url: 'https://x?t=pat-eu1-secret' },
      'pat-eu1-secret',
    );
    logger.info({ config: { token: 'another-one' } }, 'opened');
    expect(lines.join('')).not.toContain('pat-eu1-secret');
    expect(lines.join('')).not.toContain('another-one');
    expect(lines[0]).toContain('[secret]');
  }
});

test('DEBUG of the environment that is handed in adds stacks for people', () => {
  for (const [environment, stacks] of [
    [{ DEBUG: '1' }, true],
    [{}, false],
  ] as const) {
    const { lines, logger } = logTo({ ...environment }, true);
    logger.error({ err: new Error('no') }, 'failed');
    expect(lines.join('').includes('create-logger.test.ts')).toBe(stacks);
  }
});

test('LOG_LEVEL sets what is shown', () => {
  const { lines, logger } = logTo({ LOG_LEVEL: 'error' }, true);
  logger.warn('not shown');
  expect(lines).toEqual([]);
});
