// What the columns of a CSV file mean: written by people as YAML, checked in app/, carried out by map-row.ts.
import type { TimeZone } from '../../model/time.ts';
import type { TimePattern } from './time-pattern.ts';

/** The name in the header, or the number from 1 where there is no header. */
export type Column = string | number;

/** A cell, or the same text in every row. */
export type Source = { readonly column: Column } | { readonly value: string };

export const FIELD_KINDS = ['text', 'number', 'boolean', 'json'] as const;
export type FieldKind = (typeof FIELD_KINDS)[number];

interface FieldSource {
  readonly column: Column;
  readonly type: FieldKind;
}

export interface TimeSource {
  readonly column: Column;
  readonly format: 'iso' | 'seconds' | 'milliseconds' | TimePattern;
  /** Of times that name no offset. */
  readonly timezone: TimeZone;
}

export interface RowMapping {
  readonly type: 'track' | 'identify' | 'group';
  readonly event?: Source | undefined;
  readonly account_id?: Source | undefined;
  readonly user_id?: Source | undefined;
  readonly id?: Source | undefined;
  readonly timestamp: TimeSource;
  /** Properties of a track, traits of the others. */
  readonly fields: Readonly<Record<string, FieldSource>>;
  readonly delimiter: string;
  readonly header: boolean;
}
