// What bubblewrap is told, and what is said where it does not run. What it holds back is shown by test/sandbox.
import { describe, expect, it } from 'vitest';
import { isAllowed } from '../../src/adapters/sandbox/allowed.ts';
import { bwrapArguments } from '../../src/adapters/sandbox/arguments.ts';
import { whyNot } from '../../src/adapters/sandbox/why.ts';
import type { Surroundings } from '../../src/adapters/sandbox/why.ts';

describe("bubblewrap's arguments", () => {
  it('name a path before what lies in it, whatever the order, and seal the empty folders last', () => {
    const args = bwrapArguments([{ kind: 'writable', at: '/home/op/state/a.b.1' }, { kind: 'empty', at: '/home/op' }, { kind: 'nothing', at: '/etc/key' }], '/home/op/state/a.b.1');
    const told = args.join(' ');
    expect(told.indexOf('--tmpfs /home/op ')).toBeLessThan(told.indexOf('--bind /home/op/state/a.b.1 /home/op/state/a.b.1'));
    expect(told.indexOf('--remount-ro /home/op ')).toBeGreaterThan(told.indexOf('--bind /home/op/state'));
    expect(told).toContain('--ro-bind /dev/null /etc/key');
    expect(args.slice(-3)).toEqual(['--chdir', '/home/op/state/a.b.1', '--']);
  });
});

describe('a list of hosts', () => {
  it.each([
    ['api.example.org', 443, true],
    ['API.Example.org.', 80, true],
    ['api.example.org', 22, false],
    ['xapi.example.org', 443, false],
    ['a.b.example.net', 443, true],
    ['example.net', 443, false],
    ['badexample.net', 443, false],
    ['127.0.0.1', 8080, true],
    ['127.0.0.1', 443, false],
    ['::1', 443, false],
  ])('lets %s:%i through: %s', (host, port, through) => {
    expect(isAllowed(['api.example.org', '*.example.net', '127.0.0.1:8080'], host, port)).toBe(through);
  });
});

describe('where no sandbox stands', () => {
  const here: Surroundings = { platform: 'linux', found: true, said: 'bwrap: No permissions to create new namespace\nmore', setting: () => undefined, systems: ['ubuntu', 'debian'] };

  it.each<[string, Partial<Surroundings>, message: string, fix: string]>([
    ['no program', { found: false }, 'bubblewrap (bwrap) is not on the PATH', 'sudo apt-get install bubblewrap'],
    ['no program on Fedora', { found: false, systems: ['fedora'] }, 'bubblewrap (bwrap) is not on the PATH', 'sudo dnf install bubblewrap'],
    ['no program on a stranger', { found: false, systems: ['plan9'] }, 'bubblewrap (bwrap) is not on the PATH', 'install bubblewrap'],
    ['no Linux', { platform: 'darwin' }, 'a sandbox needs Linux: bubblewrap does not run here', 'run coo in a Linux machine or container, or write sandbox: off'],
    ['none allowed', { setting: (path) => (path === 'user/max_user_namespaces' ? '0' : undefined) }, 'bubblewrap cannot make a user namespace: user.max_user_namespaces is 0 (bwrap: No permissions to create new namespace)', 'sudo sysctl user.max_user_namespaces=15000'],
    ['Debian’s switch', { setting: (path) => (path === 'kernel/unprivileged_userns_clone' ? '0' : '1') }, 'bubblewrap cannot make a user namespace: kernel.unprivileged_userns_clone is 0 (bwrap: No permissions to create new namespace)', 'sudo sysctl kernel.unprivileged_userns_clone=1'],
    ['AppArmor', { setting: (path) => (path === 'user/max_user_namespaces' ? '9' : '1') }, 'bubblewrap cannot make a user namespace: kernel.apparmor_restrict_unprivileged_userns is 1 (bwrap: No permissions to create new namespace)', 'give bwrap an AppArmor profile that allows userns, or: sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0'],
    ['anything else', {}, 'bubblewrap does not run: bwrap: No permissions to create new namespace', 'in a container, start it so that user namespaces and a fresh /proc are allowed: docker run --security-opt seccomp=unconfined --security-opt systempaths=unconfined'],
  ])('%s: says what is missing and what to type', (_, over, message, fix) => {
    expect(whyNot({ ...here, ...over })).toEqual({ ok: false, code: 'SANDBOX_MISSING', message, fix });
  });
});
