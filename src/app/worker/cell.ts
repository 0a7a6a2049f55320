import type { Finding } from '../../kernel/event.ts';
import type { Order } from '../../kernel/order.ts';
import type { Running, Spawn } from '../../ports/process.ts';
import type { Cell } from '../../ports/sandbox.ts';
import { readIfRegular } from '../faults.ts';
import { cooPaths } from '../layout.ts';
import type { World } from '../world.ts';
import { cellFolder, confinementOf } from './confinement.ts';
import type { Grounds } from './confinement.ts';

/** Nothing is confined: programs run as the operator does. */
export const UNCONFINED: Cell = { kind: 'off', wrap: ({ argv, env }) => ({ argv, env }), close: async () => Promise.resolve() };

export type OpenedCell = { readonly ok: true; readonly cell: Cell } | { readonly ok: false; readonly finding: Finding };

/** Where an attempt, or a check, works. */
export interface CellPlace {
  readonly workspace: string;
  readonly inbox: string;
  /** Of an agent, made before it starts. */
  readonly home?: string | undefined;
  /** Borrows the objects of candidates too. */
  readonly quarantine: boolean;
}

/** How programs are started in a cell. */
export function runIn(processes: World['processes'], cell: Cell): (spawn: Spawn) => Running {
  return (spawn) => processes.run({ ...spawn, ...cell.wrap(spawn) });
}

type CellWorld = Pick<World, 'files' | 'layout' | 'sandbox' | 'env' | 'workerArgv'>;

const LINK_CAP = 65_536;
/** Repositories that borrow from each other in a row (git follows no more than five). */
const MAX_BORROWED = 6;

/**
 * The sandbox that an order asks for, around one place of work. Every program that touches an attempt's files is started through it: set-up, checks,
 * commands, agents, and the git that seals. `auto` does without where none stands, and the receipt says so; `required` does not start.
 */
export async function openCell(world: CellWorld, order: Pick<Order, 'order_id' | 'seat' | 'sandbox' | 'network' | 'agent'>, place: CellPlace): Promise<OpenedCell> {
  const { files, layout, sandbox } = world;
  const wish = order.sandbox ?? 'off';
  if (wish === 'off') return { ok: true, cell: UNCONFINED };
  const standing = await sandbox.standing();
  if (!standing.ok) return wish === 'auto' ? { ok: true, cell: UNCONFINED } : { ok: false, finding: { code: standing.code, message: `${standing.message}; ${order.seat} works in a sandbox only; to type: ${standing.fix}` } };
  const cell = cellFolder(place.workspace);
  await files.removeAll(cell);
  for (const folder of [`${cell}/home`, place.inbox]) await files.folder(folder);
  // The operator's own is not there to be read.
  await files.replaceView(`${cell}/home/.gitconfig`, new TextEncoder().encode(`[user]\n\tname = ${order.seat}\n\temail = ${order.seat}@coo.localhost\n`));
  const objects = await borrowed(world, `${layout.common}/objects`);
  const grounds: Grounds = {
    common: layout.common,
    worktrees: await worktreesOf(world),
    stateHome: layout.stateHome,
    objects: place.quarantine ? [...objects, `${layout.coo}/attempts.git/objects`] : objects,
    programs: world.workerArgv,
    // Where the seat names none, it is called as its kind is.
    agent: order.agent === undefined ? [] : sandbox.whereabouts(order.agent.command?.[0] ?? order.agent.kind),
    env: world.env,
  };
  const attempt = { workspace: place.workspace, inbox: place.inbox, home: place.home, orderFile: cooPaths.order(layout, order.order_id), cell };
  return { ok: true, cell: await sandbox.open(confinementOf(grounds, attempt, order.network ?? [])) };
}

/** The main worktree, where the git folder lies in one, and those that were added. */
async function worktreesOf({ files, layout: { common } }: CellWorld): Promise<readonly string[]> {
  const main = common.endsWith('/.git') ? [common.slice(0, -'/.git'.length)] : [];
  const names = await files.list(`${common}/worktrees`);
  const links = await Promise.all(names.map(async (name) => readIfRegular(files, `${common}/worktrees/${name}/gitdir`, LINK_CAP)));
  const added = links.flatMap((bytes) => (bytes === undefined ? [] : [new TextDecoder().decode(bytes).trim()]));
  return [...main, ...added.flatMap((path) => (path.endsWith('/.git') ? [path.slice(0, -'/.git'.length)] : []))];
}

/** An object folder, and those that it borrows from in turn (gitrepository-layout(5), objects/info/alternates). */
async function borrowed({ files }: CellWorld, first: string): Promise<readonly string[]> {
  const found = [first];
  for (let at = 0; at < found.length && at < MAX_BORROWED; at += 1) {
    const bytes = await readIfRegular(files, `${found[at] ?? ''}/info/alternates`, LINK_CAP);
    const lines = bytes === undefined ? [] : new TextDecoder().decode(bytes).split('\n');
    for (const line of lines) if (line.startsWith('/') && !found.includes(line)) found.push(line);
  }
  return found;
}
