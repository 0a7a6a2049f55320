import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { madeLedger } from './made-ledger.ts';
import type { MadeLedger } from './made-ledger.ts';
import { gitIn } from './scratch.ts';

/** A repository with so many receipts in its history, and a small change to one file staged in it. */
export async function stagedIn(repo: string, receipts: number): Promise<MadeLedger> {
  const made = await madeLedger({ name: `receipts-${String(receipts)}`, receipts, atOnce: 500 }, repo);
  gitIn(repo, ['reset', '-q', '--hard']);
  writeFileSync(join(repo, 'staged.ts'), 'export function installHooksAtTheRoot(place: HookPlace): Promise<void> {\n  return place.installEverything(DEFAULT_INSTALLATION_OPTIONS);\n}\n');
  gitIn(repo, ['add', 'staged.ts']);
  return made;
}
