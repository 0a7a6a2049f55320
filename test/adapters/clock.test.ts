import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import { systemRandom } from '../../src/adapters/random/system-random.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Random } from '../../src/ports/random.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { fakeRandom } from '../support/fake-random.ts';

/** `pass` lets time go by: the fake is pushed, the real one runs by itself. */
function clockContract(name: string, clock: Clock, pass: (ms: number) => Promise<void>): void {
  describe(`clock: ${name}`, () => {
    it('never goes back, and a sleep is never shorter than asked', async () => {
      for (const ms of [0, 1, 3, 7]) {
        const before = clock.monotonic();
        await Promise.all([clock.sleep(ms), pass(ms)]);
        expect(clock.monotonic() - before).toBeGreaterThanOrEqual(ms);
      }
    });

    it('wakes at once when aborted, before or during the sleep', async () => {
      await clock.sleep(1e12, AbortSignal.abort());
      const abort = new AbortController();
      const sleep = clock.sleep(1e12, abort.signal);
      abort.abort();
      await sleep;
    });

    it('tells wall time in milliseconds since 1970', () => {
      expect(clock.now()).toBeGreaterThan(Date.UTC(2020, 0, 1));
    });
  });
}

function randomContract(name: string, random: Random): void {
  it(`random: ${name}`, () => {
    expect(random.hex(16)).toMatch(/^[0-9a-f]{32}$/);
    expect(random.hex(16)).not.toBe(random.hex(16));
    for (let draw = 0; draw < 1000; draw++) {
      const unit = random.unit();
      expect(unit >= 0 && unit < 1).toBe(true);
    }
  });
}

clockContract('system', systemClock(), () => Promise.resolve());
const fake = fakeClock();
clockContract('fake', fake, (ms) => fake.advance(ms));
randomContract('system', systemRandom());
randomContract('fake', fakeRandom());

describe('fake clock', () => {
  it('wakes sleepers in order of their time, each at its own', async () => {
    const clock = fakeClock(0);
    const woke: number[] = [];
    for (const ms of [30, 10, 20]) void clock.sleep(ms).then(() => woke.push(clock.monotonic()));
    await clock.advance(25);
    expect([woke, clock.sleeping()]).toEqual([[10, 20], 1]);
    clock.jump(-86_400_000);
    await clock.advance(5);
    expect([woke, clock.now()]).toEqual([[10, 20, 30], 30 - 86_400_000]);
  });
});

it('the same seed draws the same', () => {
  const [a, b] = [fakeRandom(7), fakeRandom(7)];
  expect([a.hex(8), a.unit()]).toEqual([b.hex(8), b.unit()]);
});
