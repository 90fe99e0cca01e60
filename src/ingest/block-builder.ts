// Collects the rows of one table as TabSeparated text. For tables with few rows; BinaryBlocks is for the many.
import { Buffer } from 'node:buffer';
import type { InsertBlock } from '../model/store.ts';
import { INSERT_COLUMNS, type IngestTable } from '../model/tables.ts';

/** Characters gathered before they are encoded: ropes that live longer are copied by the garbage collector. */
const CHUNK_LENGTH = 32_768;

export class BlockBuilder {
  readonly #table: IngestTable;
  readonly #chunks: Buffer[] = [];
  #text = '';
  #rows = 0;

  constructor(table: IngestTable) {
    this.#table = table;
  }

  /** `row` is a whole line, escaped, ended by a newline, its fields in the order of INSERT_COLUMNS. */
  add(row: string): void {
    this.#text += row;
    this.#rows++;
    if (this.#text.length > CHUNK_LENGTH) this.#encode();
  }

  /** One block, or none. */
  build(): readonly InsertBlock[] {
    if (this.#rows === 0) return [];
    this.#encode();
    const columns = INSERT_COLUMNS[this.#table];
    return [{ table: this.#table, columns, rows: this.#rows, body: Buffer.concat(this.#chunks) }];
  }

  #encode(): void {
    this.#chunks.push(Buffer.from(this.#text, 'utf8'));
    this.#text = '';
  }
}
