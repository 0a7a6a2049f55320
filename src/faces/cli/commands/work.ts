import { work } from '../../../app/operations/work.ts';
import { isoTime } from '../../../kernel/iso.ts';
import { examples } from '../command.ts';
import type { Define } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { plain } from '../plain.ts';
import { stopSignals } from '../run/stop-signals.ts';
import { jsonTeller, lineTeller } from '../run/teller.ts';

/** `coo work`: a worker process for one seat. */
export const defineWork: Define = (program, act) => {
  program
    .command('work')
    .description('a worker process for one seat: takes what is ready for it, runs it as the manager would, and leaves the result to the manager')
    .requiredOption('--seat <seat>', 'a seat of _plans/coo.yaml, best one with starts: worker')
    .option('--once', 'at most one step; exit 75 if there is none')
    .addHelpText('after', examples('coo work --seat dev-5', 'coo work --seat dev-5 --once'))
    .action(async (options: { seat: string; once?: boolean }) =>
      act(async ({ host, folder, out }) => {
        const teller = out.json ? jsonTeller(out) : lineTeller(out);
        const world = await host.world(folder, teller.log);
        const leave = new AbortController();
        const signals = stopSignals(host, (what) => {
          out.note(what === 'stopping' ? 'stopping' : 'stopping: the step that runs is given up and can be done again');
          leave.abort();
        });
        try {
          const once = options.once ?? false;
          const worked = await work(world, {
            seat: options.seat,
            version: host.version,
            once,
            signal: leave.signal,
            onResult: (order_id, result) => {
              if (out.json) out.record({ schema: 'coo/worked.v1', at: isoTime(world.clock.now()), order_id, result: result?.result ?? null });
              else out.lines([`${isoTime(world.clock.now()).slice(0, 19)}Z  ${plain(order_id)}  ${result === undefined ? 'taken by another process' : result.result}`]);
            },
          });
          if (leave.signal.aborted) return signals.stop.aborted ? signals.exit() : EXIT.interrupted;
          if (!once || worked > 0) return EXIT.ok;
          if (out.json) out.record({ schema: 'coo/worked.v1', at: isoTime(world.clock.now()), order_id: null, result: null });
          else out.lines([`nothing is ready for ${plain(options.seat)}: coo explain ${plain(options.seat)}`]);
          return EXIT.tryAgain;
        } finally {
          signals.off();
          await world.work.close();
          await world.git.close();
        }
      }),
    );
};
