import { readSigners } from '../../../format/signers.ts';
import type { RuleContext } from '../context.ts';
import { ownChanges } from '../change.ts';
import type { Change } from '../change.ts';
import type { GuardFinding } from '../finding.ts';

const PATH = '_plans/signers.yaml';
const CAP = 4_194_304;
const FIX = 'raise its version by one with each change; to take a key back into use, list it again under a new version';

/** The list of signers only goes forward: an old one pushed again, or another one under the same version, brings back keys that were taken out. */
export async function signers(change: Change, { history }: RuleContext): Promise<readonly GuardFinding[]> {
  const changes = change.commits.flatMap((commit) => ownChanges(commit).flatMap(({ path, before, after }) => (path === PATH && before !== null ? [{ commit: commit.id, before: before.id, after: after?.id ?? null }] : [])));
  const versions = new Map<string, number>();
  const ids = [...new Set(changes.flatMap(({ before, after }) => (after === null ? [before] : [before, after])))];
  await history.blobs(ids, CAP, (bytes, at) => {
    const read = bytes === null ? undefined : readSigners(PATH, bytes);
    if (read?.ok === true) versions.set(ids[at] ?? '', read.signers.version);
  });
  return changes.flatMap(({ commit, before, after }): readonly GuardFinding[] => {
    const finding = (code: string, message: string): readonly GuardFinding[] => [{ code, severity: 'error', path: PATH, commit, message, fix: FIX }];
    if (after === null) return finding('SIGNERS_REMOVED', 'was removed: without it no signature counts');
    const [was, is] = [versions.get(before), versions.get(after)];
    // One that cannot be read is found by the rule of what people write.
    return was === undefined || is === undefined || is > was ? [] : finding('SIGNERS_VERSION', `goes from version ${String(was)} to ${String(is)}: a change needs a greater one`);
  });
}
