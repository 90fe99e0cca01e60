// A request's body as bytes: unpacked where it is gzip, whatever its content type says, since clients say anything.
import { gunzip, type ZlibOptions } from 'node:zlib';
import { OversizeBody } from './receive-body.ts';
import { refuseRequest } from './request-refusal.ts';

const GZIP_MAGIC = [0x1f, 0x8b];

/** @throws OversizeBody when it unpacks to more than `maxBytes`, RequestRefusal 400 when it is broken, 415 for other codings. */
export async function readBody(raw: Buffer, encoding: string | undefined, maxBytes: number): Promise<Buffer> {
  const coding = (encoding ?? 'identity').trim().toLowerCase();
  const looksZipped = raw[0] === GZIP_MAGIC[0] && raw[1] === GZIP_MAGIC[1];
  if (coding === 'gzip' || coding === 'x-gzip' || (coding === 'identity' && looksZipped)) {
    return unzip(raw, { maxOutputLength: maxBytes });
  }
  if (coding !== 'identity' && coding !== '') {
    throw refuseRequest(
      415,
      'unsupported_encoding',
      `Content-Encoding "${coding}" is not read; send gzip or none.`,
    );
  }
  return raw;
}

function unzip(raw: Buffer, options: ZlibOptions & { readonly maxOutputLength: number }): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    gunzip(raw, options, (error, unzipped) => {
      if (error === null) resolve(unzipped);
      else if ('code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') {
        const text = `The body unpacks to more than ${options.maxOutputLength} bytes.`;
        reject(new OversizeBody(text, raw));
      } else reject(refuseRequest(400, 'invalid_gzip', `The body is not whole gzip: ${error.message}.`));
    });
  });
}
