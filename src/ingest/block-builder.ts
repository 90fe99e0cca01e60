// Collects the rows of one table as TabSeparated text and cuts them into blocks that ClickHouse takes.
import { Buffer } from 'node:buffer';
import type { InsertBlock } from '../model/store.ts';
import { INSERT_COLUMNS, type IngestTable } from '../model/tables.ts';

/** ClickHouse refuses a block that touches more partitions (error 252), and raw tables have one a month. */
const MONTHS_PER_BLOCK = 100;

/** Characters gathered before they are encoded: ropes that live longer are copied by the garbage collector. */
const CHUNK_LENGTH = 32_768;

interface OpenBlock {
  readonly chunks: Buffer[];
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
    if (block.text.length > CHUNK_LENGTH) encode(block);
  }

  build(): readonly InsertBlock[] {
    return this.#blocks.map((block) => {
      encode(block);
      const body = Buffer.concat(block.chunks);
      return { table: this.#table, columns: INSERT_COLUMNS[this.#table], rows: block.rows, body };
    });
  }

  /** Months keep the block they were first put in, so that rows in random order make few blocks. */
  #openFor(month: number): OpenBlock {
    const index = Math.floor(this.#blockOfMonth.size / MONTHS_PER_BLOCK);
    let block = this.#blocks[index];
    if (block === undefined) {
      block = { chunks: [], text: '', rows: 0 };
      this.#blocks.push(block);
    }
    this.#blockOfMonth.set(month, block);
    return block;
  }
}

function encode(block: OpenBlock): void {
  block.chunks.push(Buffer.from(block.text, 'utf8'));
  block.text = '';
}
