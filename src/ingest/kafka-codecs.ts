// The compression codecs that kafkajs leaves out. Without one, a batch compressed with it stops the consumer for good.
import kafkajs from 'kafkajs';
import snappyCodec from 'kafkajs-snappy';
import { compressFrame, decompressFrame } from 'lz4-napi';
import { compress, decompress } from 'zstd-napi';

interface KafkaEncoder {
  readonly buffer: Buffer;
}

const { CompressionCodecs, CompressionTypes } = kafkajs;

/** Registers Snappy, LZ4 and ZSTD with kafkajs, for the whole process; gzip is its own. May be called again. */
export function registerKafkaCodecs(): void {
  CompressionCodecs[CompressionTypes.Snappy] = snappyCodec;
  CompressionCodecs[CompressionTypes.LZ4] = () => ({
    compress: (encoder: KafkaEncoder) => compressFrame(encoder.buffer),
    decompress: (buffer: Buffer) => decompressFrame(buffer),
  });
  CompressionCodecs[CompressionTypes.ZSTD] = () => ({
    compress: async (encoder: KafkaEncoder) => compress(encoder.buffer),
    decompress: async (buffer: Buffer) => decompress(buffer),
  });
}
