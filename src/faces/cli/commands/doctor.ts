import type { Finding, Standing } from '../../../app/operations/doctor/check.ts';
import { doctor } from '../../../app/operations/doctor/doctor.ts';
import type { Diagnosis } from '../../../app/operations/doctor/doctor.ts';
import type { World } from '../../../app/world.ts';
import { examples } from '../command.ts';
import type { Define } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { plain } from '../plain.ts';
import type { Style } from '../style.ts';

/** `coo doctor`: what coo rests on, and how it stands. */
export const defineDoctor: Define = (program, act) => {
  program
    .command('doctor')
    .description('find faults in what coo rests on, each with its fix: programs, disks, clock, locks, ledger, seats, manager')
    .option('--repair', 'mend what is safe to mend, and say what was done; nothing that a living process holds is touched')
    .option('--seat <seat>', 'of the seats only this one; an agent is asked for one word, which its provider may charge')
    .addHelpText('after', examples('coo doctor', 'coo doctor --repair', 'coo doctor --seat robot', "coo doctor --json | jq '.findings[] | select(.state == \"bad\")'"))
    .action(async (options: { repair?: boolean; seat?: string }) =>
      act(async ({ host, folder, out, ledger }) => {
        const opened: World[] = [];
        const whole = async (): Promise<World> => {
          const world = await host.world(folder, { say: () => undefined });
          opened.push(world);
          return world;
        };
        try {
          const diagnosis = await doctor({ machine: await host.machine(), open: ledger, worktrees: async (world) => host.worktrees(world), whole, repair: options.repair ?? false, ...(options.seat === undefined ? {} : { seat: options.seat }) });
          out.show(diagnosis, () => doctorLines(diagnosis, out.style));
          return diagnosis.ok ? EXIT.ok : EXIT.failed;
        } finally {
          for (const world of opened) {
            await world.work.close();
            await world.git.close();
          }
        }
      }),
    );
};

const NAME_COLUMNS = 10;
const STATE_COLUMNS = 7;

/** One line a finding, what to do below it, and the sum. */
export function doctorLines({ findings, repaired, ok }: Diagnosis, style: Style): readonly string[] {
  const paint: Readonly<Record<Standing, (text: string) => string>> = { ok: style.green, warn: style.yellow, bad: style.red, skipped: style.dim };
  const line = ({ state, check, message, fix }: Finding): readonly string[] => [`${paint[state](state.padEnd(STATE_COLUMNS))} ${check.padEnd(NAME_COLUMNS)} ${plain(message)}`, ...(fix === undefined ? [] : [`  next:  ${plain(fix)}`])];
  const did = repaired.map(({ check, done, message }) => `${done ? style.green('mended ') : style.red('not    ')} ${check.padEnd(NAME_COLUMNS)} ${plain(message)}`);
  const count = (state: Standing): number => findings.filter((finding) => finding.state === state).length;
  const sum = ok ? style.green(`nothing is bad${count('warn') === 0 ? '' : `; ${String(count('warn'))} to look at`}`) : style.red(`${String(count('bad'))} bad, ${String(count('warn'))} to look at`);
  const repairable = findings.some(({ repair }) => repair !== undefined);
  return [...did, ...findings.flatMap(line), '', repairable ? `${sum}; coo doctor --repair mends some of it` : sum];
}
