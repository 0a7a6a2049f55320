// Secrets of every kind, let out of an attempt by every way there is: none of them is stored.
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sayHeld } from '../../src/app/operations/hold.ts';
import { listReceipts, showReceipt } from '../../src/app/operations/receipts.ts';
import { collected } from '../support/collected.ts';
import { byHand, once } from '../support/plans.ts';
import type { WrittenStep } from '../support/plans.ts';
import { inWorld, stepOf } from '../support/real-world.ts';
import { SAMPLES } from '../support/secret-samples.ts';

const ALL = Object.values(SAMPLES).flat();
/** Of one line and few letters: fit for a file's name, but for its slashes. */
const NAMES = ALL.filter((sample) => sample.length < 150 && !/[/\s]/.test(sample));
const TEXTS = ALL.filter((sample) => !sample.includes('\n'));
const say = (more: string): string => `printf '{"type":"%s","plan_id":"%s","step_id":"%s","fence":%s,${more}}' `;
const AT = '"$COO_PLAN" "$COO_STEP" "$COO_FENCE" "$(cat "$IN")" > "$COO_INBOX/m.json"';

/** How one gets out: a command that finds it in the file `$IN`, and how the step ends. */
const WAYS: Readonly<Record<string, { readonly run: string; readonly with: readonly string[]; readonly ends: 'done' | 'failed' | 'blocked'; readonly code?: string; readonly more?: Partial<WrittenStep> }>> = {
  output: { run: 'cat "$IN"; echo x > x', with: ALL, ends: 'done' },
  finding: { run: 'cat "$IN" >&2; exit 1', with: ALL, ends: 'failed', code: 'COMMAND_FAILED' },
  note: { run: `${say('"text":"%s"')}step.progress ${AT}`, with: TEXTS.slice(0, 4), ends: 'done' },
  block: { run: `${say('"reason":"%s"')}step.blocked ${AT}`, with: TEXTS.slice(4, 8), ends: 'blocked', code: 'WORKER_BLOCKED' },
  ask: { run: `${say('"to":"you","text":"%s"')}step.question ${AT}`, with: TEXTS.slice(8, 12), ends: 'blocked' },
  message: { run: 'echo not JSON > "$COO_INBOX/$(cat "$IN").json"', with: NAMES.slice(0, 3), ends: 'done' },
  receipt: { run: 'cp "$IN" proof.txt', with: ALL.slice(0, 4), ends: 'failed', code: 'SECRET_FOUND', more: { expected_receipts: ['proof.txt'] } },
  file: { run: 'cp "$IN" settings.txt', with: ALL.slice(4, 8), ends: 'failed', code: 'SECRET_FOUND' },
  name: { run: 'mkdir -p d; echo x > "d/$(cat "$IN")"', with: NAMES.slice(3, 6), ends: 'failed', code: 'SECRET_FOUND' },
  commit: { run: 'echo x > y; git add y; git -c user.name=w -c user.email=w@localhost commit -q -F "$IN"', with: TEXTS.slice(12, 16), ends: 'failed', code: 'SECRET_FOUND' },
  gone: { run: 'cp "$IN" z; git add z; git -c user.name=w -c user.email=w@localhost commit -qm a; echo x > z', with: ALL.slice(8, 12), ends: 'failed', code: 'SECRET_FOUND' },
  author: { run: 'echo x > y; git add y; git -c user.name="$(cat "$IN")" -c user.email=w@localhost commit -qm a', with: NAMES.slice(9, 11), ends: 'failed', code: 'SECRET_FOUND' },
  value: { run: 'printf %s "$COO_TOKEN" > two.txt', with: [''], ends: 'failed', code: 'SECRET_FOUND' },
  hidden: { run: 'mkdir _report; echo x > "_report/$(cat "$IN")"', with: NAMES.slice(6, 9), ends: 'done' },
  token: { run: 'printf "%s\\n" "$COO_TOKEN"; printf "me:%s" "$COO_TOKEN" | base64 -w0; echo x > t', with: [''], ends: 'done' },
};

it('of more than fifty that were let out by fifteen ways none is in a git object or below .git/coo', async () => {
  await inWorld({ limits: { workers: 3 }, seats: 3 }, async (world) => {
    for (const [way, { run, with: planted, more }] of Object.entries(WAYS)) {
      const kept = way === 'token' || way === 'value' ? `printf %s "$COO_TOKEN" > '${world.out(way)}'; ` : '';
      const steps = planted.map((secret, at) => {
        const file = world.out(`${way}-${String(at)}`);
        writeFileSync(file, secret);
        return once(`s${String(at)}`, `IN='${file}'; ${kept}${run}`, more);
      });
      world.plan({ plan_id: way, integrate: 'none', steps });
    }
    await world.run();
    const tokens = ['token', 'value'].map((way) => readFileSync(world.out(way), 'utf8'));

    const session = await world.fresh();
    // Nor does what is rescued of refused work bring one in.
    const { kept } = await collected(world, 0, false);
    for (const way of ['file', 'name', 'commit', 'gone', 'author', 'value']) expect([way, kept.filter(({ order_id }) => order_id.startsWith(`${way}.`)).length]).toEqual([way, WAYS[way]?.with.length]);
    for (const [way, { ends, code, with: planted }] of Object.entries(WAYS)) {
      const runs = await Promise.all((await listReceipts(session, { plan_id: way })).map(async ({ order_id }) => (await showReceipt(session, order_id)).run));
      expect([way, runs.length]).toEqual([way, planted.length]);
      expect([way, new Set(runs.map(({ result }) => result))]).toEqual([way, new Set([ends === 'done' ? 'passed' : ends])]);
      if (code !== undefined) for (const { findings } of runs) expect([way, findings[0]?.code]).toEqual([way, code]);
    }

    expect(Object.values(WAYS).flatMap((way) => way.with).length).toBeGreaterThanOrEqual(50);
    const stored = [...objectsOf(world.repo.gitDir), ...objectsOf(join(world.repo.gitDir, 'coo/attempts.git')), ...filesBelow(join(world.repo.gitDir, 'coo')), ...filesBelow(join(world.folder, '_bus')), ...filesBelow(join(world.folder, '_report'))];
    const found = [...ALL, ...tokens].flatMap((secret) => stored.filter(({ text, where }) => text.includes(secret) && !(tokens.includes(secret) && where.includes('/coo/tokens/'))).map(({ where }) => `${secret.slice(0, 12)}... in ${where}`));
    expect(found).toEqual([]);
    // What was printed is there but for them, so that it was looked at.
    expect(stored.filter(({ text }) => text.includes('[redacted]')).length).toBeGreaterThan(30);
  });
});

it('a change made by hand that holds one is refused, also where a later commit takes it out; it is not kept, and its text not said', async () => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'p', integrate: 'none', steps: [byHand('s', { role: 'thinker', outputs: ['a.txt'] })] });
    const manager = world.manager('stopped');
    await world.untilStep('p/s', 'ready');
    world.ask('p', 's', 'me-1');
    const { start } = await world.untilClaim('p/s');
    const secret = SAMPLES['github']?.[0] ?? '';
    const change = (files: Readonly<Record<string, string>>, message: string, parent = start ?? ''): string => {
      for (const [path, text] of Object.entries(files)) world.repo.git('update-index', '--add', '--cacheinfo', `100644,${world.repo.gitWith(text, 'hash-object', '-w', '--stdin')},${path}`);
      const tree = world.repo.git('write-tree');
      world.repo.git('read-tree', 'HEAD');
      return world.repo.git('commit-tree', '-m', message, '-p', parent, tree);
    };
    const held = change({ 'a.txt': `one\ntwo ${secret}\n` }, 'held');
    const [gone, named, said, good] = [change({ 'a.txt': 'one\n' }, 'gone', held), change({ 'a.txt': '1', [secret]: 'x' }, 'named'), change({ 'a.txt': '1' }, `said ${secret}`), change({ 'a.txt': 'good' }, 'good')];
    const found = async (commit: string, at: number): Promise<readonly string[]> => {
      world.message(`try-${String(at)}`, { type: 'step.done', plan_id: 'p', step_id: 's', fence: 1, commit });
      await world.until(`answer ${String(at)}`, () => manager.said('run.returned').length > at);
      return (stepOf(await world.session(), 'p/s')?.findings ?? []).map(({ code, path, message }) => `${code} ${path ?? ''}: ${message}`);
    };
    const wrong = [held, gone, named, said];
    for (const [at, commit] of wrong.entries()) {
      const findings = await found(commit, at);
      expect(findings.map((text) => text.split(' ')[0])).toEqual(['SECRET_FOUND']);
      expect(findings.join('')).not.toContain(secret);
    }
    world.message('right', { type: 'step.done', plan_id: 'p', step_id: 's', fence: 1, commit: good });
    await world.untilStep('p/s', 'done');
    expect(world.repo.git('for-each-ref', 'refs/coo/rescue')).toBe('');
    await manager.drain();
  });
});

it('what is said by command under a claim goes into the ledger without one', async () => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'p', integrate: 'none', steps: [byHand('s', { role: 'thinker' })] });
    const manager = world.manager('stopped');
    await world.untilStep('p/s', 'ready');
    world.ask('p', 's', 'me-1');
    await world.untilClaim('p/s');
    const secret = SAMPLES['github']?.[0] ?? '';
    for (const word of [{ kind: 'progress', text: `half ${secret} way` }, { kind: 'block', reason: `for want of ${secret}` }] as const) {
      expect((await sayHeld(await world.another(), { plan_id: 'p', step_id: 's', fence: 1 }, word)).ok).toBe(true);
    }
    await manager.drain();
    expect(JSON.stringify(await world.entries())).toContain('for want of [redacted]');
    expect(objectsOf(world.repo.gitDir).some(({ text }) => text.includes(secret))).toBe(false);
  });
});

interface Stored {
  readonly where: string;
  readonly text: string;
}

/** Every object of a repository, reachable or not. */
function objectsOf(gitDir: string): readonly Stored[] {
  const git = (...args: readonly string[]): Buffer => execFileSync('git', ['--git-dir', gitDir, ...args], { maxBuffer: 1_073_741_824 });
  const ids = git('cat-file', '--batch-all-objects', '--batch-check=%(objectname) %(objecttype)').toString().trim().split('\n');
  return [{ where: gitDir, text: git('cat-file', '--batch-all-objects', '--batch').toString('latin1') + ids.join('\n') }];
}

function filesBelow(folder: string): readonly Stored[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)).map((where) => ({ where, text: `${where}\n${statSync(where).isFile() ? readFileSync(where, 'latin1') : ''}` }));
}
