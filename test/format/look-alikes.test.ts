import { describe, expect, it } from 'vitest';
import { inScope, reservedPath } from '../../src/format/paths.ts';

// What a worker commits is not what a plan names: git stores any name, and some system gives it another meaning.
describe('names that are .git, or coo\'s own, on some system', () => {
  it.each(['.git', '.GIT/config', 'a/.Git/hooks/x', 'git~1/config', 'GIT~2', '.git./config', '.git ', '.git. . /x', 'a/.git::$INDEX_ALLOCATION/x', '.git:x', '.g\u200cit/config', '\ufeff.git', '_plans/x', '_BUS/in/x', '_report./x', '_plans:x'])('%j is reserved', (path) => {
    expect(reservedPath(path)).toBe(true);
    expect(inScope(path, ['**'])).toMatchObject({ ok: false, code: 'PATH_RESERVED' });
  });

  it.each(['.gitignore', '.github', 'git', 'git~x', 'a.git', '.git2', 'src/_plans/x', '_plan', 'x_report'])('%j is not', (path) => {
    expect(reservedPath(path)).toBe(false);
  });

  it.each(['.gitattributes', 'a/.gitmodules', '.GITMODULES', '.gitmodules.', 'gitmod~1', 'GITATT~1', '.github/workflows/x.yml', '.GitHub/x', '.github./x'])('%j changes what git or the forge does: only where the scope names it', (path) => {
    expect(inScope(path, undefined)).toMatchObject({ ok: false, code: 'PATH_GUARDED' });
    expect(inScope(path, ['**'])).toMatchObject({ ok: false, code: 'PATH_GUARDED' });
    expect(inScope(path, [path])).toEqual({ ok: true });
  });
});
