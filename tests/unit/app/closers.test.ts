// The order in which a process stops, and that it never waits for ever.
import { expect, test } from 'vitest';
import { Closers } from '../../../src/app/closers.ts';

function watched() {
  const order: string[] = [];
  const closers = new Closers();
  const close = (name: string) => async () => void order.push(name);
  return { order, closers, close };
}

test('roles stop in the order of flow, then the parts, the last opened first', async () => {
  const { order, closers, close } = watched();
  closers.last('store', close('store'));
  closers.last('log', close('log'));
  closers.inFlow('server', close('server'));
  closers.inFlow('deliver', close('deliver'));
  closers.inFlow('score', close('score'), { before: 'deliver' });
  await closers.closeAll(1000);
  expect(order).toEqual(['server', 'score', 'deliver', 'log', 'store']);
});

test('a role that does not stop in time is named', async () => {
  const { closers } = watched();
  closers.inFlow('deliver', () => new Promise(() => undefined));
  await expect(closers.closeAll(20)).rejects.toThrow('"deliver" did not stop within 0.02 seconds');
});

test('closing twice closes once', async () => {
  const { order, closers, close } = watched();
  closers.inFlow('server', close('server'));
  await Promise.all([closers.closeAll(1000), closers.closeAll(1000)]);
  expect(order).toEqual(['server']);
});
