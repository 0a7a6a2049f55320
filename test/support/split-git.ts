import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';

/** Where git itself is; wrappers must not find themselves. */
const GIT = spawnSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).stdout.trim();

/** A folder to put in front of a search path: its `git` is git, but for what it was told to do wrong. */
export interface WrongGit {
  readonly searchPath: string;
  readonly folder: string;
}

function wrongGit(folder: string, body: string): WrongGit {
  mkdirSync(folder, { recursive: true });
  const program = join(folder, 'git');
  writeFileSync(program, `#!/bin/sh\n${body}\nexec '${GIT}' "$@"\n`);
  chmodSync(program, 0o755);
  return { folder, searchPath: `${folder}:${process.env['PATH'] ?? ''}` };
}

/**
 * Git whose next ref transaction that has `match` in it moves the first `moved` refs and dies there, as a kill in the middle of a commit leaves
 * it: git renames one ref after the other. With `parentToo` the process that started it dies first, so that nobody is left to finish.
 */
export function gitSplittingRefs(folder: string, moved: number, parentToo: boolean, match = 'refs/'): WrongGit {
  const armed = join(folder, 'armed');
  const git = wrongGit(
    folder,
    `case " $* " in *" update-ref "*)
  all=
  while read -r line; do
    all="$all$line
"
    [ "$line" = commit ] || continue
    case "$all" in *'${match}'*) wrong=$(rm '${armed}' 2>/dev/null && echo yes);; *) wrong=;; esac
    if [ "$wrong" = yes ]; then
      n=0
      printf 'start: ok\\nprepare: ok\\n'
      printf '%s' "$all" | while read -r verb ref new old; do
        if [ "$verb" = update ] && [ $n -lt ${String(moved)} ]; then '${GIT}' update-ref --no-deref "$ref" "$new" "$old"; n=$((n + 1)); fi
      done
      ${parentToo ? 'kill -9 $PPID' : ':'}
      kill -9 $$
    fi
    printf '%s' "$all" | '${GIT}' "$@" || exit $?
    all=
  done
  exit 0;; esac`,
  );
  writeFileSync(armed, '');
  return git;
}

/** Git whose n-th start (from 1) does `instead`, a line of shell; the folder `starts` in it counts them. */
export function gitFailingAtStart(folder: string, nth: number, instead: string): WrongGit {
  const marks = join(folder, 'starts');
  mkdirSync(marks, { recursive: true });
  return wrongGit(folder, `n=1\nwhile ! mkdir '${marks}/'$n 2>/dev/null; do n=$((n + 1)); done\n[ $n = ${String(nth)} ] && { ${instead}; }`);
}

/** Git whose next `update-ref` runs under strace with these arguments. */
export function gitTraced(folder: string, strace: readonly string[]): WrongGit {
  const armed = join(folder, 'armed');
  const quoted = strace.map((one) => `'${one}'`).join(' ');
  const git = wrongGit(folder, `case " $* " in *" update-ref "*) rm '${armed}' 2> /dev/null && exec strace ${quoted} '${GIT}' "$@";; esac`);
  writeFileSync(armed, '');
  return git;
}
