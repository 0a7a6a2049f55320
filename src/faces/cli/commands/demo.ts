import { examples } from '../command.ts';
import type { Define } from '../command.ts';

/** `coo demo`: the main job in a scratch repository. */
export const defineDemo: Define = (program, act) => {
  program
    .command('demo')
    .description('show it all in a scratch repository: a real small project, a plan, workers, a kill, a forged receipt')
    .option('--keep', 'leave the repository there to look at')
    .addHelpText('after', examples('coo demo'))
    .action(async (options: { keep?: boolean }) => act(async ({ host, out }) => host.demo({ json: out.json, keep: options.keep ?? false })));
};
