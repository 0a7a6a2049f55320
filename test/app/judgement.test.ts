// What is not accepted, and why: one plan a fault, all at once under one manager.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { listReceipts, showReceipt } from '../../src/app/operations/receipts.ts';
import { verify } from '../../src/app/verify/verify.ts';
import { once } from '../support/plans.ts';
import type { WrittenStep } from '../support/plans.ts';
import { inWorld, stepOf } from '../support/real-world.ts';

const FAULTS: readonly (readonly [plan: string, code: string, path: string | undefined, step: WrittenStep])[] = [
  ['command', 'COMMAND_FAILED', undefined, once('s', 'exit 3')],
  ['output', 'OUTPUT_MISSING', 'there.txt', once('s', 'true', { outputs: ['there.txt'] })],
  ['output-link', 'OUTPUT_MISSING', 'there.txt', once('s', 'ln -s /etc/hostname there.txt', { outputs: ['there.txt'] })],
  ['output-out', 'OUTPUT_MISSING', 'in/there.txt', once('s', 'mkdir in; ln -s ../../README.md in/there.txt', { outputs: ['in/there.txt'] })],
  ['output-loop', 'OUTPUT_MISSING', 'a*', once('s', 'ln -s ab aa; ln -s aa ab; ln -s none ac; ln -s . ad', { outputs: ['a*'] })],
  ['receipt', 'RECEIPT_MISSING', 'cover/sum.json', once('s', 'echo x > x.txt', { expected_receipts: ['cover/sum.json'] })],
  ['receipt-link', 'RECEIPT_MISSING', 'sum.json', once('s', 'ln -s README.md sum.json', { expected_receipts: ['sum.json'] })],
  ['scope', 'OUT_OF_SCOPE', 'outside.txt', once('s', 'mkdir -p src; echo x > src/in.txt; echo x > outside.txt', { scope: ['src/**'] })],
  ['reserved', 'PATH_RESERVED', '_Plans/coo.yaml', once('s', 'mkdir -p _Plans; echo x > _Plans/coo.yaml')],
  ['guarded', 'PATH_GUARDED', '.gitattributes', once('s', "echo '* text' > .gitattributes")],
  ['check', 'CHECK_FAILED', undefined, once('s', 'echo built > out.txt', { checks: { after: ['test ! -e out.txt'] } })],
  ['clean', 'CHECK_FAILED', undefined, once('s', 'echo kept > .hidden; echo kept > .git/info/exclude; echo .hidden >> .git/info/exclude; echo a > a.txt', { checks: { after: ['test -e .hidden'] } })],
  ['latin', 'PATH_NOT_UTF8', undefined, once('s', String.raw`printf x > "$(printf 'bad\377name')"; echo a > a.txt`)],
  ['case', 'PATH_COLLIDES', 'Readme.md', once('s', 'echo x > Readme.md; echo a > a.txt')],
  ['case-within', 'PATH_COLLIDES', 'in/é', once('s', String.raw`mkdir in; printf x > "$(printf 'in/\303\251')"; printf x > "$(printf 'in/e\314\201')"`)],
  ['control', 'PATH_UNSAFE', 'two\nlines', once('s', String.raw`printf x > "$(printf 'two\nlines')"`)],
  ['before', 'CHECK_BEFORE_FAILED', undefined, once('s', 'true', { checks: { before: ['false'] } })],
];

it.concurrent('each fault of the evidence has its code and its path, keeps its work, and merges nothing', async () => {
  await inWorld({ limits: { workers: 4 } }, async (world) => {
    for (const [plan_id, , , step] of FAULTS) world.plan({ plan_id, steps: [step] });
    world.plan({ plan_id: 'linked', steps: [once('s', 'mkdir -p real/deep; echo x > real/deep/x; ln -s real/deep folder; mkdir in; ln -s ../folder/ in/one; ln -s in/one two', { outputs: ['two', 'in/one', 'folder'] })] });
    world.plan({ plan_id: 'good', steps: [once('s', "echo '* -text' > .gitattributes; echo fine > fine.txt", { scope: ['.gitattributes', 'fine.txt'], outputs: ['fine.txt'] })] });
    expect(await world.run()).toBe(1);
    const session = await world.fresh();
    for (const [plan_id, code, path] of FAULTS) {
      const step = stepOf(session, `${plan_id}/s`);
      expect([plan_id, step?.status, step?.findings[0]?.code, step?.findings[0]?.path]).toEqual([plan_id, 'failed', code, path]);
      expect(world.repo.git('rev-parse', `coo/${plan_id}`)).toBe(world.repo.git('rev-list', '--max-parents=0', 'main'));
      const [receipt] = await listReceipts(session, { plan_id });
      const { run } = await showReceipt(session, receipt?.order_id ?? '');
      expect(run.result).toBe('failed');
    }
    expect(world.tree('refs/coo/rescue/check.s.1')).toContain('out.txt');
    expect(world.tree('refs/coo/rescue/scope.s.1')).toContain('outside.txt');
    expect(world.tree('main')).toEqual(['.gitattributes', 'README.md', 'fine.txt', 'folder', 'in/one', 'real/deep/x', 'two']);
    expect((await verify(world.world)).findings).toEqual([]);
  });
});

it.concurrent('a failed check says the last lines of its output, and where the whole log is', async () => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'p', steps: [once('s', 'echo a > a.txt', { checks: { after: ['seq 7; printf "\\033[31mred\\n\\n" >&2; echo end; exit 4'] } })] });
    expect(await world.run()).toBe(1);
    const [found] = stepOf(await world.session(), 'p/s')?.findings ?? [];
    expect(found).toMatchObject({ code: 'CHECK_FAILED', message: expect.stringMatching(/^check 1 \(.*\) exited with 4: 5 \| 6 \| 7 \| \[31mred \| end; its log: coo\/logs\/[0-9a-f]{2}\/[0-9a-f]{62} in the git folder$/) as string });
    const log = /coo\/logs\/\S+/.exec(found?.message ?? '')?.[0] ?? '';
    expect(readFileSync(join(world.repo.gitDir, log), 'utf8')).toMatch(/^1\n2\n3\n4\n5\n6\n7\n/);
  });
});

it.concurrent('two steps at once that change one file: the second has one new attempt, from the new tip, with both sides in its order', async () => {
  await inWorld({ files: { 'one.txt': 'start\n' } }, async (world) => {
    const meet = (me: string, other: string): string => `: > '${world.out(me)}'; while [ ! -e '${world.out(other)}' ]; do sleep 0.05; done; cp "$COO_ORDER_FILE" '${world.out('order')}'; cat one.txt >> '${world.out('saw')}'; echo ${me} > one.txt`;
    world.plan({ plan_id: 'both', steps: [once('a', meet('a', 'b'), { retry: { max: 0 } }), once('b', meet('b', 'a'), { retry: { max: 0 } })] });
    expect(await world.run()).toBe(0);
    const session = await world.fresh();
    const [first, second] = [...(session.state.plans.get('both')?.steps.values() ?? [])].toSorted((x, y) => x.fence - y.fence);
    expect([first?.fence, second?.fence, second?.failures]).toEqual([1, 2, 0]);
    expect(world.lines('saw')).toEqual(['start', 'start', first?.step_id]);
    expect(JSON.parse(readFileSync(world.out('order'), 'utf8'))).toMatchObject({ attempt: 2, conflict: { paths: ['one.txt'], ours: ['one.txt'], theirs: ['one.txt'] } });
    expect(world.repo.git('show', `refs/coo/rescue/both.${second?.step_id ?? ''}.1:one.txt`)).toBe(second?.step_id);
    expect(world.repo.git('show', 'main:one.txt')).toBe(second?.step_id);
    expect((await verify(world.world)).findings).toEqual([]);
  });
});

it.concurrent('dirty files in the way of the target are named, left alone, and the merge is made once they are gone', async () => {
  await inWorld({ files: { 'a.txt': 'start\n' } }, async (world) => {
    writeFileSync(join(world.folder, 'a.txt'), 'being edited\n');
    world.plan({ plan_id: 'one', steps: [once('s', 'echo done > a.txt')] });
    expect(await world.run()).toBe(1);
    expect((await world.fresh()).state.plans.get('one')?.integration).toMatchObject({ kind: 'blocked', code: 'WORKTREE_DIRTY', paths: ['a.txt'] });
    expect(world.repo.git('show', 'main:a.txt')).toBe('start');
    world.repo.git('checkout', '-q', '--', 'a.txt');
    expect(await world.run()).toBe(0);
    expect(world.repo.git('show', 'main:a.txt')).toBe('done');
    expect(world.repo.git('status', '--porcelain', '--untracked-files=no')).toBe('');
  });
});
