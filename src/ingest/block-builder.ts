// Collects the rows of one table as TabSeparated text and cuts them into blocks that ClickHouse takes.
import { Buffer } from 'node:buffer';
import type { InsertBlock } from '../model/store.ts';
import { INSERT_COLUMNS, type IngestTable } from '../model/tables.ts';

/** ClickHouse refuses a block that touches more partitions (error 252), and raw tables have one a month. */
const MONTHS_PER_BLOCK = 100;

interface OpenBlock {
  text: string;
  rows: number;
}

export class BlockBuilder {
  readonly #table: IngestTable;
  readonly #blocks: OpenBlock[] = [];
  readonly #blockOfMonth = new Map<number, OpenBlock>();

  constructor(table: IngestTable) {
    this.#table = table;
  }

  /** `row` is a whole line, escaped, ended by a newline, its fields in the order of INSERT_COLUMNS. */
  add(row: string, month = 0): void {
    const block = this.#blockOfMonth.get(month) ?? this.#openFor(month);
    block.text += row;
    block.rows++;
  }

  build(): readonly InsertBlock[] {
    return this.#blocks.map(({ text, rows }) => ({
      table: this.#table,
      columns: INSERT_COLUMNS[this.#table],
      rows,
      body: Buffer.from(text, 'utf8'),
    }));
  }

  /** Months keep the block they were first put in, so that rows in random order make few blocks. */
  #openFor(month: number): OpenBlock {
    const index = Math.floor(this.#blockOfMonth.size / MONTHS_PER_BLOCK);
    let block = this.#blocks[index];
    if (block === undefined) {
      block = { text: '', rows: 0 };
      this.#blocks.push(block);
    }
    this.#blockOfMonth.set(month, block);
    return block;
  }
}
