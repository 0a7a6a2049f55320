import { parseHead } from '../../format/head.ts';
import type { LedgerHead } from '../../format/head.ts';
import type { Handover } from '../../ports/handover.ts';
import type { Remote } from '../../ports/remote.ts';
import { Failure } from '../failure.ts';
import { readIfThere } from '../faults.ts';
import type { LedgerSession } from '../ledger/session.ts';
import type { LedgerWorld } from '../world.ts';
import type { Observer } from './against.ts';

const HEAD_CAP = 65_536;
const USAGE = 2;

/** The ways to another's view of the ledger. */
export interface Sights {
  readonly remote: () => Promise<Remote>;
  /** The git folder of the clone at a path, or undefined where there is none. */
  readonly clone: (path: string) => Promise<string | undefined>;
  readonly handover: () => Promise<Handover>;
}

/**
 * Finds who is meant by `--against`: a remote of this repository, a file that holds a head (`coo ledger head`), or the folder of another clone.
 * What they have comes into this clone's objects; no ref moves. `ref`: the ledger's branch. `path` is `name` made absolute.
 */
export async function observer({ files }: Pick<LedgerWorld, 'files'>, ref: string, name: string, path: string, sights: Sights): Promise<Observer> {
  const remote = await sights.remote();
  if ((await remote.url(name)) !== null) return commit(name, ref, await remote.fetch(name, ref));
  const info = await files.info(path);
  if (info?.kind === 'file') {
    const head = parseHead((await readIfThere(files, path, HEAD_CAP)) ?? new Uint8Array());
    if (head !== undefined) return { kind: 'head', name, head };
    throw new Failure({ code: 'HEAD_UNREADABLE', message: `${name} does not hold a head of a ledger (coo/head.v1)`, fix: `make one where the ledger is known to be right: coo ledger head --json > head.json`, exit: USAGE });
  }
  const folder = info?.kind === 'folder' ? await sights.clone(path) : undefined;
  if (folder !== undefined) {
    const handed = await (await sights.handover()).fetch(folder, [ref]);
    return commit(name, ref, handed.find((one) => one.ref === ref)?.id ?? null);
  }
  throw new Failure({ code: 'AGAINST_UNKNOWN', message: `${name} is no remote of this repository, no clone and no file with a head`, fix: 'git remote lists the remotes; coo ledger head --json > head.json makes such a file', exit: USAGE });
}

function commit(name: string, ref: string, id: string | null): Observer {
  if (id !== null) return { kind: 'commit', name, id };
  throw new Failure({ code: 'NO_LEDGER', message: `${name} has no ${ref}`, fix: `git push ${name} ${ref}, where this clone is its home and the ledger verifies`, exit: 1 });
}

/** What an observer keeps of this ledger. */
export function headOf(session: LedgerSession): LedgerHead {
  if (session.head === null || session.state.ledger === null) throw new Failure({ code: 'NO_LEDGER', message: 'there is no ledger here', fix: 'coo init' });
  return { schema: 'coo/head.v1', ledger: session.state.ledger, seq: session.seq, head: session.head, sha256: session.prev };
}
