import type { RuleContext } from '../context.ts';
import { namedPerson } from '../policy.ts';
import type { Change, RangeCommit } from '../change.ts';
import type { GuardFinding } from '../finding.ts';

const TRAILER = /^Coo-(?:Order|Receipt|Plan|Plan-Digest|Seq): /m;
const COO_ADDRESS = /@(?:[^@]+\.)?coo\.localhost$|^coo@localhost$/;
const SAID = 60;

/**
 * Each commit is answered for: by an accepted receipt, by coo's own record, or by a listed person. One on a plan's branch, or one that bears coo's
 * name, is an error without; any other is told, without blame, where the mode is dev.
 */
export function reconcile(change: Change, { accounts, policy, ledger, prefix }: RuleContext): readonly GuardFinding[] {
  if (ledger === null) return [];
  const isPlanBranch = change.ref?.startsWith(`refs/heads/${prefix}/`) === true;
  const stale = ledger.attempts.filter(({ live }) => !live).map((attempt): GuardFinding => ({ code: 'FENCE_STALE', severity: 'error', path: attempt.receipt, commit: null, message: `${attempt.plan_id}/${attempt.step_id} was accepted under fence ${String(attempt.fence)}, which was not live`, fix: 'coo verify' }));
  const unaccounted = change.commits.flatMap((commit): readonly GuardFinding[] => {
    if (accounts.get(commit.id)?.by !== 'nobody') return [];
    const { author, committer } = commit;
    const who = author.email === committer.email ? author.email : `${author.email}, committed by ${committer.email}`;
    const what = `"${subject(commit)}" by ${who}`;
    if (policy.mode === 'governed' && namedPerson(policy, commit) !== undefined) return [unsigned(commit, what)];
    if (isPlanBranch) return [unaccountedFor(commit, `${what} is on a plan's branch, where only accepted attempts and listed people commit`)];
    if (bearsCoo(commit)) return [unaccountedFor(commit, `${what} bears coo's name, and no accepted receipt answers for it`)];
    if (policy.mode === 'governed') return [unaccountedFor(commit, `${what} is by nobody who is listed`)];
    return [{ code: 'COMMIT_UNLISTED', severity: 'note', path: null, commit: commit.id, message: `${what} is by somebody who is not listed in _plans/coo.yaml`, fix: 'to have it counted as theirs: a seat with harness: person and that e-mail address, on the base side' }];
  });
  return [...stale, ...unaccounted];
}

/** Anybody can write a listed person's address. */
function unsigned(commit: RangeCommit, what: string): GuardFinding {
  return { code: 'COMMIT_UNSIGNED', severity: 'error', path: null, commit: commit.id, message: `${what} bears no signature by a key that is listed for that address with the role person, which governed mode asks for`, fix: 'git config gpg.format ssh; git config user.signingkey KEY.pub; git commit --amend -S; the key stands in _plans/signers.yaml on the base side' };
}

function unaccountedFor(commit: RangeCommit, message: string): GuardFinding {
  return { code: 'COMMIT_UNACCOUNTED', severity: 'error', path: null, commit: commit.id, message, fix: 'fetch what may answer for it (git fetch origin coo/ledger and the plan\'s branch); otherwise take it out, or have a listed person commit it under their own name' };
}

/** Whether a commit says of itself that coo or one of its seats made it. */
export function bearsCoo({ author, committer, message }: RangeCommit): boolean {
  return [author, committer].some(({ email }) => COO_ADDRESS.test(email.toLowerCase())) || TRAILER.test(message);
}

function subject({ message }: RangeCommit): string {
  const [first = ''] = message.split('\n', 1);
  return first.length > SAID ? `${first.slice(0, SAID - 3)}...` : first;
}
