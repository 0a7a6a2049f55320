import type { Clock } from '../../ports/clock.ts';
import type { Asked } from '../../ports/forge.ts';
import { faultOf } from './fault.ts';

/** Waits between tries when the forge is broken, in milliseconds. */
const BROKEN_MS = [1_000, 4_000] as const;
/** A limit that ends within this time is waited for; a longer one is told. In milliseconds. */
const LONGEST_WAIT_MS = 30_000;
/** So many limits are waited for in one call. */
const MOST_WAITS = 3;

export interface Asking {
  readonly clock: Clock;
  /** Taken out of whatever is said. */
  readonly token: string;
}

/**
 * One call of the forge, tried again where that can help: after a short limit always, since it was refused without effect; when the forge is
 * broken only where `again` says that a second call does no harm. Throws what is no answer of the forge's.
 */
export async function ask<T>({ clock, token }: Asking, asked: string, again: boolean, call: () => Promise<T>): Promise<Asked<T>> {
  let waits = 0;
  for (let broken = 0; ; ) {
    try {
      return { ok: true, value: await call() };
    } catch (error) {
      const fault = faultOf(error, asked, clock.now(), token);
      if (fault === undefined) throw error;
      const pause = fault.code === 'FORGE_DOWN' && again ? BROKEN_MS[broken] : undefined;
      const limit = fault.code === 'FORGE_RATE_LIMITED' && waits < MOST_WAITS ? fault.retry_at_ms - clock.now() : undefined;
      if (pause !== undefined) {
        broken += 1;
        await clock.sleep(pause);
      } else if (limit !== undefined && limit <= LONGEST_WAIT_MS) {
        waits += 1;
        await clock.sleep(Math.max(0, limit));
      } else return { ok: false, fault };
    }
  }
}

/** What was answered before, by URL: asked again with its ETag, the forge says 304 and counts nothing against the limit. */
export class Remembered<T> {
  readonly #known = new Map<string, { readonly etag: string; readonly value: T }>();

  async get(key: string, call: (headers: Readonly<Record<string, string>>) => Promise<{ readonly headers: { readonly etag?: string | undefined }; readonly data: T }>): Promise<T> {
    const known = this.#known.get(key);
    try {
      const { headers, data } = await call(known === undefined ? {} : { 'if-none-match': known.etag });
      if (headers.etag !== undefined) this.#known.set(key, { etag: headers.etag, value: data });
      return data;
    } catch (error) {
      if (known === undefined || !(error instanceof Error) || !('status' in error) || error.status !== 304) throw error;
      return known.value;
    }
  }
}
