// `coo init --service`: a unit of systemd's user manager that systemd itself takes, written over nothing, and taken away by `coo uninstall`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unitName, unitText } from '../../src/format/systemd-unit.ts';
import { scratch } from '../support/cli.ts';
import type { Scratch } from '../support/cli.ts';

const HAS = spawnSync('systemd-analyze', ['--version']).status === 0;

describe('the text of a unit', () => {
  const of = (folder: string, program = ['/usr/bin/node', '/lib/coo.js']): string => unitText({ folder, program, path: '/usr/bin:/bin' }) ?? '';

  it('says how the manager is started, stopped and started again', () => {
    const lines = of('/home/you/repo').split('\n');
    expect(lines).toEqual(expect.arrayContaining(['ExecStart="/usr/bin/node" "/lib/coo.js" "-C" "/home/you/repo" "run"', 'Environment="PATH=/usr/bin:/bin"', 'KillMode=process', 'Restart=on-failure', 'RestartPreventExitStatus=2 7', 'WantedBy=default.target']));
  });

  it('takes no word apart, whatever stands in it, and nothing that a unit cannot say', () => {
    expect(of('/a "b" \\ 50% $HOME')).toContain('"-C" "/a \\"b\\" \\\\ 50%% $$HOME" "run"');
    expect(unitText({ folder: '/a\nExecStart=/bin/false', program: ['/n'], path: '' })).toBeUndefined();
  });

  it('has a name that systemd takes for any folder', () => {
    expect(unitName('/home/you/my repo (old)', 'abcdef0123')).toBe('coo-my-repo-old--abcdef01.service');
    expect(unitName(`/${'x'.repeat(300)}`, 'abcdef0123').length).toBeLessThan(100);
  });

  it.skipIf(!HAS)('is taken by systemd-analyze verify, without a word', () => {
    const folder = mkdtempSync(join(realpathSync(tmpdir()), 'coo-unit-'));
    try {
      const path = join(folder, unitName(folder, 'abcdef0123'));
      writeFileSync(path, of(`${folder}/50% "of" $it`, [process.execPath, '/lib/coo.js']));
      const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--user', '--man=no', path], { encoding: 'utf8', env: { PATH: process.env['PATH'], HOME: folder, XDG_RUNTIME_DIR: folder } });
      expect([status, stderr.split('\n').filter((line) => line.includes('coo-'))]).toEqual([0, []]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('coo init --service', () => {
  let place: Scratch;
  let repo: string;
  let config: string;

  beforeEach(async () => {
    place = scratch();
    repo = await place.project({ 'a.txt': 'one\n' });
    config = join(place.home, '.config');
  });
  afterEach(() => place.remove());

  const unit = (): string => join(config, 'systemd/user', readdirSync(join(config, 'systemd/user'))[0] ?? '');

  it('writes a unit for this repository, says how it is started, and again changes nothing', async () => {
    const { code, stdout } = await place.coo(repo, 'init', '--service');
    expect([code, stdout]).toEqual([0, expect.stringMatching(/systemctl --user daemon-reload && systemctl --user enable --now coo-.*\.service/) as string]);
    const text = readFileSync(unit(), 'utf8');
    expect(text).toContain(`"-C" "${repo}" "run"`);
    expect((await place.coo(repo, 'init', '--service')).stdout).not.toContain('made:');
    writeFileSync(unit(), `${text}# mine\n`);
    expect((await place.coo(repo, 'init', '--service')).stdout).toContain('says something else, and stays as it is');
    expect(readFileSync(unit(), 'utf8')).toBe(`${text}# mine\n`);
  });

  it('coo uninstall takes it away, and leaves a file of that name that is not coo\'s', async () => {
    await place.coo(repo, 'init', '--service');
    const path = unit();
    expect((await place.coo(repo, 'uninstall', '--dry-run')).stdout).toContain(`would remove  ${path}`);
    const { code, stdout } = await place.coo(repo, 'uninstall');
    expect([code, stdout]).toEqual([0, expect.stringContaining(`removed  ${path}`) as string]);
    expect(stdout).toContain('systemctl --user disable coo-');
    mkdirSync(join(config, 'systemd/user'), { recursive: true });
    writeFileSync(path, '[Unit]\n');
    await place.coo(repo, 'init');
    expect((await place.coo(repo, 'uninstall')).stdout).not.toContain(path);
    expect(readFileSync(path, 'utf8')).toBe('[Unit]\n');
  });
});
