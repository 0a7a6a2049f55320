#!/usr/bin/env node
// An old Node must reach the check below: what is imported statically holds no code newer than Node 18. No built-in is: the build asks for them
// in a way that an old Node does not know.
// No top-level await: a chunk that shares a module with this file would wait for it, and it for the chunk.
import { nodeTooOld } from './node-version.ts';
import { standard } from './standard.ts';

const USAGE = 2;

/** The version in package.json, which lies two folders up from `src/bin` and `dist/bin` alike. */
function ownVersion(): string {
  const text = process.getBuiltinModule('node:fs').readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** Answers what needs no command line parser; anything else goes to the faces. */
async function run(argv: readonly string[]): Promise<number> {
  const only = argv.length === 1 ? argv[0] : undefined;
  if (only === '--version' || only === '-V') {
    out.write(`${ownVersion()}\n`);
    return 0;
  }
  if (only === '--help' || only === '-h') {
    const { HELP } = await import('../faces/cli/help.ts');
    out.write(HELP);
    return 0;
  }
  process.getBuiltinModule('node:module').enableCompileCache();
  if (argv.length === 2 && argv[0] === 'guard' && argv[1] === 'pre-commit') {
    const { guardCommitHere } = await import('./guard-commit.ts');
    const exit = await guardCommitHere(out);
    if (exit !== undefined) return exit;
  }
  const { start } = await import('./start.ts');
  return start(argv, ownVersion(), out, err);
}

const out = standard(1);
const err = standard(2);
const wrong = nodeTooOld(process.versions.node);
if (wrong !== undefined) {
  process.stderr.write(wrong);
  process.exitCode = USAGE;
} else {
  run(process.argv.slice(2)).then(
    (code) => {
      process.exitCode = code;
      // All is done: to take the heap apart first would cost 2 ms.
      if (out.isEmpty && err.isEmpty) process.exit();
    },
    (error: unknown) => {
      err.write(error instanceof Error && 'fix' in error ? `coo: ${error.message}\n  next:  ${String(error.fix)}\n` : `coo: a fault in coo itself: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      process.exitCode = 1;
    },
  );
}
