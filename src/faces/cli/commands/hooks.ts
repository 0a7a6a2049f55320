import { hooksStatus, installHooks, removeHooks } from '../../../app/operations/hooks.ts';
import type { HookPlace, Hooks, HookState } from '../../../app/operations/hooks.ts';
import { examples } from '../command.ts';
import type { Act, Define } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { plain } from '../plain.ts';
import type { Style } from '../style.ts';
import type { Command } from 'commander';

const SAID: Readonly<Record<HookState['state'], string>> = { installed: 'runs coo guard', chained: 'runs what stood there before, then coo guard', absent: 'is not there', other: "is somebody else's", offered: 'is for you to add' };

/** `coo hooks`: git's hooks, beside those that are there. */
export const defineHooks: Define = (program, act) => {
  const command = program.command('hooks').description("git's hooks that run coo guard: pre-commit and pre-push; in a bare repository pre-receive");
  command.addHelpText('after', examples('coo hooks install', 'coo hooks status', 'coo hooks remove'));
  verb(command, act, 'install', 'put them in, beside existing ones: a plain hook runs first, for husky, lefthook and pre-commit a snippet is shown', installHooks);
  verb(command, act, 'remove', 'take them away, and put back what stood there', removeHooks);
  verb(command, act, 'status', 'say what is there', hooksStatus);
};

function verb(command: Command, act: Act, name: string, description: string, work: (at: HookPlace) => Promise<Hooks>): void {
  command
    .command(name)
    .description(description)
    .addHelpText('after', examples(`coo hooks ${name}`))
    .action(async () =>
      act(async ({ host, folder, out, ledger }) => {
        const world = await ledger();
        const hooks = await work({ world, folder: await (await host.operator(folder)).hooksFolder(), program: host.program });
        out.show(hooks, () => hookLines(hooks, out.style));
        return EXIT.ok;
      }),
    );
}

function hookLines({ hooks, changed }: Hooks, style: Style): readonly string[] {
  return hooks.flatMap(({ hook, path, state, snippet }) => [
    `${changed.includes(hook) ? style.green('changed') : 'as it was'}  ${hook}  ${SAID[state]}  ${style.dim(plain(path))}`,
    ...(snippet === undefined ? [] : snippet.split('\n').map((line) => `  ${line}`)),
  ]);
}
