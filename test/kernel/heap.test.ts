import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { dropEntry, entriesUpTo, heapSize, leastEntries, newHeap, pushEntry, topEntry } from '../../src/kernel/heap.ts';
import type { Heap, HeapEntry } from '../../src/kernel/heap.ts';

it('is empty to begin with', () => {
  const heap: Heap<HeapEntry> = newHeap();
  expect(topEntry(heap)).toBeUndefined();
  expect(heapSize(heap)).toBe(0);
  expect(entriesUpTo(heap, Number.POSITIVE_INFINITY)).toEqual([]);
});

it('behaves like a sorted list under any pushes and drops', () => {
  const move = fc.oneof({ weight: 3, arbitrary: fc.record({ push: fc.nat(500) }) }, { weight: 2, arbitrary: fc.record({ drop: fc.nat() }) });
  const property = fc.property(fc.array(move, { maxLength: 400, size: 'max' }), (moves) => {
    const heap: Heap<HeapEntry> = newHeap();
    const model: HeapEntry[] = [];
    const ranks = (): readonly number[] => model.map(({ rank }) => rank).sort((a, b) => a - b);
    for (const one of moves) {
      if ('push' in one) {
        const entry = { rank: one.push, live: true };
        model.push(entry);
        pushEntry(heap, entry);
      } else if (model.length > 0) {
        const [entry] = model.splice(one.drop % model.length, 1);
        if (entry === undefined) continue;
        dropEntry(heap, entry);
        dropEntry(heap, entry);
      }
      expect(topEntry(heap)?.rank).toBe(ranks()[0]);
      expect(heapSize(heap)).toBe(model.length);
    }
    expect(entriesUpTo(heap, 250).map(({ rank }) => rank)).toEqual(ranks().filter((rank) => rank <= 250));
    expect(leastEntries(heap, 7).map(({ rank }) => rank)).toEqual(ranks().slice(0, 7));
  });
  fc.assert(property, { seed: 1, numRuns: 60 });
});

it('does not keep what was dropped for ever', () => {
  const heap: Heap<HeapEntry> = newHeap();
  const entries = Array.from({ length: 1_000 }, (_, rank) => ({ rank, live: true }));
  for (const entry of entries) pushEntry(heap, entry);
  for (const entry of entries.slice(1)) dropEntry(heap, entry);
  expect(topEntry(heap)?.rank).toBe(0);
  expect(heap.items.length).toBeLessThan(130);
});
