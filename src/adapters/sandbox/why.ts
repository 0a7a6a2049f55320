import type { Standing } from '../../ports/sandbox.ts';

/** What this machine says about itself, where bubblewrap did not run. */
export interface Surroundings {
  readonly platform: string;
  /** Whether there is a `bwrap` on the PATH. */
  readonly found: boolean;
  /** What it printed. */
  readonly said: string;
  /** A kernel setting by its path below `/proc/sys`; undefined where the kernel has none. */
  readonly setting: (path: string) => string | undefined;
  /** `ID` and `ID_LIKE` of `/etc/os-release`, lower case (os-release(5)). */
  readonly systems: readonly string[];
}

const INSTALL: readonly (readonly [systems: readonly string[], command: string])[] = [
  [['debian', 'ubuntu'], 'sudo apt-get install bubblewrap'],
  [['fedora', 'rhel', 'centos'], 'sudo dnf install bubblewrap'],
  [['arch'], 'sudo pacman -S bubblewrap'],
  [['alpine'], 'sudo apk add bubblewrap'],
  [['suse', 'opensuse'], 'sudo zypper install bubblewrap'],
];

/** Settings that keep a plain user from making a user namespace: the value that does, and what takes it away. */
const SETTINGS: readonly (readonly [path: string, value: string, fix: string])[] = [
  ['user/max_user_namespaces', '0', 'sudo sysctl user.max_user_namespaces=15000'],
  ['kernel/unprivileged_userns_clone', '0', 'sudo sysctl kernel.unprivileged_userns_clone=1'],
  ['kernel/apparmor_restrict_unprivileged_userns', '1', 'give bwrap an AppArmor profile that allows userns, or: sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0'],
];

/** Why there is no sandbox here, and what to type. */
export function whyNot({ platform, found, said, setting, systems }: Surroundings): Extract<Standing, { readonly ok: false }> {
  const missing = (message: string, fix: string): ReturnType<typeof whyNot> => ({ ok: false, code: 'SANDBOX_MISSING', message, fix });
  if (platform !== 'linux') return missing('a sandbox needs Linux: bubblewrap does not run here', 'run coo in a Linux machine or container, or write sandbox: off');
  if (!found) return missing('bubblewrap (bwrap) is not on the PATH', INSTALL.find(([names]) => names.some((name) => systems.includes(name)))?.[1] ?? 'install bubblewrap');
  const line = said.trim().split('\n')[0] ?? '';
  const barred = SETTINGS.find(([path, value]) => setting(path) === value);
  if (barred !== undefined) return missing(`bubblewrap cannot make a user namespace: ${barred[0].replaceAll('/', '.')} is ${barred[1]} (${line})`, barred[2]);
  return missing(`bubblewrap does not run: ${line === '' ? 'it said nothing' : line}`, 'in a container, start it so that user namespaces and a fresh /proc are allowed: docker run --security-opt seccomp=unconfined --security-opt systempaths=unconfined');
}
