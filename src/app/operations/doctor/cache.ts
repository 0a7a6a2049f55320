import { reviveHead, revivePlan } from '../../../kernel/snapshot.ts';
import type { PlanSnapshot } from '../../../kernel/snapshot.ts';
import type { State } from '../../../kernel/state.ts';
import { inWords } from '../../faults.ts';
import { readCacheHead, readCachePlan } from '../../ledger/cache.ts';
import { LedgerSession } from '../../ledger/session.ts';
import { cooPaths } from '../../layout.ts';
import { needsLedger } from './check.ts';
import type { Check, Patient } from './check.ts';
import { steady } from './steady.ts';

/** Whether the cached fold can be read. Nothing depends on it but the time that a command takes. */
export const cacheCheck: Check = async (patient) => {
  const { session } = patient;
  if (session === undefined) return needsLedger('cache');
  const { files, layout } = patient.world;
  const kind = (await files.info(cooPaths.cache(layout)))?.kind ?? 'folder';
  if (kind !== 'folder') return [{ check: 'cache', state: 'warn', message: `${cooPaths.cache(layout)} is ${inWords(kind)}, not a folder: commands fold the ledger from its first entry`, fix: 'move it away; then: coo doctor --repair' }];
  const found = await steady(session, async () => {
    const wrong = await wrongOf(patient);
    if (wrong === undefined) return [];
    return [{ check: 'cache', state: 'warn', message: `${wrong}: commands fold the ledger from its first entry`, fix: 'coo doctor --repair', mend: { what: 'make it again', run: async () => rebuild(patient) } }];
  });
  return found.length > 0 ? found : [{ check: 'cache', state: 'ok', message: 'the cache can be read' }];
};

async function wrongOf({ world }: Patient): Promise<string | undefined> {
  const folder = cooPaths.cache(world.layout);
  const head = await readCacheHead(world);
  if (head === undefined) return `${folder}/head.json is missing, torn, or of another version`;
  const state = reviveHead(head.state);
  for (const line of head.plans) {
    const plan = await readCachePlan(world, line);
    if (plan === undefined) return `${folder}/${line.file} is missing or torn`;
    if (!isRevived(state, plan)) return `${folder}/${line.file} holds no plan`;
  }
  const commit = await world.git.read(head.head);
  return commit === null ? `${folder}/head.json is of another history` : undefined;
}

function isRevived(state: State, plan: PlanSnapshot): boolean {
  try {
    return revivePlan(state, plan) !== undefined;
  } catch {
    return false;
  }
}

/** Views only: readers that meet the gap fold the ledger instead. */
async function rebuild({ world }: Patient): Promise<string> {
  const folder = cooPaths.cache(world.layout);
  await world.files.remove(`${folder}/head.json`);
  const session = await LedgerSession.open(world, 'all');
  await session.cache();
  return `${folder} is made again as of entry ${String(session.seq)}`;
}
