import { sha256Hex } from '../../format/canonical.ts';
import { renderDefaultOrg } from '../../format/default-org.ts';
import { readOrg } from '../../format/org.ts';
import type { OperatorRepo } from '../../ports/operator-repo.ts';
import { inWords, isFault } from '../faults.ts';
import { Failure } from '../failure.ts';
import { unsaid } from '../folders.ts';
import { busPaths, cooPaths, schemaPath } from '../layout.ts';
import { lostLedger } from '../ledger/copies.ts';
import { ADOPT, readHome, requireHome, writeHome } from '../ledger/home.ts';
import { mirror } from '../ledger/mirror.ts';
import { probeFiles } from '../ledger/probe.ts';
import { DEFAULT_PREFIX, PREFIXES } from '../ledger/names.ts';
import { LedgerSession } from '../ledger/session.ts';
import { step } from '../step.ts';
import type { LedgerWorld } from '../world.ts';
import { detect } from './detect.ts';
import { exclude } from './excludes.ts';
import { insideAttempt } from './no-ledger.ts';

export interface InitOptions {
  readonly operator: OperatorRepo;
  /** Chooses the target branch when HEAD is detached. Undefined = take the default branch. */
  readonly askTarget?: (suggested: string | null) => Promise<string>;
  /** JSON Schemas and texts that init puts into the repository, by name. */
  readonly assets: ReadonlyMap<string, string>;
}

export interface Initialised {
  readonly schema: 'coo/init.v1';
  readonly ledger: string;
  readonly target: string;
  /** Paths made, relative to the worktree or to the git folder; empty when nothing was missing. */
  readonly made: readonly string[];
  readonly notes: readonly string[];
  /** Whether this clone is the home of the ledger. */
  readonly home: boolean;
}

const WITHIN_MS = 15_000;
const LEDGER_ID_BYTES = 16;
const ORG_CAP = 1_048_576;
const encoder = new TextEncoder();

/**
 * Sets a repository up: folders, a coo.yaml that works at once, the ledger's first entry, excludes. Makes only what is missing and changes
 * nothing that stands there; a second run makes nothing.
 */
export async function init(world: LedgerWorld, options: InitOptions): Promise<Initialised> {
  const { worktree } = world.layout;
  if (worktree === null) throw new Failure({ code: 'BARE', message: `${world.layout.common} is a bare repository: there is no worktree for plans and messages`, fix: 'run coo init in a clone with a worktree' });
  const inside = await insideAttempt(world);
  if (inside !== undefined) throw inside;
  const unfit = await options.operator.unfit();
  if (unfit !== null) throw new Failure(unfit);
  await requireFolders(world, worktree);
  await probeFiles(world);
  const made: string[] = [];
  await folders(world, worktree, made);
  await assets(world, options.assets, worktree, made);
  if ((await exclude(world)).length > 0) made.push('lines in .git/info/exclude');
  const home = await readHome(world);
  const session = await LedgerSession.open(world, 'asked');
  if (session.head !== null) {
    const left = home === undefined || home.left !== undefined;
    if (!left) await requireHome(world, home, session.state);
    if (!left && (await orgBack(session, worktree))) made.push(ORG_BACK);
    const notes = left ? [`this clone is not the home of its ledger: it reads and verifies, and refuses to append; if the home is lost: ${ADOPT}`] : [];
    return { schema: 'coo/init.v1', ledger: session.state.ledger ?? '', target: session.state.org?.target ?? '', made, notes, home: !left };
  }
  const lost = await lostLedger(world, home);
  if (lost !== undefined) throw lost;
  return genesis(world, options, worktree, home, made);
}

async function genesis(world: LedgerWorld, options: InitOptions, worktree: string, home: Awaited<ReturnType<typeof readHome>>, made: string[]): Promise<Initialised> {
  const target = await chooseTarget(options);
  const notes: string[] = [];
  const prefix = home?.prefix ?? (await choosePrefix(world));
  if (prefix !== DEFAULT_PREFIX) notes.push(`a branch named ${DEFAULT_PREFIX} is in the way, so coo's branches begin with ${prefix}/`);
  const path = busPaths.org(worktree);
  if ((await world.files.info(path)) === undefined) {
    const integrate = (await options.operator.hasUpstream(target)) ? 'pull_request' : 'merge';
    const text = renderDefaultOrg({ target, integrate, email: await options.operator.email(), ...(await detect(world, worktree)), schemaPath: schemaPath(world.layout, worktree, 'org') });
    await world.files.create(path, encoder.encode(text));
    made.push('_plans/coo.yaml');
  }
  const bytes = await world.files.read(path, ORG_CAP);
  const read = readOrg('coo.yaml', bytes, { prefix, target });
  if (!read.ok) {
    const [first] = read.faults;
    throw new Failure({ code: first?.code ?? 'ORG_BAD', message: `_plans/coo.yaml:${String(first?.line ?? 1)}: ${first?.message ?? 'is not valid'}`, fix: first?.fix ?? 'mend it' });
  }
  const ledger = home?.ledger ?? world.random.hex(LEDGER_ID_BYTES);
  await writeHome(world, ledger, prefix);
  const session = await LedgerSession.open(world, 'asked');
  const at_ms = world.clock.now();
  const { entries } = await step(
    session,
    () => [{ input: { type: 'start', ledger, object_format: world.git.format, at_ms } }, { input: { type: 'organise', digest: sha256Hex(bytes), org: read.org, at_ms }, files: [{ path: '_plans/coo.yaml', bytes }] }],
    { writer: 'init', withinMs: WITHIN_MS },
  );
  for (const entry of entries) await mirror(world, unsaid(world.files), [worktree], [{ path: entry.path, bytes: entry.bytes }, ...entry.files]);
  await session.cache();
  made.push(`branch ${session.refs.ledger.slice('refs/heads/'.length)}`);
  return { schema: 'coo/init.v1', ledger, target: read.org.target, made, notes, home: true };
}

async function chooseTarget(options: InitOptions): Promise<string> {
  const current = await options.operator.currentBranch();
  if (current !== null) return current;
  const suggested = await options.operator.defaultBranch();
  if (options.askTarget !== undefined) return options.askTarget(suggested);
  if (suggested !== null) return suggested;
  throw new Failure({ code: 'NO_TARGET', message: 'HEAD is detached and there is no main, master or default branch of a remote', fix: 'check a branch out: git switch <branch>' });
}

async function choosePrefix(world: LedgerWorld): Promise<string> {
  for (const prefix of PREFIXES) if ((await world.git.ref(`refs/heads/${prefix}`)) === null) return prefix;
  throw new Failure({ code: 'PREFIX_TAKEN', message: `branches named ${PREFIXES.join(', ')} are all in the way of coo's own`, fix: `rename one: git branch -m ${DEFAULT_PREFIX} <new name>` });
}

/** What stands in the place of a folder is somebody's, and stays. */
async function requireFolders(world: LedgerWorld, worktree: string): Promise<void> {
  for (const name of ['_plans', '_bus', '_report']) {
    const kind = (await world.files.info(`${worktree}/${name}`))?.kind;
    if (kind === undefined || kind === 'folder') continue;
    throw new Failure({ code: 'FOLDER_TAKEN', message: `${worktree}/${name} is ${inWords(kind)}, and coo needs a folder of that name${kind === 'symlink' ? '; links are not followed' : ''}`, fix: `move it away: mv ${name} ${name}.old; then: coo init` });
  }
}

/** Among what was made: a coo.yaml that the ledger knows, and that was not there. */
export const ORG_BACK = '_plans/coo.yaml, as the ledger has it';

/** A coo.yaml that was removed, as the ledger took it last. */
async function orgBack(session: LedgerSession, worktree: string): Promise<boolean> {
  const { files } = session.world;
  const path = busPaths.org(worktree);
  if ((await files.info(path)) !== undefined) return false;
  const bytes = await session.file('_plans/coo.yaml', ORG_CAP);
  if (bytes === null) return false;
  await files.create(path, bytes);
  return true;
}

async function folders(world: LedgerWorld, worktree: string, made: string[]): Promise<void> {
  const { layout } = world;
  await world.files.folder(layout.coo);
  for (const folder of [cooPaths.spool(layout), cooPaths.starts(layout), cooPaths.beats(layout), cooPaths.orders(layout), cooPaths.results(layout), cooPaths.logs(layout), cooPaths.cache(layout)]) await world.files.folder(folder);
  for (const folder of [busPaths.plans, busPaths.inbox, busPaths.claims, busPaths.orders, busPaths.rejected, busPaths.report]) {
    const path = folder(worktree);
    if ((await world.files.info(path)) === undefined) made.push(`${path.slice(worktree.length + 1)}/`);
    await world.files.folder(path);
  }
}

/** Texts for people and schemas for editors. Never over a file that stands there, except coo's own copies of the schemas. */
async function assets(world: LedgerWorld, files: ReadonlyMap<string, string>, worktree: string, made: string[]): Promise<void> {
  for (const [name, text] of files) {
    if (name.startsWith('schemas/')) {
      await world.files.folder(`${world.layout.coo}/schemas`);
      await world.files.replaceView(`${world.layout.coo}/${name}`, encoder.encode(text));
      continue;
    }
    try {
      if ((await world.files.info(`${worktree}/${name}`)) !== undefined) continue;
      await world.files.create(`${worktree}/${name}`, encoder.encode(text));
      made.push(name);
    } catch (cause) {
      if (!isFault(cause, 'FILE_EXISTS')) throw cause;
    }
  }
}
