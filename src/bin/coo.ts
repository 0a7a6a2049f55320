#!/usr/bin/env node
// An old Node must reach the check below: what is imported statically holds no code newer than Node 18. No built-in is: the build asks for them
// in a way that an old Node does not know.
// No top-level await: a chunk that shares a module with this file would wait for it, and it for the chunk.
import { nodeTooOld } from './node-version.ts';

const USAGE = 2;

/** The version in package.json, which lies two folders up from `src/bin` and `dist/bin` alike. */
function ownVersion(): string {
  const text = process.getBuiltinModule('node:fs').readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

function isOneOf(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

/** Who reads us may stop reading (`coo log | head`), or hang up a terminal; what we do goes on. */
function ignoreClosedPipe(error: unknown): void {
  if (!isOneOf(error, 'EPIPE', 'EIO')) throw error;
}

/** Writes to stdout without loading Node's streams, which would cost more than all the rest; a pipe that is full is left to them. */
function say(text: string): void {
  const bytes = Buffer.from(text);
  let written = 0;
  try {
    written = process.getBuiltinModule('node:fs').writeSync(1, bytes);
  } catch (error) {
    if (!isOneOf(error, 'EAGAIN', 'EPIPE')) throw error;
  }
  if (written === bytes.length) return;
  process.stdout.on('error', ignoreClosedPipe);
  process.stdout.write(bytes.subarray(written));
}

/** Answers what needs no command line parser; anything else goes to the faces. */
async function run(argv: readonly string[]): Promise<number> {
  const only = argv.length === 1 ? argv[0] : undefined;
  if (only === '--version' || only === '-V') {
    say(`${ownVersion()}\n`);
    return 0;
  }
  if (only === '--help' || only === '-h') {
    const { HELP } = await import('../faces/cli/help.ts');
    say(HELP);
    return 0;
  }
  process.stdout.on('error', ignoreClosedPipe);
  process.stderr.on('error', ignoreClosedPipe);
  process.getBuiltinModule('node:module').enableCompileCache();
  const { main } = await import('../faces/cli/main.ts');
  const { processHost } = await import('./host.ts');
  return main(argv, processHost(ownVersion()));
}

const wrong = nodeTooOld(process.versions.node);
if (wrong !== undefined) {
  process.stderr.write(wrong);
  process.exitCode = USAGE;
} else {
  run(process.argv.slice(2)).then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      process.stderr.write(`coo: a fault in coo itself: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      process.exitCode = 1;
    },
  );
}
