// A file of events as it lies on disk: its size, its hash, its beginning, and its bytes, unpacked where it is gzip.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { unzipChunks } from './unzip-chunks.ts';

const READ_BYTES = 256 * 1024;
/** Gzip unpacks to up to a thousand times as much, all of which is in memory at once. */
const READ_PACKED_BYTES = 16 * 1024;
const HEAD_BYTES = 256 * 1024;

/** A file could not be read, or not to its end. What stands before the fault has been imported. */
export class ImportError extends Error {
  override readonly name = 'ImportError';
}

/** @throws ImportError when it cannot be read or is no file. */
export async function sizeOf(file: string): Promise<number> {
  try {
    const found = await stat(file);
    if (found.isFile()) {
      await (await open(file)).close();
      return found.size;
    }
  } catch (error) {
    throw new ImportError(`cannot import ${file}: ${messageOf(error)}`, { cause: error });
  }
  throw new ImportError(`cannot import ${file}: it is not a file`);
}

/** `onRead` is told the bytes of each piece as they lie on disk. */
export async function* readFile(file: string, onRead: (bytes: number) => void): AsyncGenerator<Buffer> {
  const isPacked = await isGzip(file);
  const source = createReadStream(file, { highWaterMark: isPacked ? READ_PACKED_BYTES : READ_BYTES });
  const told = tell(source, onRead);
  yield* isPacked ? unzipChunks(told) : told;
}

async function* tell(source: AsyncIterable<Buffer>, onRead: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    onRead(chunk.length);
    yield chunk;
  }
}

/** Unpacked; less than the whole head where the file is shorter or its gzip broken. */
export async function readHead(file: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of readFile(file, () => undefined)) {
      parts.push(chunk.subarray(0, HEAD_BYTES - length));
      length += chunk.length;
      if (length >= HEAD_BYTES) break;
    }
  } catch {
    // Told when it is imported, after what stands before the broken place.
  }
  return Buffer.concat(parts);
}

async function isGzip(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
}

export async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: READ_BYTES })) hash.update(chunk);
  return hash.digest('hex');
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
