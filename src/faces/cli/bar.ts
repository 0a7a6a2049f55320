/** How much is done, in exactly `columns` columns: `[####......]`. Full only when all is done, empty only when nothing is. */
export function bar(done: number, of: number, columns: number): string {
  const inner = Math.max(1, columns - 2);
  const share = of === 0 ? 0 : Math.floor((done / of) * inner);
  const full = done === 0 ? 0 : done >= of ? inner : Math.min(inner - 1, Math.max(1, share));
  return `[${'#'.repeat(full)}${'.'.repeat(inner - full)}]`;
}
