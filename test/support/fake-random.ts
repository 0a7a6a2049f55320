import type { Random } from '../../src/ports/random.ts';

/** Repeatable chance: the same seed gives the same draws (mulberry32). Never for secrets. */
export function fakeRandom(seed = 1): Random {
  let state = seed >>> 0;
  const word = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  return {
    hex: (bytes) => Array.from({ length: bytes }, () => (word() & 0xff).toString(16).padStart(2, '0')).join(''),
    unit: () => word() / 4_294_967_296,
  };
}
