/** An entry of a heap; `live: false` marks it as removed until it surfaces. */
export interface HeapEntry {
  readonly rank: number;
  live: boolean;
}

/**
 * A binary heap, least rank first, with lazy removal: O(log n) to add, amortised O(log n) to remove, O(1) to see the best.
 * Ranks of live entries must differ where order matters: equal ranks surface in no promised order.
 */
export interface Heap<T extends HeapEntry> {
  readonly items: T[];
  dead: number;
}

export function newHeap<T extends HeapEntry>(): Heap<T> {
  return { items: [], dead: 0 };
}

export function pushEntry<T extends HeapEntry>(heap: Heap<T>, entry: T): void {
  heap.items.push(entry);
  siftUp(heap.items, heap.items.length - 1);
}

/** Takes an entry out. After it the top, if there is one, is live. */
export function dropEntry<T extends HeapEntry>(heap: Heap<T>, entry: T): void {
  if (!entry.live) return;
  entry.live = false;
  heap.dead += 1;
  prune(heap);
  if (heap.dead > 64 && heap.dead * 2 > heap.items.length) rebuild(heap);
}

/** The live entry of least rank. */
export function topEntry<T extends HeapEntry>(heap: Heap<T>): T | undefined {
  return heap.items[0];
}

/** Live entries of rank <= `limit`, least first; costs only what it returns. */
export function entriesUpTo<T extends HeapEntry>(heap: Heap<T>, limit: number): T[] {
  const found: T[] = [];
  const walk = (at: number): void => {
    const entry = heap.items[at];
    if (entry === undefined || entry.rank > limit) return;
    if (entry.live) found.push(entry);
    walk(at * 2 + 1);
    walk(at * 2 + 2);
  };
  walk(0);
  return found.sort((a, b) => a.rank - b.rank);
}

/** The `most` live entries of least rank, least first; costs only what it looks at. */
export function leastEntries<T extends HeapEntry>(heap: Heap<T>, most: number): T[] {
  const found: T[] = [];
  const edge = newHeap<HeapEntry & { readonly at: number }>();
  const reach = (at: number): void => {
    const entry = heap.items[at];
    if (entry !== undefined) pushEntry(edge, { rank: entry.rank, live: true, at });
  };
  reach(0);
  for (let next = topEntry(edge); next !== undefined && found.length < most; next = topEntry(edge)) {
    dropEntry(edge, next);
    const entry = heap.items[next.at];
    if (entry?.live === true) found.push(entry);
    reach(next.at * 2 + 1);
    reach(next.at * 2 + 2);
  }
  return found;
}

/** How many live entries there are. */
export function heapSize<T extends HeapEntry>(heap: Heap<T>): number {
  return heap.items.length - heap.dead;
}

function prune<T extends HeapEntry>(heap: Heap<T>): void {
  for (let top = heap.items[0]; top !== undefined && !top.live; top = heap.items[0]) {
    const last = heap.items.pop();
    heap.dead -= 1;
    if (last !== undefined && last !== top) {
      heap.items[0] = last;
      siftDown(heap.items, 0);
    }
  }
}

function rebuild<T extends HeapEntry>(heap: Heap<T>): void {
  const live = heap.items.filter((entry) => entry.live).sort((a, b) => a.rank - b.rank);
  heap.items.length = 0;
  for (const entry of live) heap.items.push(entry);
  heap.dead = 0;
}

function siftUp<T extends HeapEntry>(items: T[], from: number): void {
  let at = from;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!swapIfLess(items, at, parent)) return;
    at = parent;
  }
}

function siftDown<T extends HeapEntry>(items: T[], from: number): void {
  let at = from;
  for (;;) {
    const left = at * 2 + 1;
    const right = left + 1;
    let least = at;
    if (rankAt(items, left) < rankAt(items, least)) least = left;
    if (rankAt(items, right) < rankAt(items, least)) least = right;
    if (least === at) return;
    swapIfLess(items, least, at);
    at = least;
  }
}

function rankAt<T extends HeapEntry>(items: readonly T[], at: number): number {
  return items[at]?.rank ?? Number.POSITIVE_INFINITY;
}

function swapIfLess<T extends HeapEntry>(items: T[], child: number, parent: number): boolean {
  const a = items[child];
  const b = items[parent];
  if (a === undefined || b === undefined || a.rank >= b.rank) return false;
  items[child] = b;
  items[parent] = a;
  return true;
}
