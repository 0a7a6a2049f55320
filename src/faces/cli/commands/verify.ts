import { Failure } from '../../../app/failure.ts';
import { openLedger } from '../../../app/operations/by-hand.ts';
import { restoreMirror } from '../../../app/ledger/mirror.ts';
import { verify } from '../../../app/verify/verify.ts';
import type { Verified } from '../../../app/verify/verify.ts';
import { examples } from '../command.ts';
import type { Define } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { plain } from '../plain.ts';
import type { Style } from '../style.ts';

/** `coo verify`: proves the record from git's objects alone. */
export const defineVerify: Define = (program, act) => {
  program
    .command('verify')
    .description('check the whole ledger byte by byte: chain, digests, receipts, orders, and the copies in this worktree')
    .option('--restore', 'first write the copies in this worktree anew from the ledger')
    .addHelpText('after', examples('coo verify', 'coo verify --restore', "coo verify --json | jq '.findings[]'"))
    .action(async (options: { restore?: boolean }) =>
      act(async ({ out, ledger }) => {
        const world = await ledger();
        const session = await openLedger(world);
        let restored: readonly string[] = [];
        if (options.restore === true) {
          const { worktree } = world.layout;
          if (worktree === null) throw new Failure({ code: 'BARE', message: `${world.layout.common} is a bare repository: it holds no copies`, fix: 'coo verify' });
          // The ledger must hold by itself before anything is written from it: the copies may be the last that is right.
          const before = await verify(world, session);
          const wrong = before.findings.filter(({ code }) => code !== 'MIRROR_CHANGED');
          if (wrong.length > 0) {
            out.show({ ...before, findings: wrong }, () => verifyLines({ ...before, findings: wrong }, out.style));
            return EXIT.ledger;
          }
          restored = await restoreMirror(world, session, worktree, true);
        }
        const verified = await verify(world, session);
        for (const path of restored) out.note(`put back  ${plain(path)}`);
        out.show(verified, () => verifyLines(verified, out.style));
        return verified.ok ? EXIT.ok : EXIT.ledger;
      }),
    );
};

/** Findings with path, code and fix; one line when there are none. */
export function verifyLines({ ok, entries, receipts, findings }: Verified, style: Style): readonly string[] {
  const looked = `${String(entries)} entries, ${String(receipts)} receipts`;
  if (ok) return [style.green(`the ledger verifies: ${looked}`)];
  const lines = findings.flatMap(({ code, path, message, fix }) => [`${style.red(plain(path))}: ${plain(message)} ${style.dim(`[${code}]`)}`, `  next:  ${plain(fix)}`]);
  return [...lines, '', style.red(`the ledger does not verify: ${String(findings.length)} finding${findings.length === 1 ? '' : 's'} in ${looked}`)];
}
