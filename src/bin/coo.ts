#!/usr/bin/env node
// An old Node must reach the check below: static imports are built-ins and what holds no code newer than Node 18.
// No top-level await: a chunk that shares a module with this file would wait for it, and it for the chunk.
import { readFileSync } from 'node:fs';
import nodeModule from 'node:module';
import { nodeTooOld } from './node-version.ts';

const USAGE = 2;

/** The version in package.json, which lies two folders up from `src/bin` and `dist/bin` alike. */
function ownVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** Answers what needs no command line parser; anything else goes to the faces. */
async function run(argv: readonly string[]): Promise<number> {
  const only = argv.length === 1 ? argv[0] : undefined;
  if (only === '--version' || only === '-V') {
    process.stdout.write(`${ownVersion()}\n`);
    return 0;
  }
  if (only === '--help' || only === '-h') {
    const { HELP } = await import('../faces/cli/help.ts');
    process.stdout.write(HELP);
    return 0;
  }
  nodeModule.enableCompileCache();
  const { main } = await import('../faces/cli/main.ts');
  return main(argv);
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
