import { busPaths } from '../layout.ts';
import { showAll } from './recover.ts';
import { say } from './shared.ts';
import type { Desk } from './shared.ts';

/** The bus where the manager runs is made again when somebody took it away: without it nobody could ask for anything. */
export async function bringBack(desk: Desk): Promise<void> {
  const { world, folders, worktrees: [home] } = desk;
  if (home === undefined || (await world.files.info(home)) === undefined) return;
  const gone: string[] = [];
  for (const folder of [busPaths.inbox(home), busPaths.claims(home)]) if ((await world.files.info(folder)) === undefined) gone.push(folder);
  if (gone.length === 0) return;
  const isMade = await folders.tend(`${home}/_bus`, 'showing', false, async () => {
    for (const folder of gone) await world.files.folder(folder);
    return true;
  });
  if (!isMade) return;
  say(desk, 'warn', 'bus.back', `${gone.join(' and ')} had been taken away: made again`);
  await showAll(desk);
}
