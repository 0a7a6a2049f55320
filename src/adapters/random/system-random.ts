import { randomBytes } from 'node:crypto';
import type { Random } from '../../ports/random.ts';

/** Chance from the system: `hex` fit for nonces and tokens, `unit` for jitter only. */
export function systemRandom(): Random {
  return {
    hex: (bytes) => randomBytes(bytes).toString('hex'),
    unit: () => Math.random(),
  };
}
