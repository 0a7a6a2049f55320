import { foldedParts, foldPath, guardedPath } from '../../format/paths.ts';

const RECEIPT = /^_report\/agent\/[^/]+\/runs\/./;
/** Written anew as things change, on the ledger's branch; and the page for readers. */
const VIEW = /^_report\/(?:readme\.md$|agent\/[^/]+\/state\.json$|usage\/)/;

/** Run receipts and the proofs beside them. */
export function isReceiptPath(path: string): boolean {
  return RECEIPT.test(path);
}

/** What must stay as it is once it is there, on any branch: all below a `_report` but views, wherever that folder stands; and that name as a file or a link. */
export function isRecordPath(path: string): boolean {
  if (path === '_report') return true;
  const at = path.startsWith('_report/') ? 0 : path.indexOf('/_report/') + 1;
  return (at > 0 || path.startsWith('_report/')) && !VIEW.test(foldPath(path.slice(at)));
}

/** What changes how people's tools, git or the forge behave, or who may do what: only a listed person may touch it. */
export function isProtectedPath(path: string): boolean {
  const fold = foldedParts(path).join('/');
  // A link in the place of a folder is as good as all that lies in it.
  return guardedPath(path) || PROTECTED_FILES.has(fold) || PROTECTED_FOLDERS.some((folder) => `${fold}/`.startsWith(folder));
}

/** The live bus, which has no place in history: claims and orders hold only in the ledger. Nor has a file or a link in its place. */
export function isBusPath(path: string): boolean {
  return /^_bus(?:$|\/(?!readme\.md$))/.test(foldedParts(path).join('/'));
}

/** Whether a path is one that people write for coo to read: the organisation, the signers, or a plan. What begins with a dot is in the writing. */
export function isWritten(path: string): boolean {
  return path === '_plans/coo.yaml' || path === '_plans/signers.yaml' || /^_plans\/(?!\.)[^/]+\.plan\.(?:ya?ml|json)$/.test(path);
}

const PROTECTED_FILES: ReadonlySet<string> = new Set(['_plans', '_plans/coo.yaml', '_plans/signers.yaml', '.pre-commit-config.yaml', 'lefthook.yml', 'lefthook.yaml', 'lefthook.json', 'lefthook.toml', '.lefthook.yml', '.lefthook.yaml', '.lefthook.json', '.lefthook.toml', 'codeowners', 'docs/codeowners']);
const PROTECTED_FOLDERS: readonly string[] = ['.husky/', '.githooks/', '_plans/policies/'];
