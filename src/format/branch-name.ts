const MAX_BYTES = 200;

export interface BadBranch {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
}

/** Why a text cannot be a plan's target: not a short branch name by git's rules, an option in disguise, or one of coo's own branches. */
export function badTarget(name: string, prefix: string): BadBranch | undefined {
  const bad = (message: string, fix: string): BadBranch => ({ code: 'BAD_BRANCH', message, fix });
  if (name.startsWith('-')) return bad('begins with a dash, which git takes for an option', 'name a branch');
  if (name.startsWith('refs/')) return bad('is a full ref', `write the short name: ${name.replace(/^refs\/(?:heads\/)?/, '')}`);
  if (name === 'HEAD' || name === '@') return bad(`is ${name}, not a branch`, 'name the branch that it stands for');
  if (Buffer.byteLength(name) > MAX_BYTES) return bad(`is longer than ${String(MAX_BYTES)} bytes`, 'name a shorter branch');
  if (name.includes('..') || name.includes('@{') || /[\p{Cc}\p{Cs} ~^:?*[\\]/u.test(name)) return bad('holds something that no branch may: .. @{ space ~ ^ : ? * [ or a backslash', 'write it as git branch shows it');
  if (name.split('/').some((part) => part === '' || part.startsWith('.') || part.endsWith('.lock')) || name.endsWith('.')) {
    return bad('has a part that is empty, begins with a dot, or ends in .lock or a dot', 'write it as git branch shows it');
  }
  const folded = name.toLowerCase();
  const own = prefix.toLowerCase();
  if (folded === own || folded.startsWith(`${own}/`)) return { code: 'TARGET_RESERVED', message: `is one of coo's own branches (${prefix}/...)`, fix: 'name the branch that the work shall end in' };
  return undefined;
}
