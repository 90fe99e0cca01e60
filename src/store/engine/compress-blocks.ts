// ClickHouse's own compression of a body, which its clients ask for by `compress=1`: blocks, each with a checksum, the
// method, two sizes and the data.
import { setImmediate } from 'node:timers/promises';
import { cityHash128 } from './city-hash.ts';

const LZ4 = 0x82;
/** Method and the two sizes; the size in the head counts them, the checksum covers them. */
const HEAD_BYTES = 9;
const CHECKSUM_BYTES = 16;
/** Uncompressed, as ClickHouse has it by default. */
const BLOCK_BYTES = 1 << 20;

/** An empty body has no block. */
export async function compressBlocks(body: Uint8Array): Promise<Buffer> {
  // Loaded only when asked for: it is a native library.
  const { compress } = await import('lz4-napi');
  const blocks: Uint8Array[] = [];
  for (let at = 0; at < body.length; at += BLOCK_BYTES) {
    const data = body.subarray(at, at + BLOCK_BYTES);
    // Begins with four bytes that tell the size, which ClickHouse keeps in the head instead.
    const packed = await compress(data);
    blocks.push(...frame(packed.subarray(4), data.length));
    // The checksum takes the only thread of this process some milliseconds; others are waiting.
    await setImmediate();
  }
  return Buffer.concat(blocks);
}

function frame(packed: Uint8Array, size: number): readonly Uint8Array[] {
  const block = Buffer.alloc(HEAD_BYTES + packed.length);
  block.writeUInt8(LZ4, 0);
  block.writeUInt32LE(block.length, 1);
  block.writeUInt32LE(size, 5);
  block.set(packed, HEAD_BYTES);
  const { low, high } = cityHash128(block);
  const checksum = Buffer.alloc(CHECKSUM_BYTES);
  checksum.writeBigUInt64LE(low, 0);
  checksum.writeBigUInt64LE(high, 8);
  return [checksum, block];
}
