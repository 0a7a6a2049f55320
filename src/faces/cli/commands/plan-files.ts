import { basename, relative, resolve } from 'node:path';
import { Failure } from '../../../app/failure.ts';
import { isFault } from '../../../app/faults.ts';
import { busPaths, schemaPath } from '../../../app/layout.ts';
import { managerLife } from '../../../app/manager/epoch.ts';
import { openLedger } from '../../../app/operations/by-hand.ts';
import { lint, planFailure, planTemplate } from '../../../app/operations/plans.ts';
import type { LedgerSession } from '../../../app/ledger/session.ts';
import type { LedgerWorld } from '../../../app/world.ts';
import { isPlanFile } from '../../../format/plan.ts';
import { isId } from '../../../kernel/ids.ts';
import { examples } from '../command.ts';
import type { Define } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { lintLines } from '../lint-lines.ts';
import { plain } from '../plain.ts';

const PLAN_CAP = 4_194_304;

function plansOf(world: LedgerWorld): string {
  const { worktree } = world.layout;
  if (worktree === null) throw new Failure({ code: 'BARE', message: `${world.layout.common} is a bare repository: there is no worktree for plans`, fix: 'work in a clone with a worktree' });
  return busPaths.plans(worktree);
}

/** Puts a whole file into `_plans` under a name that is free, so that a manager never sees half of it. */
async function put(world: LedgerWorld, path: string, bytes: Uint8Array): Promise<void> {
  await world.files.folder(plansOf(world));
  try {
    await world.files.create(path, bytes);
  } catch (cause) {
    if (!isFault(cause, 'FILE_EXISTS')) throw cause;
    throw new Failure({ code: 'PLAN_FILE_EXISTS', message: `${path} stands there already`, fix: 'choose another plan_id, or edit that file', cause });
  }
}

const whoTakesIt = (session: LedgerSession, start: string): string => (managerLife(session).kind === 'alive' ? 'the manager takes it in now' : `no manager lives: coo run takes it in, or: ${start}`);

export const definePlanNew: Define = (program, act) => {
  program
    .command('new')
    .description('write a plan to begin with into _plans/, as a draft')
    .argument('<plan_id>', 'its id, never used before in this ledger')
    .addHelpText('after', examples('coo plan new hello'))
    .action(async (plan_id: string) =>
      act(async ({ out, ledger }) => {
        if (!isId(plan_id)) throw new Failure({ code: 'USAGE', message: `${plan_id} is not an id`, fix: 'use letters, digits, - and _, at most 63, beginning with a letter or digit', exit: EXIT.usage });
        const world = await ledger();
        await openLedger(world);
        const path = `${plansOf(world)}/${plan_id}.plan.yaml`;
        const text = planTemplate(plan_id, schemaPath(world.layout, world.layout.worktree ?? '', 'plan'));
        await put(world, path, new TextEncoder().encode(text));
        out.show({ schema: 'coo/plan-new.v1', plan_id, path }, () => [`wrote ${plain(path)}, a draft`, '', `  edit it, then   coo plan lint`, `  bring it in     coo plan start ${plan_id}`]);
        return EXIT.ok;
      }),
    );
};

export const definePlanLint: Define = (program, act) => {
  program
    .command('lint')
    .description('every fault of plan files, coo.yaml and signers.yaml, with its place and what mends it; exit 1 if there is one')
    .argument('[files...]', 'such files (default: all of _plans/)')
    .addHelpText('after', examples('coo plan lint', 'coo plan lint draft.plan.yaml --json'))
    .action(async (files: readonly string[]) =>
      act(async ({ folder, out, ledger }) => {
        const world = await ledger();
        const linted = await lint(world, await openLedger(world), files.map((file) => resolve(folder, file)));
        out.show(linted, () => lintLines(linted, (path) => relative(folder, path), out.style));
        return linted.ok ? EXIT.ok : EXIT.failed;
      }),
    );
};

export const definePlanAdd: Define = (program, act) => {
  program
    .command('add')
    .description('check a plan file and copy it whole into _plans/, where a manager takes it in')
    .argument('<file>', 'a plan in YAML or JSON')
    .addHelpText('after', examples('coo plan add ~/drafts/hello.plan.yaml'))
    .action(async (file: string) =>
      act(async ({ folder, out, ledger }) => {
        const world = await ledger();
        const session = await openLedger(world);
        const from = resolve(folder, file);
        const [checked] = (await lint(world, session, [from])).files;
        if (checked?.ok !== true || checked.plan_id === null) throw planFailure(checked?.faults ?? []);
        const bytes = await world.files.read(from, PLAN_CAP);
        const own = basename(from);
        const name = isPlanFile(own) ? own : `${checked.plan_id}.plan.${own.endsWith('.json') ? 'json' : 'yaml'}`;
        const path = `${plansOf(world)}/${name}`;
        await put(world, path, bytes);
        const start = `coo plan start ${checked.plan_id}`;
        out.show({ schema: 'coo/plan-add.v1', plan_id: checked.plan_id, path, draft: checked.draft }, () => [`added ${plain(path)}`, `  ${checked.draft ? `a draft: ${start}` : whoTakesIt(session, start)}`]);
        return EXIT.ok;
      }),
    );
};
