import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';

/** Where git itself is; wrappers must not find themselves. */
const GIT = spawnSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).stdout.trim();

/** A program that stands for git and misbehaves. */
export interface BadGit {
  readonly program: string;
  /** How often it was started. */
  readonly starts: () => number;
}

/** Git whose n-th start (from 1) does `instead`, a line of shell, and which is git at every other. */
export function gitFailingAt(folder: string, nth: number, instead: string): BadGit {
  const marks = join(folder, 'starts');
  mkdirSync(marks, { recursive: true });
  // `mkdir` fails for a name that is taken, so two at once never get the same number.
  const program = script(join(folder, 'git'), `n=1\nwhile ! mkdir '${marks}/'$n 2>/dev/null; do n=$((n + 1)); done\nif [ $n = ${nth} ]; then ${instead}; fi\nexec '${GIT}' "$@"`);
  return {
    program,
    starts() {
      let count = 0;
      while (existsSync(join(marks, String(count + 1)))) count++;
      return count;
    },
  };
}

/**
 * Git whose first ref transaction, having taken all its locks, kills itself before it moves a ref; with `parentToo` also the process that started it.
 * It hands git a hook that our settings would have kept away.
 */
export function gitDyingWithLocks(folder: string, parentToo: boolean): BadGit {
  const armed = join(folder, 'armed');
  const hooks = join(folder, 'hooks');
  mkdirSync(hooks, { recursive: true });
  writeFileSync(armed, '');
  const pids = join(folder, 'pids');
  script(join(hooks, 'reference-transaction'), `[ "$1" = prepared ] && [ -e '${armed}' ] || exit 0\nrm '${armed}'\nread me parent < '${pids}'\n${parentToo ? 'kill -9 $parent\n' : ''}kill -9 $me`);
  const passOn = `case "$*" in *update-ref*) echo $$ $PPID > '${pids}';; esac\nfor arg do shift; [ "$arg" = core.hooksPath=/dev/null ] && arg='core.hooksPath=${hooks}'; set -- "$@" "$arg"; done\nexec '${GIT}' "$@"`;
  return { program: script(join(folder, 'git'), passOn), starts: () => (existsSync(pids) ? 1 : 0) };
}

function script(path: string, body: string): string {
  rmSync(path, { force: true });
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}
