import type { HookKeeper, HookName } from './hooks.ts';

const MARK = '# Written by coo hooks install; coo hooks remove takes it away.';
const ABSENT = 'coo is not on this machine: its rules were not run here, and CI decides';

/**
 * A hook in plain sh: what stood there before runs first, with the same arguments and the same input. On a machine without coo it says so in one line and
 * lets git go on: CI asks the same rules.
 *
 * @param program how to start the coo that installed it; where that is gone, the one on the PATH
 */
export function hookScript(hook: HookName, program: readonly string[]): string {
  const [runtime = 'coo', ...rest] = program.map(quoted);
  const reads = hook === 'pre-commit' ? '' : 'input=$(cat)\n';
  const fed = hook === 'pre-commit' ? '' : `printf '%s\\n' "$input" | `;
  const present = [`[ -x ${runtime} ]`, ...rest.map((path) => `[ -f ${path} ]`)].join(' && ');
  return `#!/bin/sh
${MARK}
before="$0.before-coo"
${reads}if [ -x "$before" ]; then
  ${fed}"$before" "$@" || exit $?
fi
if ${present}; then
  ${fed}${[runtime, ...rest].join(' ')} guard ${hook}
elif command -v coo >/dev/null 2>&1; then
  ${fed}coo guard ${hook}
else
  echo '${ABSENT}' >&2
fi
`;
}

/** Whether a hook is one of ours, byte for byte, by whichever coo: one that somebody changed is theirs. */
export function isOurs(hook: HookName, text: string): boolean {
  const present = text.split('\n').find((line) => line.includes('[ -x ') && line.endsWith(' ]; then') && !line.includes('$before')) ?? '';
  const program = [...present.matchAll(/'((?:[^']|'\\'')*)'/g)].map(([, path = '']) => path.replaceAll(String.raw`'\''`, "'"));
  return program.length > 0 && text === hookScript(hook, program);
}

/** What to write where the hooks are somebody else's. It is shared with people who have no coo: there it does as a hook of ours does. */
export function snippetFor(keeper: Exclude<HookKeeper, 'git'>, hook: HookName): string {
  switch (keeper) {
    case 'husky':
      return `in .husky/${hook}:\n${line(hook)}`;
    case 'lefthook':
      return `in lefthook.yml:\n${hook}:\n  commands:\n    coo:\n      run: |\n        ${line(hook)}${hook === 'pre-commit' ? '' : '\n      use_stdin: true'}`;
    case 'pre-commit':
      return hook === 'pre-push'
        ? 'pre-commit hands no input on to its hooks: let CI ask (coo guard ci), or call coo guard pre-push from .git/hooks/pre-push yourself'
        : `in .pre-commit-config.yaml, below repos:\n  - repo: local\n    hooks:\n      - id: coo\n        name: coo guard\n        entry: |\n          sh -c "${line(hook)}"\n        language: system\n        always_run: true\n        pass_filenames: false\n        verbose: true\n        stages: [${hook}]`;
    case 'hooks-path':
      return `in the ${hook} of the folder that core.hooksPath names:\n${line(hook)}`;
    default:
      return keeper satisfies never;
  }
}

/** A line of sh that refuses what the guard refuses, wherever it stands in a script, and asks for no coo. */
function line(hook: HookName): string {
  return `if command -v coo >/dev/null 2>&1; then coo guard ${hook} || exit 1; else echo '${ABSENT}' >&2; fi`;
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
