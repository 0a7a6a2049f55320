/** Everything about a diff's form that could be configured, so that the same change gives the same bytes everywhere. */
export const PLAIN: readonly string[] = ['-r', '--no-renames', '--no-ext-diff', '--no-textconv', '--no-color', '--ignore-submodules=none'];
/** The form of a patch whose id is taken. */
export const PATCH: readonly string[] = ['-p', '--full-index', '-U3', '--diff-algorithm=myers', '--indent-heuristic', '--src-prefix=a/', '--dst-prefix=b/', '--submodule=short'];
