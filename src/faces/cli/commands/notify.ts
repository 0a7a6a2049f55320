import { openLedger } from '../../../app/operations/by-hand.ts';
import { notify } from '../../../app/operations/notify.ts';
import { examples } from '../command.ts';
import type { Define } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { plain } from '../plain.ts';
import { lineTeller } from '../run/teller.ts';

/** `coo notify`: whether people hear of things. */
export const defineNotify: Define = (program, act) => {
  program
    .command('notify')
    .description('send a sample to every program that notify in coo.yaml names; a manager tells them what needs a person')
    .addHelpText('after', examples('coo notify'))
    .action(async () =>
      act(async ({ host, folder, out }) => {
        const world = await host.world(folder, out.json ? { say: () => undefined } : lineTeller(out).log);
        try {
          const notified = await notify(world, await openLedger(world));
          out.show(notified, () => notified.programs.map(({ program: name, why }) => (why === undefined ? `told  ${plain(name)}` : `${out.style.red('not told')}  ${plain(name)}: ${plain(why)}`)));
          return notified.programs.every(({ why }) => why === undefined) ? EXIT.ok : EXIT.failed;
        } finally {
          await world.work.close();
          await world.git.close();
        }
      }),
    );
};
