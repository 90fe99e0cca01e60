// An NDJSON file that takes each line once: it reads how far the file has grown before it appends.
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { withLock } from './lock-beside.ts';
import { writeWhole } from './write-whole.ts';

const NEWLINE = 0x0a;
const CHUNK_BYTES = 1 << 20;
/** Somebody who holds the file for longer is found again at the next attempt. */
const PATIENCE_MS = 5000;

/** What the file holds already; it is read as far as it has grown, so that other writers are seen too. */
export class NoticeFile {
  readonly #path: string;
  readonly #known = new Set<string>();
  /** Inode and length of what was read; another inode, or a shorter file, is a rotated one. */
  #inode = 0;
  #read = 0;
  /** Appends go one after the other: checking and writing must not interleave. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  /** Resolves to false when the file has a line of this id. Rejects when the file cannot be read or written. */
  appendOnce(id: string, line: string): Promise<boolean> {
    const turn = this.#last.then(() => this.#appendOnce(id, line));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #appendOnce(id: string, line: string): Promise<boolean> {
    await mkdir(dirname(this.#path), { recursive: true });
    // Another process must not append in between, nor take a line half written for one that a crash left behind.
    const lock = { path: `${this.#path}.lock`, patienceMs: PATIENCE_MS };
    return withLock(lock, () => this.#appendAlone(id, line));
  }

  async #appendAlone(id: string, line: string): Promise<boolean> {
    const file = await open(this.#path, 'a+');
    try {
      await this.#catchUp(file);
      if (this.#known.has(id)) return false;
      await writeWhole(file, Buffer.from(`${line}\n`));
      await file.datasync();
      return true;
    } finally {
      await file.close();
    }
  }

  async #catchUp(file: FileHandle): Promise<void> {
    const { ino, size } = await file.stat();
    if (ino !== this.#inode || size < this.#read) {
      this.#inode = ino;
      this.#read = 0;
      this.#known.clear();
    }
    const rest = await this.#readLines(file, size);
    // A line without its end is what a crash left behind. It was never acknowledged and will be written again.
    if (rest > 0) await file.truncate(this.#read);
  }

  /** Returns the bytes after the last line end. */
  async #readLines(file: FileHandle, size: number): Promise<number> {
    let carry: Uint8Array = new Uint8Array();
    let at = this.#read;
    while (at < size) {
      const { bytesRead, buffer } = await file.read({
        buffer: Buffer.alloc(Math.min(CHUNK_BYTES, size - at)),
        position: at,
      });
      if (bytesRead === 0) break;
      at += bytesRead;
      const bytes = Buffer.concat([carry, buffer.subarray(0, bytesRead)]);
      const end = bytes.lastIndexOf(NEWLINE) + 1;
      for (const line of bytes.subarray(0, end).toString('utf8').split('\n')) this.#remember(line);
      carry = bytes.subarray(end);
    }
    this.#read = at - carry.length;
    return carry.length;
  }

  #remember(line: string): void {
    const id = /^\{"id":"(msg_[0-9a-f]+)"/.exec(line)?.[1];
    if (id !== undefined) this.#known.add(id);
  }
}
