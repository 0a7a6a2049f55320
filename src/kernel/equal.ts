/** Whether two values of plain JSON are the same, whatever the order of their members; an absent member and an undefined one are. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || Array.isArray(a) !== Array.isArray(b)) return false;
  const left = new Map(Object.entries(a));
  const right = new Map(Object.entries(b));
  for (const name of new Set([...left.keys(), ...right.keys()])) if (!sameValue(left.get(name), right.get(name))) return false;
  return true;
}
