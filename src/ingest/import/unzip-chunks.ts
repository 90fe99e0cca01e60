// Unpacks gzip piece by piece, so that everything before a broken spot is handed on before the error.
import { createGunzip, type Gunzip } from 'node:zlib';

/** Rejects, after the last good bytes, when the input is cut off or broken. */
export async function* unzipChunks(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  const unpacked: Buffer[] = [];
  const collect = (): void => {
    for (let chunk = gunzip.read(); chunk !== null; chunk = gunzip.read()) unpacked.push(chunk);
  };
  gunzip.on('readable', collect);
  const broken = new Promise<never>((_, reject) => gunzip.once('error', reject));
  // Raced below; when nobody waits at that moment, it must not end the process.
  broken.catch(() => {});
  try {
    for await (const chunk of source) {
      const fault = await settle(Promise.race([write(gunzip, chunk), broken]));
      collect();
      yield* unpacked.splice(0);
      if (fault !== undefined) throw fault;
    }
    const fault = await settle(Promise.race([end(gunzip), broken]));
    collect();
    yield* unpacked.splice(0);
    if (fault !== undefined) throw fault;
  } finally {
    gunzip.destroy();
  }
}

const write = (gunzip: Gunzip, chunk: Buffer): Promise<void> =>
  new Promise((resolve) => gunzip.write(chunk, () => resolve()));

const end = (gunzip: Gunzip): Promise<void> =>
  new Promise((resolve) => {
    gunzip.once('end', resolve);
    gunzip.end();
  });

async function settle(work: Promise<void>): Promise<Error | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
