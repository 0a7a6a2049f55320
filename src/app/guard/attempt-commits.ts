import type { Oid } from '../../ports/git-store.ts';

/** Commits that the end of an attempt reaches and its start does not, as far as they are in the graph. */
export function attemptCommits(parents: ReadonlyMap<Oid, readonly Oid[]>, end: Oid, start: Oid | null): readonly Oid[] {
  const found = reached(parents, end, (id) => id === start);
  // In a row of commits the start ends the walk; round a merge it could be passed by.
  const isRow = found.every((id) => (parents.get(id)?.length ?? 0) <= 1);
  if (isRow || start === null) return found;
  const before = new Set(reached(parents, start, () => false));
  return found.filter((id) => !before.has(id));
}

/** What a commit reaches, itself first, as far as it is in the graph; not beyond what `stops` names, which is left out. */
export function reached(parents: ReadonlyMap<Oid, readonly Oid[]>, from: Oid, stops: (id: Oid) => boolean): readonly Oid[] {
  const seen = new Set<Oid>([from]);
  const found: Oid[] = [];
  // A set is walked in the order of adding, also for what is added meanwhile.
  for (const id of seen) {
    const above = parents.get(id);
    if (above === undefined || stops(id)) continue;
    found.push(id);
    for (const parent of above) seen.add(parent);
  }
  return found;
}
