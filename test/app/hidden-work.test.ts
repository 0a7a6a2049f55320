// Work that no commit of an attempt holds: not lost without a word.
import { expect, it } from 'vitest';
import { listReceipts, showReceipt } from '../../src/app/operations/receipts.ts';
import { once } from '../support/plans.ts';
import { inWorld } from '../support/real-world.ts';

const COMMANDS: Readonly<Record<string, readonly [command: string, hidden: string | undefined]>> = {
  report: ['mkdir -p _report/mine; echo x > _report/mine/x; echo x > _bus', '_report/mine'],
  excluded: ["mkdir sub; echo x > sub/kept.txt; echo x > there.txt; echo '/sub' >> .git/info/exclude", '_report/, sub/'],
  unchanged: ['git update-index --assume-unchanged README.md; echo more >> README.md; echo said; echo x > there.txt', 'README.md'],
  skipped: ['git update-index --skip-worktree README.md; rm README.md', 'README.md'],
  ignored: ["echo '*.o' > .gitignore; echo x > a.o", undefined],
  link: ['ln -s / _report; echo x > there.txt', undefined],
  silent: ['echo x > there.txt', undefined],
};

it('what a step leaves under _report, or hides from git in its workspace, is told in its receipt', async () => {
  await inWorld({ limits: { workers: 3 } }, async (world) => {
    for (const [plan_id, [command]] of Object.entries(COMMANDS)) world.plan({ plan_id, integrate: 'none', steps: [once('s', plan_id === 'excluded' ? `mkdir _report; ${command}` : command)] });
    expect(await world.run()).toBe(0);
    const session = await world.fresh();
    for (const [plan_id, [, hidden]] of Object.entries(COMMANDS)) {
      const [receipt] = await listReceipts(session, { plan_id });
      const { run } = await showReceipt(session, receipt?.order_id ?? '');
      expect([plan_id, run.narration]).toEqual([plan_id, hidden === undefined ? undefined : `(not in the change, since it is under _report or _bus or hidden from git in the workspace: ${hidden})`]);
    }
    expect(world.tree('coo/excluded')).toEqual(['README.md', 'there.txt']);
  });
});
