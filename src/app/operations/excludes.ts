import { readIfThere } from '../faults.ts';
import type { LedgerWorld } from '../world.ts';

const EXCLUDED = ['/_bus/', '/_report/'];
const NOTE = '# coo: the live bus and the mirror of the record; the record itself is the ledger branch';
const CAP = 1_048_576;

/** Lines that `.git/info/exclude` lacks: the bus and the mirror are no business of the operator's `git status`. */
export async function missingExcludes(world: Pick<LedgerWorld, 'files' | 'layout'>): Promise<readonly string[]> {
  const lines = (await textOf(world)).split('\n');
  return EXCLUDED.filter((line) => !lines.includes(line));
}

/** Adds them, after whatever stands there. Returns what was missing. */
export async function exclude(world: Pick<LedgerWorld, 'files' | 'layout'>): Promise<readonly string[]> {
  const missing = await missingExcludes(world);
  if (missing.length === 0) return [];
  const there = await textOf(world);
  const gap = there === '' || there.endsWith('\n') ? '' : '\n';
  await world.files.folder(`${world.layout.common}/info`);
  await world.files.replace(pathIn(world), new TextEncoder().encode(`${there}${gap}${NOTE}\n${missing.join('\n')}\n`));
  return missing;
}

/** Takes them away again, and the remark in front of them; whatever else stands there stays. Returns what was there. */
export async function unexclude(world: Pick<LedgerWorld, 'files' | 'layout'>): Promise<readonly string[]> {
  const lines = (await textOf(world)).split('\n');
  const ours = lines.filter((line) => EXCLUDED.includes(line));
  if (ours.length === 0) return [];
  await world.files.replace(pathIn(world), new TextEncoder().encode(lines.filter((line) => line !== NOTE && !EXCLUDED.includes(line)).join('\n')));
  return ours;
}

async function textOf(world: Pick<LedgerWorld, 'files' | 'layout'>): Promise<string> {
  return new TextDecoder().decode(await readIfThere(world.files, pathIn(world), CAP));
}

function pathIn({ layout }: Pick<LedgerWorld, 'layout'>): string {
  return `${layout.common}/info/exclude`;
}
