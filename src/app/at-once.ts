/** Enough to keep the disk's queue full; more only takes memory. */
const WIDTH = 16;

/**
 * Does `work` for each of many small things on the disk, some of them at the same time. They are begun in their order, and the results stand in it.
 * After a failure nothing more is begun; it is thrown once all that was begun has ended.
 */
export async function atOnce<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  const failures: unknown[] = [];
  let next = 0;
  const hand = async (): Promise<void> => {
    for (let at = next++; at < items.length && failures.length === 0; at = next++) {
      try {
        results[at] = await work(items[at] as T);
      } catch (cause) {
        failures.push(cause);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(WIDTH, items.length) }, hand));
  if (failures.length > 0) throw failures[0];
  return results;
}
