import { resolve } from 'node:path';
import { openLedger } from '../../../app/operations/by-hand.ts';
import { moveHome } from '../../../app/operations/move-home.ts';
import type { Moved } from '../../../app/operations/move-home.ts';
import { headOf } from '../../../app/verify/observer.ts';
import { examples } from '../command.ts';
import type { Call, Define } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { plain } from '../plain.ts';
import { needsReason } from '../reasoned.ts';
import type { Reasoned } from '../reasoned.ts';

const WHAT = { spool: 'messages taken and not answered', inbox: 'messages not taken', results: 'results of attempts', workspaces: 'workspaces of attempts' } as const;

/** `coo ledger`: where the one clone is that may append. */
export const defineLedger: Define = (program, act) => {
  const command = program.command('ledger').description('where the ledger is kept: one clone appends to it, every other reads and verifies');
  command.addHelpText('after', examples("coo ledger move ../project-on-the-new-disk --reason 'the old disk is full'"));
  command
    .command('head')
    .description('how far the ledger has come: keep it elsewhere, and coo verify --against it tells later whether anything was taken off or rewritten')
    .addHelpText('after', examples('coo ledger head', 'coo ledger head --json > ../ledger-head.json'))
    .action(async () =>
      act(async ({ out, ledger }) => {
        const head = headOf(await openLedger(await ledger()));
        out.show(head, () => [`entry ${String(head.seq)} of ledger ${head.ledger}`, `commit  ${head.head}`, `sha256  ${head.sha256}`]);
        return EXIT.ok;
      }),
    );
  needsReason(command.command('move').description('let the ledger go on in another clone of this repository; cut short, the same command finishes it'))
    .argument('<clone>', 'the folder of the other clone, on this machine')
    .addHelpText('after', examples("coo ledger move ../project-on-the-new-disk --reason 'the old disk is full'"))
    .action(async (clone: string, { reason }: Reasoned) => act(async (call) => move(call, resolve(call.folder, clone), reason)));
};

async function move({ host, out, ledger }: Call, folder: string, reason: string): Promise<number> {
  const here = await ledger();
  const there = await host.ledger(folder);
  try {
    const init = { operator: await host.operator(folder), assets: await host.assets() };
    const done = await moveHome(here, { there, handover: await host.handover(folder), init, by: host.user, reason });
    if (!done.ok) return out.refuse(done.rejection);
    out.show(done.moved, () => movedLines(done.moved));
    return EXIT.ok;
  } finally {
    await there.git.close();
  }
}

function movedLines({ from, to, seq, refs, left, notes }: Moved): readonly string[] {
  return [
    `the ledger goes on in ${plain(to)} (entry ${String(seq)}, ${String(refs)} refs brought there)`,
    `${plain(from)} reads and verifies it, and appends no more`,
    ...left.map(({ what, path, count }) => `left here: ${String(count)} ${WHAT[what]} in ${plain(path)}`),
    ...notes.map((note) => `note: ${plain(note)}`),
    '',
    `next: coo -C ${plain(to)} run`,
  ];
}
