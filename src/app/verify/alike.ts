import { sameValue } from '../../kernel/equal.ts';

/** Whether two values of plain JSON are the same. What has not the very same members may still be: one of them with an undefined member. */
export function isSame(a: unknown, b: unknown): boolean {
  return isAlike(a, b) || sameValue(a, b);
}

/** Whether two values have the very same members, at a fraction of what it costs to render them. */
export function isAlike(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const names = Object.keys(a);
  if (Object.keys(b).length !== names.length || Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [a as Readonly<Record<string, unknown>>, b as Readonly<Record<string, unknown>>];
  for (const name of names) if (!isAlike(left[name], right[name])) return false;
  return true;
}
