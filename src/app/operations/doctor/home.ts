import { Failure } from '../../failure.ts';
import { ADOPT, readHome, requireHome, requireNotHalted } from '../../ledger/home.ts';
import { cooPaths } from '../../layout.ts';
import { probeFiles } from '../../ledger/probe.ts';
import { verify } from '../../verify/verify.ts';
import { DEFAULT_PREFIX, PREFIXES, refNames } from '../../ledger/names.ts';
import type { LedgerWorld } from '../../world.ts';
import type { Check } from './check.ts';

/** Whether this clone may append: it holds the marker, is where the marker says, and did not stop writing. */
export const homeCheck: Check = async ({ world, session }) => {
  const home = await readHome(world);
  if (home === undefined) {
    if (await appendedHere(world)) return [{ check: 'home', state: 'warn', message: `the ledger has a branch of its own here, but ${world.layout.coo}/home.json is gone: nothing can be appended from here`, fix: `if this was its home, or its home is lost: ${ADOPT}; else work in the clone where coo init was run` }];
    if (session === undefined) return [{ check: 'home', state: 'skipped', message: 'no ledger was begun here' }];
    return [{ check: 'home', state: 'ok', message: `this clone is not the home of its ledger: it reads and verifies, and refuses to append; if the home is lost: ${ADOPT}` }];
  }
  try {
    await requireHome(world, home, session?.state ?? { ledger: home.ledger, home: home.to ?? null });
    await requireNotHalted(world, undefined);
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    if (cause.code === 'HOME_MOVED') return [{ check: 'home', state: 'ok', message: cause.message }];
    const mend = cause.code === 'HALTED' ? { mend: { what: 'let it write again, if the disk takes a file and the whole ledger verifies', run: () => liftHalt(world) } } : {};
    return [{ check: 'home', state: 'bad', message: cause.message, fix: cause.fix, ...mend }];
  }
  return [{ check: 'home', state: 'ok', message: `this clone is the home of ledger ${home.ledger}` }];
};

/** Takes the mark of a clone that stopped writing away, once a file is written for good on its disk and all that was appended verifies. */
async function liftHalt(world: LedgerWorld): Promise<string> {
  await probeFiles(world);
  const { findings } = await verify(world);
  const [first] = findings;
  if (first !== undefined) throw new Failure({ code: first.code, message: `the ledger does not verify, so this clone stays stopped: ${first.path}: ${first.message}`, fix: 'coo verify', exit: 7 });
  await world.files.remove(cooPaths.halted(world.layout));
  return 'a file was written for good, and the ledger verifies: this clone writes again';
}

/** What a clone that only fetched never has: what was seen when appending, or a local branch of the ledger. */
async function appendedHere({ git }: LedgerWorld): Promise<boolean> {
  const names = [refNames(DEFAULT_PREFIX).seen, ...PREFIXES.map((prefix) => refNames(prefix).ledger)];
  for (const name of names) if ((await git.ref(name)) !== null) return true;
  return false;
}
