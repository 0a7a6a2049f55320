import { spawnSync } from 'node:child_process';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entryPath } from '../../src/format/entry.ts';
import { Original } from '../tamper/sample.ts';
import type { Sample } from '../tamper/sample.ts';

const COO = fileURLToPath(new URL('../../dist/bin/coo.js', import.meta.url));

/** Pushes to a bare repository whose `pre-receive` hook is `coo guard pre-receive`. */
describe('coo guard pre-receive', () => {
  let original: Original;
  let at: Sample;
  let bare: string;

  beforeAll(async () => {
    original = await Original.make();
    at = original.copy();
    bare = `${at.folder}.git`;
    at.git('clone', '-q', '--bare', '--no-local', '.', bare);
    // What is pushed is what the other side does not have: plans' branches come with the tests.
    for (const branch of ['coo/more', 'coo/aside', 'coo/broken', 'coo/hello']) if (at.git('branch', '--list', branch) !== '') at.git('--git-dir', bare, 'update-ref', '-d', `refs/heads/${branch}`);
    hook(`#!/bin/sh\nexec '${process.execPath}' '${COO}' guard pre-receive\n`);
    at.git('remote', 'add', 'forge', bare);
  });
  afterAll(() => original.remove());

  function hook(text: string): void {
    const path = join(bare, 'hooks/pre-receive');
    writeFileSync(path, text);
    chmodSync(path, 0o755);
  }

  function push(...refs: readonly string[]): { readonly taken: boolean; readonly said: string } {
    const { status, stderr } = spawnSync('git', ['push', '-q', ...refs.filter((ref) => ref.startsWith('-')), 'forge', ...refs.filter((ref) => !ref.startsWith('-'))], { cwd: at.folder, env: at.scratch.env, encoding: 'utf8' });
    return { taken: status === 0, said: stderr };
  }
  const there = (ref: string): string => at.git('--git-dir', bare, 'rev-parse', ref);

  it("takes a plan's branch that coo made, and the next entries of the ledger with it", () => {
    const next = at.append();
    expect(push('coo/more', `${next}:refs/heads/coo/ledger`)).toMatchObject({ taken: true });
    expect(there('coo/ledger')).toBe(next);
    at.setLedger(next);
  });

  it('takes the work of people, and of a stranger on a branch of theirs', () => {
    at.git('checkout', '-q', '-b', 'feature', 'main');
    at.commit('person', 'work', { 'work.txt': 'x' });
    at.commit('stranger', 'more work', { 'more.txt': 'x' });
    expect(push('feature')).toMatchObject({ taken: true });
    expect(push(':refs/heads/feature')).toMatchObject({ taken: true });
    at.git('checkout', '-q', 'main');
  });

  it.each([
    { name: 'no raw commit on a plan\'s branch', code: 'COMMIT_UNACCOUNTED', ref: 'coo/more', makes: (): string => at.plumb('coo/more', [{ path: 'raw.txt', bytes: 'x' }], { who: 'stranger', message: 'raw' }) },
    { name: 'no forged receipt', code: 'RECEIPT_FORGED', ref: 'feature', makes: (): string => at.plumb('main', [{ path: '_report/agent/dev-1/runs/2026-01-01/x.json', bytes: '{}' }], { who: 'person', message: 'forged' }) },
    { name: 'no change of the organisation by a stranger', code: 'PROTECTED_PATH', ref: 'main', makes: (): string => at.plumb('main', [{ path: '_plans/coo.yaml', bytes: at.read('_plans/coo.yaml').replace('tester@', 'stranger@') }], { who: 'stranger', message: 'org' }) },
    { name: 'no secret', code: 'SECRET', ref: 'feature', makes: (): string => at.plumb('main', [{ path: 's.txt', bytes: ['ghp', 'abcdefghijklmnopqrstuvwxyz0123456789\n'].join('_') }], { who: 'person', message: 's' }) },
    { name: 'no merge into the ledger', code: 'LEDGER_MERGE', ref: 'coo/ledger', makes: (): string => at.plumb('coo/ledger', [], { parents: [at.id('coo/ledger'), at.id('main')], message: 'merge' }) },
    { name: 'no edit of an old entry', code: 'RECORD_CHANGED', ref: 'coo/ledger', makes: (): string => at.append({}, [{ path: entryPath(1), bytes: '{}' }]) },
  ])('takes $name: $code', ({ code, ref, makes }) => {
    const before = at.git('--git-dir', bare, 'for-each-ref');
    const { taken, said } = push(`${makes()}:refs/heads/${ref}`);
    expect(said).toContain(`[${code}]`);
    expect(taken).toBe(false);
    expect(at.git('--git-dir', bare, 'for-each-ref')).toBe(before);
  });

  it('takes a merge by the forge that adds nothing, whose objects are only in the push, and a tag of it', () => {
    at.git('checkout', '-q', '-b', 'merging', 'main');
    at.as('forge', 'merge', '-q', '--no-ff', '-m', 'Merge', 'coo/more');
    at.as('forge', 'merge', '-q', '--no-ff', '-m', 'Merge', 'coo/aside');
    at.git('tag', '-a', '-m', 'a release', 'v1');
    expect(push('merging:refs/heads/coo/merging', 'v1')).toMatchObject({ taken: true });
    at.git('checkout', '-q', 'main');
  });

  it('takes no merge by the forge that does more', () => {
    const evil = at.plumb('merging', [{ path: 'evil.txt', bytes: 'x' }], { who: 'forge', message: 'Merge', parents: [at.id('main'), at.id('coo/more')] });
    expect(push(`${evil}:refs/heads/coo/evil`).said).toContain('[COMMIT_UNACCOUNTED]');
  });

  it("judges on a plan's branch what another branch was let have", () => {
    const raw = at.plumb('coo/more', [{ path: 'raw.txt', bytes: 'x' }], { who: 'stranger', message: 'raw' });
    expect(push(`${raw}:refs/heads/elsewhere`)).toMatchObject({ taken: true });
    expect(push(`${raw}:refs/heads/coo/more`).said).toContain('[COMMIT_UNACCOUNTED]');
    expect(push(`${raw}:refs/heads/coo/other`).said).toContain('[COMMIT_UNACCOUNTED]');
    expect(push(':refs/heads/elsewhere')).toMatchObject({ taken: true });
  });

  it.each([['a branch that is called like a ledger', 'evil/ledger'], ['a branch of any name', 'evil']])('takes no organisation of a stranger by way of %s', (_, branch) => {
    const org = at.plumb('main', [{ path: '_plans/coo.yaml', bytes: at.read('_plans/coo.yaml').replace('tester@', 'stranger@') }], { who: 'stranger', message: 'org' });
    expect(push(`${org}:refs/heads/${branch}`).said).toContain('[PROTECTED_PATH]');
    at.git('--git-dir', bare, 'fetch', '-q', at.folder, `${org}:refs/heads/${branch}`);
    expect(push(`${org}:refs/heads/main`).said).toContain('[PROTECTED_PATH]');
    at.git('--git-dir', bare, 'update-ref', '-d', `refs/heads/${branch}`);
  });

  it("takes a plan's branch into which a person merged the target", () => {
    at.git('branch', '-f', 'target', at.plumb('main', [{ path: '.github/workflows/x.yml', bytes: 'on: push' }], { who: 'person', message: 'workflow' }));
    expect(push('target:refs/heads/main')).toMatchObject({ taken: true });
    at.git('checkout', '-q', '-b', 'taken-in', 'coo/more');
    at.as('person', 'merge', '-q', '--no-ff', '-m', 'take the target in', 'target');
    expect(push('taken-in:refs/heads/coo/more')).toMatchObject({ taken: true });
    at.git('checkout', '-q', 'main');
    at.git('reset', '-q', '--hard', 'target');
  });

  it.each([['refs/replace/', (): string => `${at.id('base')}:refs/replace/${at.id('main')}`], ['refs/coo/', (): string => 'main:refs/coo/seen']])('takes nothing below %s', (_, makes) => {
    expect(push(makes()).said).toContain('[REF_PRIVATE]');
  });

  it('asks no ledger that somebody pushed as a branch of a remote', () => {
    const head = there('coo/ledger');
    at.git('--git-dir', bare, 'update-ref', 'refs/remotes/origin/coo/ledger', head);
    at.git('--git-dir', bare, 'update-ref', '-d', 'refs/heads/coo/ledger');
    // Without a ledger nothing is known of attempts, and a receipt is looked at for its form alone.
    const { said } = push(`${at.plumb('main', [{ path: at.receipt().replace('hello.greet', 'hello.other'), bytes: '{}' }], { who: 'person', message: 'x' })}:refs/heads/formless`);
    expect(said).toContain('[RECEIPT_FORM]');
    for (const [ref, id] of [['refs/remotes/origin/coo/ledger', ''], ['refs/heads/coo/ledger', head]] as const) at.git('--git-dir', bare, 'update-ref', ...(id === '' ? ['-d', ref] : [ref, id]));
  });

  it('takes no branch that is the ledger where case does not count', () => {
    expect(push('main:refs/heads/coo/Ledger').said).toContain('[NAME_COLLIDES]');
  });

  it('does not let the ledger be deleted, rewound or forced elsewhere', () => {
    const head = there('coo/ledger');
    const { said: deleted } = push(':refs/heads/coo/ledger');
    expect(deleted).toContain('[LEDGER_DELETED]');
    for (const commit of [at.id('coo/ledger~2'), at.append({ events: [{ type: 'noted', by: 'other', text: 'x' }] }, [], 'coo/ledger~1')]) expect(push('--force', `${commit}:refs/heads/coo/ledger`).said).toContain('[LEDGER_REWOUND]');
    expect(there('coo/ledger')).toBe(head);
  });

  it("lets a plan's branch be deleted when the ledger says that the plan ended, and not before", () => {
    for (const branch of ['coo/aside', 'coo/broken']) at.git('--git-dir', bare, 'fetch', '-q', at.folder, `main:refs/heads/${branch}`);
    expect(push(':refs/heads/coo/broken').said).toContain('[PLAN_DELETED]');
    expect(there('coo/broken')).toBe(at.id('main'));
    expect(push(':refs/heads/coo/aside')).toMatchObject({ taken: true });
    at.git('--git-dir', bare, 'update-ref', '-d', 'refs/heads/coo/broken');
  });

  it('does not let a forced push take receipts away', () => {
    expect(push('--force', 'base:refs/heads/main').said).toContain('[RECORD_REMOVED]');
    expect(there('main')).toBe(at.id('main'));
  });

  it('refuses all of a push of which one part is wrong', () => {
    at.git('branch', '-f', 'good', at.plumb('main', [{ path: 'good.txt', bytes: 'x' }], { who: 'person', message: 'good' }));
    expect(push('good', ':refs/heads/coo/ledger').taken).toBe(false);
    expect(at.git('--git-dir', bare, 'branch', '--list', 'good')).toBe('');
  });

  it('takes the first push of everything into an empty repository', () => {
    rmSync(bare, { recursive: true });
    at.git('init', '-q', '--bare', bare);
    hook(`#!/bin/sh\nexec '${process.execPath}' '${COO}' guard pre-receive\n`);
    // Whoever made a workflow before anybody was listed broke no rule.
    at.git('branch', '-f', 'old', at.plumb('main', [{ path: '.github/workflows/x.yml', bytes: 'on: push' }], { who: 'stranger', message: 'workflow' }));
    expect(push('old:refs/heads/main', 'coo/ledger', 'coo/more')).toMatchObject({ taken: true });
  });
});
