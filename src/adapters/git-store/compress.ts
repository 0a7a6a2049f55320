import { promisify } from 'node:util';
import { deflate, deflateSync } from 'node:zlib';

/** Above this, compressing would hold up the event loop: it goes to the thread pool. */
const COMPRESS_ASIDE_BYTES = 64 * 1024;
const COMPRESSION = { level: 1 } as const;
const deflateAside = promisify<Uint8Array, { level: number }, Buffer>(deflate);

export async function compress(bytes: Uint8Array): Promise<Uint8Array> {
  return bytes.length > COMPRESS_ASIDE_BYTES ? await deflateAside(bytes, COMPRESSION) : deflateSync(bytes, COMPRESSION);
}
