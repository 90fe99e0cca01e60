// How the body of an answer is packed on its way: by ClickHouse's own blocks, by a content-encoding of HTTP, or both.
import { promisify } from 'node:util';
import { brotliCompress, constants, deflate, gzip } from 'node:zlib';
import { compressBlocks } from './compress-blocks.ts';

export interface Packing {
  /** `compress=1`. */
  readonly blocks: boolean;
  /** What the client takes, when it also says `enable_http_compression=1`, as ClickHouse wants it. */
  readonly encoding: Encoding | undefined;
}

export type Encoding = keyof typeof encoders;

/** In the order that ClickHouse prefers them. Quick rather than small: most clients are on this machine. */
const encoders = {
  zstd: async (body: Uint8Array): Promise<Uint8Array> => (await import('zstd-napi')).compress(body),
  br: (body: Uint8Array): Promise<Buffer> =>
    promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
  lz4: async (body: Uint8Array): Promise<Buffer> => (await import('lz4-napi')).compressFrame(body),
  gzip: (body: Uint8Array): Promise<Buffer> => promisify(gzip)(body, { level: 3 }),
  deflate: (body: Uint8Array): Promise<Buffer> => promisify(deflate)(body, { level: 3 }),
} as const;

/** @returns undefined where none of ours is among them; `q=0` takes one out. */
export function chooseEncoding(acceptEncoding: string | undefined): Encoding | undefined {
  const accepted = new Set(
    (acceptEncoding ?? '')
      .split(',')
      .map((part) =>
        part
          .trim()
          .toLowerCase()
          .split(/\s*;\s*/),
      )
      .filter(([, quality]) => !/^q=0(\.0*)?$/.test(quality ?? ''))
      .map(([name]) => name),
  );
  return (Object.keys(encoders) as Encoding[]).find((name) => accepted.has(name));
}

export async function encodeBody(body: Uint8Array, { blocks, encoding }: Packing): Promise<Uint8Array> {
  const packed = blocks ? await compressBlocks(body) : body;
  return encoding === undefined ? packed : encoders[encoding](packed);
}
