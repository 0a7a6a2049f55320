/** Top-level folders that no step may ever change, compared case-folded and NFC-normalised. */
const RESERVED_TOPS = new Set(['_plans', '_bus', '_report', '.git']);
/** Paths that change how git, the forge or people's agents behave: only where the scope names them literally. */
const LITERAL_ONLY = new Set(['.gitattributes', '.gitmodules', '.mcp.json', 'opencode.json', 'opencode.jsonc']);
/** Folders of agents' settings, wherever they stand: hooks and servers that they run by themselves, and what they may do. */
const LITERAL_ONLY_FOLDERS = new Set(['.claude', '.codex', '.cursor', '.gemini', '.opencode']);
const LITERAL_ONLY_TOPS = new Set(['.github']);
/** Short names that NTFS gives to the names above. */
const SHORT_GIT = /^git~[0-9]+$/;
const SHORT_LITERAL_ONLY = /^git(?:att|mod)~[0-9]+$/;
/** What HFS+ leaves out when it compares names (the list of git's own `utf8.c`). */
const IGNORED_BY_HFS = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;
/** Where `foldPart` changes nothing in a whole path, which is nearly always, this finds nothing. */
const FOLDED_IN_PARTS = /[:\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]|[. ](?:\/|$)/;
/** Device names that Windows gives to any file so called, with or without an extension. */
const DEVICES = new Set(['con', 'prn', 'aux', 'nul', ...[1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((n) => [`com${String(n)}`, `lpt${String(n)}`])]);
const MAX_PART_BYTES = 255;
/** A UTF-16 code unit is at most so many bytes of UTF-8. */
const MAX_UNIT_BYTES = 3;
const MAX_PATH_BYTES = 4_096;

export type PathVerdict = { readonly ok: true } | { readonly ok: false; readonly code: string; readonly message: string };

const GOOD: PathVerdict = { ok: true };
const bad = (code: string, message: string): PathVerdict => ({ ok: false, code, message });

/** Whether a path is relative, stays inside its root on every system, and means the same file everywhere. */
export function safePath(path: string): PathVerdict {
  if (path === '') return bad('PATH_EMPTY', 'is empty');
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) return bad('PATH_LONG', `is longer than ${String(MAX_PATH_BYTES)} bytes`);
  if (path.startsWith('/')) return bad('PATH_ABSOLUTE', 'is absolute; paths are relative to the top of the repository');
  if (/^[A-Za-z]:/.test(path)) return bad('PATH_DRIVE', 'begins with a drive letter');
  if (path.startsWith('-')) return bad('PATH_DASH', 'begins with a dash, which programs take for an option');
  if (path.includes('\\')) return bad('PATH_BACKSLASH', 'holds a backslash; write /');
  if (!path.isWellFormed() || hasControl(path)) return bad('PATH_CONTROL', 'holds a control character');
  for (const part of (path.endsWith('/') ? path.slice(0, -1) : path).split('/')) {
    const wrong = partFault(part);
    if (wrong !== undefined) return wrong;
  }
  return GOOD;
}

function partFault(part: string): PathVerdict | undefined {
  if (part === '') return bad('PATH_EMPTY_PART', 'has an empty part (//)');
  if (part === '.' || part === '..') return bad('PATH_DOTS', `has a part ${part}`);
  if (part.length > MAX_PART_BYTES / MAX_UNIT_BYTES && Buffer.byteLength(part) > MAX_PART_BYTES) return bad('PATH_LONG', `has a part longer than ${String(MAX_PART_BYTES)} bytes`);
  if (part.endsWith('.') || part.endsWith(' ')) return bad('PATH_TRAILING', `has a part that ends in a dot or a space (${part})`);
  if (isDevice(part)) return bad('PATH_DEVICE', `holds ${part}, a device's name on Windows`);
  return undefined;
}

function isDevice(part: string): boolean {
  const dot = part.indexOf('.');
  const stem = dot < 0 ? part : part.slice(0, dot);
  return (stem.length === 3 || stem.length === 4) && DEVICES.has(stem.toLowerCase());
}

export function hasControl(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 32 || code === 127) return true;
  }
  return false;
}

/** What two paths are compared by where a file system may fold case or normalise: equal folds may be one file. */
export function foldPath(path: string): string {
  return path.normalize('NFC').toLowerCase();
}

/** The name that a part of a path may turn out to be on some system: no ignored characters, no NTFS stream, no trailing dots and spaces. */
function foldPart(part: string): string {
  const [name = ''] = part.replaceAll(IGNORED_BY_HFS, '').split(':');
  let end = name.length;
  while (end > 0 && (name[end - 1] === '.' || name[end - 1] === ' ')) end -= 1;
  return name.slice(0, end);
}

/** The parts of a path as they are compared: under every name that some system takes for the same. */
export function foldedParts(path: string): readonly string[] {
  const folded = foldPath(path);
  const parts = folded.split('/');
  return FOLDED_IN_PARTS.test(folded) ? parts.map(foldPart) : parts;
}

/** Whether a path may never be in scope: coo's own folders, and anything git would take for a repository's inside. */
export function reservedPath(path: string): boolean {
  const parts = foldedParts(path);
  if (RESERVED_TOPS.has(parts[0] ?? '')) return true;
  return parts.some((part) => part === '.git' || SHORT_GIT.test(part));
}

/** Whether a path changes how git, the forge or people's agents behave. */
export function guardedPath(path: string): boolean {
  const parts = foldedParts(path);
  const last = parts.at(-1) ?? '';
  return LITERAL_ONLY.has(last) || SHORT_LITERAL_ONLY.test(last) || LITERAL_ONLY_TOPS.has(parts[0] ?? '') || parts.some((part) => LITERAL_ONLY_FOLDERS.has(part));
}

/** Whether a changed path lies in a step's scope. No scope = everything that is not reserved. */
export function inScope(path: string, scope: readonly string[] | undefined): PathVerdict {
  if (reservedPath(path)) return bad('PATH_RESERVED', 'is reserved: no step may change it');
  if (guardedPath(path) && !(scope ?? []).some((glob) => namesLiterally(glob, path))) return bad('PATH_GUARDED', 'changes how git, the forge or agents behave: the scope must name it literally');
  if (scope === undefined || scope.some((glob) => matches(glob, path))) return GOOD;
  return bad('OUT_OF_SCOPE', `is outside the step's scope (${scope.join(', ')})`);
}

function namesLiterally(glob: string, path: string): boolean {
  if (!isGlob(glob)) return glob === path;
  const [top = ''] = glob.split('/', 1);
  return (LITERAL_ONLY_TOPS.has(top) || LITERAL_ONLY_FOLDERS.has(top)) && matches(glob, path);
}

export function isGlob(pattern: string): boolean {
  return pattern.includes('*') || pattern.includes('?') || pattern.endsWith('/');
}

/**
 * Glob match over a whole path: `*` and `?` stay in one part, `**` is any number of parts, a trailing slash is everything below.
 * Time is at most pattern length x path length; no regular expression is made from the pattern.
 */
export function matches(glob: string, path: string): boolean {
  const pattern = (glob.endsWith('/') ? `${glob}**` : glob).split('/');
  const parts = path.split('/');
  // reach[j]: the pattern parts so far can consume the first j path parts.
  let reach: boolean[] = [true, ...parts.map(() => false)];
  for (const part of pattern) {
    const next: boolean[] = parts.map(() => false);
    next.push(false);
    for (let at = 0; at <= parts.length; at += 1) {
      if (part === '**') next[at] = reach[at] === true || (at > 0 && next[at - 1] === true);
      else if (at > 0) next[at] = reach[at - 1] === true && matchesPart(part, parts[at - 1] ?? '');
    }
    reach = next;
  }
  return reach[parts.length] === true;
}

/** `*` and `?` within one part, by the usual backtracking to the last star: linear in practice, quadratic at worst. */
function matchesPart(pattern: string, text: string): boolean {
  let p = 0;
  let star = -1;
  let mark = 0;
  for (let t = 0; t < text.length; ) {
    if (pattern[p] === '*') {
      star = p;
      mark = t;
      p += 1;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p += 1;
      t += 1;
    } else if (star >= 0) {
      p = star + 1;
      mark += 1;
      t = mark;
    } else return false;
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}
