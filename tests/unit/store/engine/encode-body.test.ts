import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { decompressFrame, uncompress } from 'lz4-napi';
import { describe, expect, test } from 'vitest';
import { decompress } from 'zstd-napi';
import { cityHash128 } from '../../../../src/store/engine/city-hash.ts';
import { chooseEncoding, type Encoding, encodeBody } from '../../../../src/store/engine/encode-body.ts';

const body = Buffer.from('signal\t'.repeat(400_000));

describe('an encoding', () => {
  test.each([
    ['gzip, deflate, br', 'br'],
    ['lz4,zstd,gzip,deflate', 'zstd'],
    ['zstd;q=0, gzip;q=0.5', 'gzip'],
    ['identity', undefined],
    [undefined, undefined],
  ])('of %s', (accepted, chosen) => {
    expect(chooseEncoding(accepted)).toBe(chosen);
  });

  test.each<[Encoding, (packed: Uint8Array) => Promise<Uint8Array> | Uint8Array]>([
    ['gzip', promisify(gunzip)],
    ['deflate', promisify(inflate)],
    ['br', promisify(brotliDecompress)],
    ['zstd', decompress],
    ['lz4', decompressFrame],
  ])('%s gives the body back', async (encoding, unpack) => {
    const packed = await encodeBody(body, { blocks: false, encoding });
    expect(packed.length).toBeLessThan(body.length / 10);
    expect(Buffer.from(await unpack(packed)).equals(body)).toBe(true);
  });
});

test('blocks carry a checksum, LZ4 and both sizes, a megabyte of the body each', async () => {
  const packed = Buffer.from(await encodeBody(body, { blocks: true, encoding: undefined }));
  const parts: Buffer[] = [];
  for (let at = 0; at < packed.length; ) {
    const size = packed.readUInt32LE(at + 17);
    const block = packed.subarray(at + 16, at + 16 + size);
    expect(cityHash128(block)).toEqual({
      low: packed.readBigUInt64LE(at),
      high: packed.readBigUInt64LE(at + 8),
    });
    expect(block[0]).toBe(0x82);
    parts.push(await uncompress(Buffer.concat([block.subarray(5, 9), block.subarray(9)])));
    at += 16 + size;
  }
  expect(parts.map(({ length }) => length)).toEqual([1 << 20, 1 << 20, 2_800_000 - (2 << 20)]);
  expect(Buffer.concat(parts).equals(body)).toBe(true);
});

test('an empty body stays empty', async () => {
  expect(await encodeBody(new Uint8Array(0), { blocks: true, encoding: undefined })).toHaveLength(0);
});
