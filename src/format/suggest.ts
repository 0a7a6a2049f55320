const MAX_WORD = 64;
const MAX_CANDIDATES = 5_000;

/** The candidate that somebody most likely meant: at most two slips away (one for short words), case apart. */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  if (word === '' || word.length > MAX_WORD) return undefined;
  const meant = word.toLowerCase();
  let best: string | undefined;
  let within = word.length <= 3 ? 1 : 2;
  let looked = 0;
  for (const candidate of candidates) {
    looked += 1;
    if (looked > MAX_CANDIDATES) break;
    const slips = distance(meant, candidate.toLowerCase(), within);
    if (slips === 0) return candidate;
    if (slips > within || slips >= candidate.length || (best !== undefined && slips === within)) continue;
    best = candidate;
    within = slips;
  }
  return best;
}

/** `did you mean x?`, or what else to do. */
export function didYouMean(word: string, candidates: readonly string[], otherwise: string): string {
  const meant = suggest(word, candidates);
  return meant === undefined ? otherwise : `did you mean ${meant}?`;
}

/** Slips (insert, remove, replace, swap neighbours) from one word to the other; stops as soon as there are more than `most`. */
function distance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_unused, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let slips = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) slips = Math.min(slips, (before[j - 2] ?? 0) + 1);
      row.push(slips);
    }
    if (Math.min(...row) > most) return most + 1;
    before = last;
    last = row;
  }
  return last[b.length] ?? most + 1;
}
