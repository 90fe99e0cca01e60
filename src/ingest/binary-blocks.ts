// Collects the rows of one table as RowBinary and cuts them into blocks that ClickHouse takes.
import type { InsertBlock } from '../model/store.ts';
import { INSERT_COLUMNS, type IngestTable } from '../model/tables.ts';
import { RowBuffer } from './row-buffer.ts';

/** ClickHouse refuses a block that touches more partitions (error 252), and raw tables have one a month. */
const MONTHS_PER_BLOCK = 100;

interface OpenBlock {
  readonly buffer: RowBuffer;
  rows: number;
}

export class BinaryBlocks {
  readonly #table: IngestTable;
  readonly #blocks: OpenBlock[] = [];
  readonly #blockOfMonth = new Map<number, OpenBlock>();

  constructor(table: IngestTable) {
    this.#table = table;
  }

  /** Where the caller writes one whole row of this month, its columns in the order of INSERT_COLUMNS. */
  nextRow(month = 0): RowBuffer {
    const block = this.#blockOfMonth.get(month) ?? this.#openFor(month);
    block.rows++;
    return block.buffer;
  }

  build(): readonly InsertBlock[] {
    const columns = INSERT_COLUMNS[this.#table];
    return this.#blocks.map(({ buffer, rows }) => ({
      table: this.#table,
      columns,
      rows,
      format: 'RowBinary',
      body: buffer.written(),
    }));
  }

  /** Months keep the block they were first put in, so that rows in random order make few blocks. */
  #openFor(month: number): OpenBlock {
    const index = Math.floor(this.#blockOfMonth.size / MONTHS_PER_BLOCK);
    let block = this.#blocks[index];
    if (block === undefined) {
      block = { buffer: new RowBuffer(), rows: 0 };
      this.#blocks.push(block);
    }
    this.#blockOfMonth.set(month, block);
    return block;
  }
}
