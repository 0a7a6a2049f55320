/** Shares rows among parts: each gets its least, then one more in turn, in order, as long as it wants and there is one. */
export function share(parts: readonly { readonly want: number; readonly least: number }[], rows: number): readonly number[] {
  const given = parts.map(() => 0);
  let left = rows;
  const give = (at: number, most: number): boolean => {
    if (left <= 0 || (given[at] ?? 0) >= most) return false;
    given[at] = (given[at] ?? 0) + 1;
    left -= 1;
    return true;
  };
  // One row each first, so that no part vanishes; then the least of each; then what is left.
  for (const at of parts.keys()) give(at, Math.min(1, parts[at]?.want ?? 0));
  const rounds = (most: (part: { readonly want: number; readonly least: number }) => number): void => {
    for (let any = true; any; ) {
      any = false;
      for (const [at, part] of parts.entries()) any = give(at, most(part)) || any;
    }
  };
  rounds((part) => Math.min(part.want, part.least));
  rounds((part) => part.want);
  return given;
}
