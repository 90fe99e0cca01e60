// Writes all of a line: a nearly full disk or a quota may take only the beginning of it, and call that a success.
import type { FileHandle } from 'node:fs/promises';

/** Rejects when the file takes no more; what it took by then is a line without an end. */
export async function writeWhole(file: Pick<FileHandle, 'write'>, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, at, bytes.length - at);
    if (bytesWritten === 0) throw new Error(`only ${at} of ${bytes.length} bytes could be written`);
    at += bytesWritten;
  }
}
