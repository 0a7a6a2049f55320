import { openLedger } from '../../../app/operations/by-hand.ts';
import { managerLife } from '../../../app/manager/epoch.ts';
import type { Call } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { plain } from '../plain.ts';
import { foresee } from './foresee.ts';
import type { Foreseen } from './foresee.ts';

/** `coo run --dry-run`: what the next manager would do. Nothing is published. */
export async function dryRun({ out, ledger }: Call): Promise<number> {
  const world = await ledger();
  const session = await openLedger(world, 'all');
  await session.ensureAll();
  const life = managerLife(session);
  const foreseen = await foresee(world, session);
  out.show(foreseen, () => foreseenLines(foreseen));
  if (life.kind === 'alive') out.note(`note: process ${String(life.pid)} manages now and does this by itself`);
  return EXIT.ok;
}

/** What would happen, for a person. */
export function foreseenLines({ plans, grants, performs }: Foreseen): readonly string[] {
  if (plans.length + grants.length + performs.length === 0) return ['nothing would be done'];
  return [
    ...plans.map(({ path, plan_id, refused }) => (refused === null ? `would accept   ${plan_id ?? ''} from ${plain(path)}` : `would refuse   ${plain(path)}: ${plain(refused)}`)),
    ...grants.map(({ step, seat, fence }) => `would grant    ${step} to ${seat} under fence ${String(fence)}`),
    ...performs.map(({ kind, subject }) => `would perform  ${kind} ${subject}`),
  ];
}
