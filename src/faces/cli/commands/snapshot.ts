import { takeSnapshot } from '../../../app/operations/snapshot.ts';
import { snapshotRef } from '../../../app/ledger/names.ts';
import { examples } from '../command.ts';
import type { Define } from '../command.ts';
import { needsReason, showDone } from '../reasoned.ts';
import type { Reasoned } from '../reasoned.ts';

/** `coo snapshot`: seals a baseline. */
export const defineSnapshot: Define = (program, act) => {
  needsReason(program.command('snapshot').description('seal how everything stands (ledger, plans, branches, coo.yaml) under an annotated tag, signed where there is a key'))
    .argument('<name>', 'its name, used once: the tag is coo/snapshot/<name>')
    .addHelpText('after', examples("coo snapshot before-release --reason 'all green'", 'git tag -v coo/snapshot/before-release', "coo rollback --to before-release --reason '...' --dry-run"))
    .action(async (name: string, { reason }: Reasoned) =>
      act(async (call) => showDone(call, await takeSnapshot(await call.ledger(), name, { by: call.host.user, reason }), () => [`sealed as ${snapshotRef(name)}; to have it elsewhere: git push origin ${snapshotRef(name)}`])),
    );
};
