import { parseOrderId } from '../../kernel/ids.ts';
import { Failure } from '../failure.ts';
import { readIfRegular } from '../faults.ts';
import { cooPaths, layoutOf } from '../layout.ts';
import { lostLedger } from '../ledger/copies.ts';
import { readHome } from '../ledger/home.ts';
import { tryParse } from '../stored.ts';
import type { LedgerWorld } from '../world.ts';

const SMALL_CAP = 65_536;

/** Why there is no ledger where a command looks for one, and where to go: of the home of one that is lost, LEDGER_REWOUND. */
export async function noLedger(world: LedgerWorld): Promise<Failure> {
  return (await insideAttempt(world)) ?? (await lostLedger(world, await readHome(world))) ?? new Failure({ code: 'NO_LEDGER', message: `there is no ledger in ${world.layout.worktree ?? world.layout.common}`, fix: 'coo init' });
}

/** In an attempt's workspace: where its ledger is. A workspace is `<ledger>/<order>`, and borrows the objects of the ledger's home. */
export async function insideAttempt({ files, layout: { worktree, common } }: LedgerWorld): Promise<Failure | undefined> {
  const [order = '', ledger = ''] = (worktree ?? '').split('/').toReversed();
  if (parseOrderId(order) === undefined) return undefined;
  const borrowed = await readIfRegular(files, `${common}/objects/info/alternates`, SMALL_CAP);
  const lender = /^(\/.*)\/objects$/m.exec(new TextDecoder().decode(borrowed))?.[1];
  if (lender === undefined) return undefined;
  const home = await readIfRegular(files, cooPaths.home(layoutOf({ worktree: null, common: lender, stateHome: '' })), SMALL_CAP);
  if (home === undefined || tryParse<{ readonly ledger?: unknown }>(home)?.ledger !== ledger) return undefined;
  const repository = lender.replace(/\/\.git$/, '');
  return new Failure({ code: 'INSIDE_ATTEMPT', message: `${worktree ?? ''} is the workspace of an attempt (${order}); its ledger is in ${repository}`, fix: `coo -C ${repository} status` });
}
