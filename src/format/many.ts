/** `1 step`, `2 steps`: for nouns that take an s. */
export function many(count: number, what: string): string {
  return `${String(count)} ${what}${count === 1 ? '' : 's'}`;
}
