import { branchesApart, elsewhere, mendBranches, mendSplit } from '../../ledger/mend.ts';
import type { LedgerSession } from '../../ledger/session.ts';
import { needsLedger } from './check.ts';
import type { Check, Found } from './check.ts';
import { steady } from './steady.ts';

/** Whether `seen` and the plans' branches stand where the ledger says. A kill between two refs of one swap leaves them behind. */
export const refsCheck: Check = async ({ session }) => {
  if (session?.home === undefined) return needsLedger('refs');
  const found = await steady(session, async () => apart(session));
  return found.length > 0 ? found : [{ check: 'refs', state: 'ok', message: 'refs stand where the ledger says' }];
};

async function apart(session: LedgerSession): Promise<readonly Found[]> {
  const found: Found[] = [];
  if ((await session.world.git.ref(session.refs.seen)) !== session.head) {
    const mend = async (): Promise<string> => [...(await mendSplit(session)), `${session.refs.seen} is moved on to ${session.head ?? ''}`].join('; ');
    found.push({ check: 'refs', state: 'warn', message: `${session.refs.seen} is behind ${session.refs.ledger}: a kill cut a publish in two`, fix: 'coo doctor --repair; the next publisher does the same', mend: { what: 'move refs on to where the ledger says', run: mend } });
  }
  for (const { ref, now, tip, behind } of await branchesApart(session)) {
    const message = `${ref} stands at ${now ?? 'nothing'}, and the ledger says ${tip}`;
    if (!behind) found.push({ check: 'refs', state: 'bad', message, fix: elsewhere(ref, tip) });
    else found.push({ check: 'refs', state: 'warn', message: `${message}: it was not moved yet`, fix: 'coo doctor --repair', mend: { what: 'move it on', run: async () => (await mendBranches(session)).mended.join('; ') } });
  }
  return found;
}
