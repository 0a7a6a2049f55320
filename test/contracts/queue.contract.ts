import { beforeEach, describe, expect, it } from 'vitest';
import type { Queue } from '../../src/ports/lock.ts';

/** What every `Queue` does. `setUp` gives a way to make waiters for one and the same thing. */
export function queueContract(name: string, setUp: () => () => Queue): void {
  describe(`queue: ${name}`, () => {
    let waiter: () => Queue;
    beforeEach(() => {
      waiter = setUp();
    });

    it('gives the turn to one, and says so', async () => {
      const [a, b] = [waiter(), waiter()];
      expect(await b.busy()).toBe(false);
      const release = await a.turn(0);
      expect([await a.busy(), await b.busy(), await b.turn(0), await a.turn(0)]).toEqual([true, true, undefined, undefined]);
      await release?.();
      expect(await b.busy()).toBe(false);
      const second = await b.turn(0);
      expect(second).toBeTypeOf('function');
      await second?.();
    });

    it('is not released twice', async () => {
      const [a, b] = [waiter(), waiter()];
      const first = await a.turn(0);
      await first?.();
      const second = await b.turn(0);
      await first?.();
      expect(await a.busy()).toBe(true);
      await second?.();
    });

    it('lets many through one after the other', async () => {
      let inside = 0;
      let most = 0;
      const pass = async (): Promise<void> => {
        const release = await waiter().turn(60_000);
        inside += 1;
        most = Math.max(most, inside);
        await new Promise(setImmediate);
        inside -= 1;
        expect(release).toBeTypeOf('function');
        await release?.();
      };
      await Promise.all(Array.from({ length: 30 }, pass));
      expect([most, await waiter().busy()]).toEqual([1, false]);
    });
  });
}
