import { readdirSync, readFileSync, readlinkSync, watch } from 'node:fs';
import type { Watches } from '../../ports/machine.ts';
import { look } from '../processes/look.ts';

const LIMITS = '/proc/sys/fs/inotify';

/** Counts inotify instances and watches of this user's processes, as the kernel does. Undefined where there is no /proc. */
export function countWatches(): Watches | undefined {
  const most = { instances: numberIn(`${LIMITS}/max_user_instances`), watches: numberIn(`${LIMITS}/max_user_watches`) };
  if (most.instances === undefined || most.watches === undefined) return undefined;
  const used = { instances: 0, watches: 0 };
  for (const pid of look(() => readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name))) ?? []) {
    if (!isOurs(pid)) continue;
    for (const fd of look(() => readdirSync(`/proc/${pid}/fd`)) ?? []) {
      if (look(() => readlinkSync(`/proc/${pid}/fd/${fd}`)) !== 'anon_inode:inotify') continue;
      used.instances += 1;
      used.watches += (look(() => readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'latin1')) ?? '').split('\n').filter((line) => line.startsWith('inotify ')).length;
    }
  }
  return { instances: { used: used.instances, most: most.instances }, watches: { used: used.watches, most: most.watches } };
}

/** Sets a watch on a folder and gives it back. Limits of containers and namespaces stand in no file: only trying shows them. */
export function tryWatch(folder: string): string | undefined {
  try {
    watch(folder, { persistent: false }).close();
    return undefined;
  } catch (cause) {
    if (cause instanceof Error) return cause.message;
    throw cause;
  }
}

function isOurs(pid: string): boolean {
  const uid = /^Uid:\t([0-9]+)/m.exec(look(() => readFileSync(`/proc/${pid}/status`, 'latin1')) ?? '')?.[1];
  return uid !== undefined && Number(uid) === process.getuid?.();
}

function numberIn(path: string): number | undefined {
  const text = look(() => readFileSync(path, 'latin1'))?.trim();
  return text === undefined || !/^[0-9]+$/.test(text) ? undefined : Number(text);
}
