// kafkajs-snappy ships no types: it is the factory of a codec.
declare module 'kafkajs-snappy' {
  const createCodec: () => unknown;
  // biome-ignore lint/style/noDefaultExport: this is what the package exports.
  export default createCodec;
}
