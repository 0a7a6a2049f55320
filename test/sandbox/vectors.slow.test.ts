// What a worker plants for git to run: nothing of it runs as the coordinator, in a sandbox or without. Everyday git in the same folder runs it.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { gc } from '../../src/app/operations/gc.ts';
import { wireWorld } from '../../src/bin/wire.ts';
import { runOf } from './runs.ts';
import { CONFINED, OPEN } from './seats.ts';
import { once } from '../support/plans.ts';
import { inWorld } from '../support/real-world.ts';
import type { RealWorld } from '../support/real-world.ts';
import { SEARCH_PATH } from '../support/repo.ts';

/** How each is planted in a workspace, with `$P` to be run; and the everyday command that runs it. Two spaces in front of `-c`: git's own options. */
const VECTORS: Readonly<Record<string, { readonly plant: string; readonly everyday: readonly string[] }>> = {
  'core.fsmonitor': { plant: 'git config core.fsmonitor "$P"', everyday: ['status'] },
  'hooks in .git/hooks': { plant: 'mkdir -p .git/hooks; for h in pre-commit post-index-change reference-transaction post-checkout; do cp "$P" .git/hooks/$h; done', everyday: ['commit', '-q', '--allow-empty', '-m', 'x'] },
  'core.hooksPath': { plant: 'mkdir -p hk; for h in pre-commit reference-transaction post-index-change; do cp "$P" hk/$h; done; git config core.hooksPath hk', everyday: ['commit', '-q', '--allow-empty', '-m', 'x'] },
  'a filter': { plant: 'git config filter.evil.clean "$P"; git config filter.evil.smudge "$P"; echo "* filter=evil" > .git/info/attributes; echo new > f.txt', everyday: ['add', '-A'] },
  'a filter process': { plant: 'git config filter.evil.process "$P"; git config filter.evil.required true; mkdir -p d; echo "* filter=evil" > .git/info/attributes; echo new > d/f.txt', everyday: ['add', '-A'] },
  'a filter of a nested repository': { plant: 'git init -q sub; cd sub; echo x > x; git add x; git -c user.name=w -c user.email=w@l commit -qm x; cd ..; git add sub; git -c user.name=w -c user.email=w@l commit -qm sub; cd sub; git config filter.evil.clean "$P"; echo "* filter=evil" > .git/info/attributes; echo z > x; cd ..', everyday: ['add', '-A'] },
  'an external diff': { plant: 'git config diff.external "$P"; echo more >> README.md', everyday: ['diff'] },
  textconv: { plant: 'git config diff.evil.textconv "$P"; echo "* diff=evil" > .git/info/attributes; echo more >> README.md', everyday: ['diff'] },
  'a signing program': { plant: 'git config gpg.program "$P"; git config commit.gpgSign true; git config user.signingKey x', everyday: ['commit', '-q', '--allow-empty', '-m', 'x'] },
  'an ssh command': { plant: 'git config core.sshCommand "$P"; git config remote.origin.url ssh://nowhere.invalid/x', everyday: ['fetch', 'origin'] },
  'a credential helper': { plant: 'git config credential.helper "$P"', everyday: ['credential', 'fill'] },
  'a file that is included': { plant: 'printf "[core]\\n\\tfsmonitor = %s\\n" "$P" > .git/more; git config include.path more', everyday: ['status'] },
  'configuration of a worktree': { plant: 'git config extensions.worktreeConfig true; printf "[core]\\n\\tfsmonitor = %s\\n" "$P" > .git/config.worktree', everyday: ['status'] },
  'a git folder elsewhere': { plant: 'mv .git real; git config -f real/config core.fsmonitor "$P"; echo "gitdir: real" > .git', everyday: ['status'] },
  'a bare repository in the tree': { plant: 'git init -q --bare bare; git config -f bare/config core.bare false; git config -f bare/config core.worktree "$PWD"; git config -f bare/config core.fsmonitor "$P"; mkdir -p bare/refs/heads; touch bare/refs/heads/.keep bare/objects/.keep', everyday: ['-C', 'bare', 'status'] },
  'a merge driver': { plant: 'git config merge.evil.driver "$P"; echo "* merge=evil" > .git/info/attributes; git checkout -q -b o; echo o > README.md; git -c user.name=w -c user.email=w@l commit -qam o; git checkout -q -; echo w > README.md; git -c user.name=w -c user.email=w@l commit -qam w', everyday: ['merge', '-q', 'o'] },
};
const NAMES = Object.entries(VECTORS);
const RESCUED = ['core.fsmonitor', 'hooks in .git/hooks', 'a filter', 'an external diff', 'a signing program'];

/** A program that tells who ran it: an attempt's own processes have `AT_WORK`, those of whoever seals, judges or rescues have not. */
function payload(world: RealWorld): string {
  const at = world.out('payload');
  writeFileSync(at, `#!/bin/sh\nif [ -n "$AT_WORK" ]; then echo worker >> '${world.out('ran')}'; else echo "$0 $*" >> '${world.out('fired')}'; fi\n`);
  chmodSync(at, 0o755);
  return at;
}

it.each([
  ['in a sandbox', CONFINED],
  ['without', OPEN],
] as const)('%s: no vector runs as the coordinator, at seal, import, judgement, integration, rescue or clean-up', async (_, seat) => {
  await inWorld({ more: [seat], limits: { workers: 3 } }, async (world) => {
    const program = payload(world);
    // In a sandbox the program is not even there: the path is what is planted, and where a copy is wanted, another program's.
    const planted = (plant: string, then: string): string => `export AT_WORK=1; P='${program}'; cp() { command cp "$1" "$2" 2>/dev/null || command cp /bin/true "$2"; }; { ${plant}; } 2>/dev/null; ${then}`;
    const steps = [
      ...NAMES.map(([, { plant }], at) => once(`v${String(at)}`, planted(plant, `echo x > x${String(at)}.txt`), { role: 'prober' })),
      // What is not accepted is rescued from its folder.
      once('failed', planted(RESCUED.map((name) => VECTORS[name]?.plant ?? '').join('; '), 'echo x > y.txt; exit 1'), { role: 'prober' }),
    ];
    world.plan({ plan_id: 'planted', integrate: 'merge', steps });
    await world.run();
    const session = await world.fresh();
    const whole = await wireWorld(world.folder, world.env, { say: () => undefined }, ['none']);
    try {
      await gc(whole, session, false);
    } finally {
      await whole.work.close();
      await whole.git.close();
    }
    expect(world.lines('fired')).toEqual([]);
    // Each was tried to its end; some change the same file, and conflict.
    const ended = await Promise.all(steps.map(async ({ step_id }) => (await runOf(world, `planted.${step_id}.1`)).result));
    expect(ended.filter((result) => !['passed', 'failed', 'blocked'].includes(result))).toEqual([]);
    expect(ended.filter((result) => result === 'passed').length).toBeGreaterThan(NAMES.length / 2);
    expect(ended.at(-1)).toBe('failed');
  });
});

it.each(NAMES)('everyday git in the same folder runs %s', async (_, { plant, everyday }) => {
  await inWorld({}, async (world) => {
    const program = payload(world);
    const folder = join(world.scratch, 'workspace');
    mkdirSync(folder);
    cpSync(join(world.folder, '.git'), join(folder, '.git'), { recursive: true });
    cpSync(join(world.folder, 'README.md'), join(folder, 'README.md'));
    const env = { PATH: SEARCH_PATH, HOME: join(world.scratch, 'home'), GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0', GIT_AUTHOR_NAME: 'w', GIT_AUTHOR_EMAIL: 'w@l', GIT_COMMITTER_NAME: 'w', GIT_COMMITTER_EMAIL: 'w@l' };
    execFileSync('sh', ['-c', plant], { cwd: folder, env: { ...env, P: program }, stdio: 'ignore' });
    spawnSync('git', everyday, { cwd: folder, env, input: 'protocol=https\nhost=nowhere.invalid\n\n', stdio: ['pipe', 'ignore', 'ignore'] });
    expect(existsSync(world.out('fired')) ? readFileSync(world.out('fired'), 'utf8') : '').not.toBe('');
  });
});
