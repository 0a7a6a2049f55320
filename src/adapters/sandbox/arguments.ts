/** What stands at a path inside. */
export interface Mount {
  readonly kind: 'writable' | 'readable' | 'empty' | 'nothing';
  readonly at: string;
  /** What is shown there, where it is another path. */
  readonly from?: string;
}

/** Kernel settings and switches: root may write to them without any capability, since they are root's files. */
const KERNEL: readonly string[] = ['/proc/sys', '/proc/sysrq-trigger', '/proc/irq', '/proc/bus', '/proc/fs'];
/** All there is, to read; devices and processes of its own. */
const WHOLE: readonly string[] = ['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc'];
const SPACES: readonly string[] = ['--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try', '--unshare-net'];
/** No terminal, no capability, no life without whoever started it. */
const ENDS: readonly string[] = ['--die-with-parent', '--new-session', '--cap-drop', 'ALL'];
/** Sockets of the machine's services: a read-only mount does not keep anybody from connecting to one. */
export const SERVICES = '/run';
/** In `/run`: how names are resolved, and programs of systems that keep them there. */
export const OF_SERVICES: readonly string[] = ['/run/systemd/resolve', '/run/current-system', '/run/wrappers'];
/** Where programs look for temporary folders and shared memory, and the part of the attempt's own folder that stands there. */
export const TEMPORARY: readonly (readonly [at: string, part: string])[] = [['/tmp', 'tmp'], ['/var/tmp', 'var'], ['/dev/shm', 'shm']];

/**
 * bubblewrap's arguments in front of a program (bwrap(1)). `mounts` in any order: a path's parents come first. Empty folders are sealed when all
 * that lies in them is in place.
 */
export function bwrapArguments(mounts: readonly Mount[], cwd: string): readonly string[] {
  const ordered = mounts.toSorted((one, other) => one.at.length - other.at.length);
  const seals = ordered.flatMap(({ kind, at }) => (kind === 'empty' ? ['--remount-ro', at] : []));
  return [...WHOLE, ...KERNEL.flatMap((path) => ['--ro-bind-try', path, path]), ...ordered.flatMap(placed), ...seals, ...SPACES, ...ENDS, '--chdir', cwd, '--'];
}

function placed({ kind, at, from = at }: Mount): readonly string[] {
  switch (kind) {
    case 'writable':
      return ['--bind', from, at];
    case 'readable':
      return ['--ro-bind', from, at];
    case 'empty':
      return ['--tmpfs', at];
    case 'nothing':
      return ['--ro-bind', '/dev/null', at];
    default:
      return kind satisfies never;
  }
}
