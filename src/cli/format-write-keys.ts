// A list of write keys as a table for people, or as JSON for scripts.
import Table from 'cli-table3';
import type { ListedKey } from '../app/keys/list-write-keys.ts';

export function formatWriteKeys(keys: readonly ListedKey[], format: 'table' | 'json'): string {
  if (format === 'json') return keys.map((key) => `${JSON.stringify(key)}\n`).join('');
  if (keys.length === 0) return 'no write keys; make one with "tidemark keys create NAME"\n';
  const table = new Table({
    head: ['name', 'from', 'created', 'revoked', 'last used', 'requests', 'accepted', 'rejected'],
    colAligns: ['left', 'left', 'left', 'left', 'left', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  });
  for (const key of keys) {
    table.push([
      key.name,
      key.from,
      key.created_at ?? '',
      key.revoked_at ?? '',
      key.last_used_at ?? 'never',
      ...[key.requests, key.accepted, key.rejected].map((count) => count.toLocaleString('en')),
    ]);
  }
  return `${table.toString()}\nTimes are UTC. Counts may lag by a few seconds.\n`;
}
