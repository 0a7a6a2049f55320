import { many } from '../../../format/many.ts';
import { resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { Failure } from '../../../app/failure.ts';
import { openLedger } from '../../../app/operations/by-hand.ts';
import { restoreMirror } from '../../../app/ledger/mirror.ts';
import { tellIncident } from '../../../app/operations/incident.ts';
import { observer } from '../../../app/verify/observer.ts';
import type { Sights } from '../../../app/verify/observer.ts';
import { incidentOf } from '../../../app/verify/incident.ts';
import { verify } from '../../../app/verify/verify.ts';
import type { Verified, VerifyOptions } from '../../../app/verify/verify.ts';
import { examples } from '../command.ts';
import type { Call, Define } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { noteIncident } from '../incident-note.ts';
import { plain } from '../plain.ts';
import type { Style } from '../style.ts';

type Asked = Omit<VerifyOptions, 'against'> & { readonly restore?: boolean; readonly stop?: boolean; readonly against?: string };

/** `coo verify`: proves the record from git's objects alone. */
export const defineVerify: Define = (program, act) => {
  program
    .command('verify')
    .description('check the whole ledger: every byte, link, digest, decision, order, receipt and commit, and the copies in this worktree')
    .option('--at <rev>', 'a branch, tag, full ref or commit id to check in place of coo/ledger')
    .option('--range <a..b>', 'check entries a to b only, on a fold of those before', entryRange)
    .option('--against <who>', 'hold it against what another has seen: a remote, the folder of another clone, or a file of coo ledger head --json')
    .option('--restore', 'first write the copies in this worktree anew from the ledger')
    .option('--stop', 'open the breaker whatever is found, and not only for a fault of the ledger itself: nothing starts until a person closes it')
    .option('--no-stop', 'never open it')
    .addHelpText('after', examples('coo verify', 'coo verify --range 400..', 'coo verify --at origin/coo/ledger', 'coo verify --against origin', 'coo verify --restore', 'coo verify --stop', "coo verify --json | jq '.findings[]'"))
    .action(async (asked: Asked) => act(async (call) => run(call, asked)));
};

async function run(call: Call, { restore = false, stop, against, ...options }: Asked): Promise<number> {
  const { out, ledger } = call;
  const world = await ledger();
  let restored: readonly string[] = [];
  if (restore) {
    const { worktree } = world.layout;
    if (worktree === null) throw new Failure({ code: 'BARE', message: `${world.layout.common} is a bare repository: it holds no copies`, fix: 'coo verify' });
    // The ledger must hold by itself before anything is written from it: the copies may be the last that is right.
    const before = await verify(world);
    const wrong = before.findings.filter(({ code }) => code !== 'MIRROR_CHANGED');
    if (wrong.length > 0) {
      out.show({ ...before, findings: wrong }, () => verifyLines({ ...before, findings: wrong }, out.style));
      return EXIT.ledger;
    }
    restored = await restoreMirror(world, await openLedger(world), worktree, true);
  }
  const verified = await verify(world, against === undefined ? options : { ...options, against: (ref) => observer(world, ref, against, resolve(call.folder, against), sights(call)) });
  for (const path of restored) out.note(`put back  ${plain(path)}`);
  out.show(verified, () => verifyLines(verified, out.style));
  const incident = incidentOf(verified, stop, options.at !== undefined);
  if (incident !== undefined) noteIncident(out, await tellIncident(world, incident.cause, incident.detail), stop);
  return verified.ok ? EXIT.ok : EXIT.ledger;
}

function sights({ host, folder }: Call): Sights {
  return {
    remote: async () => (await host.doors(folder)).remote,
    handover: () => host.handover(folder),
    async clone(path) {
      try {
        const there = await host.ledger(path);
        await there.git.close();
        return there.layout.common;
      } catch (cause) {
        if (cause instanceof Error && 'code' in cause && cause.code === 'GIT_NOT_A_REPOSITORY') return undefined;
        throw cause;
      }
    },
  };
}

/** `12..40`, or `12..` for all from there on. */
function entryRange(text: string): VerifyOptions['range'] {
  const found = /^([1-9][0-9]{0,8})\.\.([1-9][0-9]{0,8})?$/.exec(text);
  if (found === null) throw new InvalidArgumentError('Write two numbers of entries, such as 12..40, or 12.. for all from there on.');
  return { from: Number(found[1]), to: found[2] === undefined ? undefined : Number(found[2]) };
}

const SEEN = { same: 'has seen the same', behind: 'has seen less of the same', ahead: 'has seen more', apart: 'has seen something else' } as const;

/** Findings with path, code and fix; what is absent; and the verdict. */
export function verifyLines(verified: Verified, style: Style): readonly string[] {
  const { ok, entries, receipts, findings, absent, range, against } = verified;
  const part = range.from === 1 && range.to === entries ? '' : `entries ${String(range.from)} to ${String(range.to)} of `;
  const looked = `${part}${String(entries)} entries, ${String(receipts)} receipts`;
  const seen = against === undefined ? [] : [`${plain(against.against)} ${SEEN[against.stands]} (its last entry is ${String(against.seq)})`];
  const told = [...seen, ...absent.map(({ message }) => style.dim(`absent: ${plain(message)}`)), verdictLine(verified)];
  if (ok) return [...told, style.green(`the ledger verifies: ${looked}`)];
  const lines = findings.flatMap(({ code, path, message, fix }) => [`${style.red(plain(path))}: ${plain(message)} ${style.dim(`[${code}]`)}`, `  next:  ${plain(fix)}`]);
  return [...lines, '', ...told, style.red(`the ledger does not verify: ${many(findings.length, 'finding')} in ${looked}`)];
}

function verdictLine({ verdict: { changes, accounted, by_people, unsigned, mode } }: Verified): string {
  return `${String(accounted)} of ${String(changes)} changes accounted for, ${String(by_people)} by people, ${String(unsigned)} unsigned, mode ${mode}`;
}
