// A message as kafkajs hands it over becomes one of the event log's.
import type { IHeaders, KafkaMessage } from 'kafkajs';
import type { LoggedMessage } from '../model/event-log.ts';
import type { EpochMicros } from '../model/time.ts';

export const toLoggedMessage = ({ offset, key, value, timestamp, headers }: KafkaMessage): LoggedMessage => ({
  offset: Number(offset),
  key,
  value,
  ...headersOf(headers),
  appendedAt: (Number(timestamp) * 1000) as EpochMicros,
});

/** Most messages have none, and carry no field for them. */
function headersOf(
  headers: IHeaders | undefined,
): { readonly headers: Readonly<Record<string, string>> } | undefined {
  if (headers === undefined) return undefined;
  const names = Object.keys(headers);
  if (names.length === 0) return undefined;
  // Of a header that is there twice the first one counts.
  const first = (name: string) => [headers[name]].flat()[0];
  return { headers: Object.fromEntries(names.map((name) => [name, String(first(name) ?? '')])) };
}
