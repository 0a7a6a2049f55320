import type { Check, Found } from './check.ts';

/** A manager wants one instance, and a watch for each folder of the bus. */
const SPARE = { instances: 2, watches: 100 } as const;

/** Whether a manager can still watch files. It works without: it looks once a second then. */
export const watchesCheck: Check = async ({ machine, world }) => {
  const why = machine.unwatchable(world.layout.common);
  if (why !== undefined) return Promise.resolve<readonly Found[]>([{ check: 'watches', state: 'warn', message: `no watch can be set (${why}): a manager looks once a second instead`, fix: 'raise it: sudo sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=1024, in a container on its host; or close programs that watch many files' }]);
  const found = machine.watches();
  if (found === undefined) return Promise.resolve([{ check: 'watches', state: 'skipped', message: 'this system does not count file watches' }]);
  const scarce = (['instances', 'watches'] as const).filter((kind) => found[kind].most - found[kind].used < SPARE[kind]);
  const said = `${String(found.instances.used)} of ${String(found.instances.most)} inotify instances and ${String(found.watches.used)} of ${String(found.watches.most)} watches are in use`;
  if (scarce.length === 0) return Promise.resolve<readonly Found[]>([{ check: 'watches', state: 'ok', message: said }]);
  return Promise.resolve([{ check: 'watches', state: 'warn', message: `${said}: a manager that gets no watch looks once a second`, fix: `raise it: ${scarce.map((kind) => `sudo sysctl fs.inotify.max_user_${kind}=${String(found[kind].most * 2)}`).join('; ')}` }]);
};
