import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const COO = fileURLToPath(new URL('../../dist/bin/coo.js', import.meta.url));

export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A scratch place with a home of its own: nothing of the machine's git configuration or state reaches what runs in it. */
export interface Scratch {
  readonly top: string;
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  /** Runs git in a folder of it and returns its trimmed output; throws when git fails. */
  git(folder: string, ...args: readonly string[]): string;
  /** Runs the built `coo` and returns what it said. */
  coo(folder: string, ...args: readonly string[]): Promise<Said>;
  /** The same with more in its environment: what a worker sets, another PATH. */
  within(more: Readonly<Record<string, string>>, folder: string, ...args: readonly string[]): Promise<Said>;
  /** A repository with these files in its first commit, and coo set up in it. Returns its folder. */
  project(files?: Readonly<Record<string, string>>): Promise<string>;
  write(path: string, text: string): string;
  remove(): void;
}

export function scratch(): Scratch {
  const top = realpathSync(mkdtempSync(join(tmpdir(), 'coo-cli-')));
  const home = join(top, 'home');
  mkdirSync(home);
  writeFileSync(join(home, '.gitconfig'), '[user]\n\tname = Tester\n\temail = tester@example.com\n[init]\n\tdefaultBranch = main\n[protocol "file"]\n\tallow = always\n');
  const env = { PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`, HOME: home, XDG_STATE_HOME: join(top, 'state'), LANG: 'C.UTF-8', NO_COLOR: '1' };
  const git = (folder: string, ...args: readonly string[]): string => execFileSync('git', args, { cwd: folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
  return {
    top,
    home,
    env,
    git,
    async project(files = {}) {
      const folder = join(top, 'repo');
      mkdirSync(folder);
      git(folder, 'init', '-q', '-b', 'main');
      for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
      git(folder, 'add', '.');
      git(folder, 'commit', '-q', '--allow-empty', '-m', 'first');
      const { code, stderr } = await say(env, folder, ['init', '--yes']);
      if (code !== 0) throw new Error(`coo init: ${stderr}`);
      return folder;
    },
    coo: (folder, ...args) => say(env, folder, args),
    within: (more, folder, ...args) => say({ ...env, ...more }, folder, args),
    write(path, text) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      return path;
    },
    remove: () => rmSync(top, { recursive: true, force: true }),
  };
}

function say(env: Readonly<Record<string, string>>, folder: string, args: readonly string[]): Promise<Said> {
  return new Promise((resolve) => {
    execFile(process.execPath, [COO, ...args], { cwd: folder, env, encoding: 'utf8', maxBuffer: 67_108_864 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : 1, stdout, stderr });
    });
  });
}
