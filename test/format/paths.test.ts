import { describe, expect, it } from 'vitest';
import { foldPath, inScope, isGlob, matches, reservedPath, safePath } from '../../src/format/paths.ts';
import { fc } from './fuzz.ts';

const codeOf = (path: string): string => {
  const verdict = safePath(path);
  return verdict.ok ? 'OK' : verdict.code;
};

describe('a path', () => {
  it.each(['a', 'a/b.txt', '.env', 'src/**', 'dir/', 'caf\u00e9/\u4e2d.md', 'console/x', 'com10', 'a b/c'])('may be %s', (path) => {
    expect(codeOf(path)).toBe('OK');
  });

  it.each([
    ['', 'PATH_EMPTY'], ['/', 'PATH_ABSOLUTE'], ['/etc/passwd', 'PATH_ABSOLUTE'], ['C:', 'PATH_DRIVE'], ['c:/x', 'PATH_DRIVE'], ['-rf', 'PATH_DASH'], ['--upload-pack=x', 'PATH_DASH'], ['a\\b', 'PATH_BACKSLASH'],
    ['..', 'PATH_DOTS'], ['../x', 'PATH_DOTS'], ['a/../b', 'PATH_DOTS'], ['./a', 'PATH_DOTS'], ['a//b', 'PATH_EMPTY_PART'], ['a\nb', 'PATH_CONTROL'], ['a\u0000', 'PATH_CONTROL'], ['\ud800', 'PATH_CONTROL'],
    ['CON', 'PATH_DEVICE'], ['a/nul.txt', 'PATH_DEVICE'], ['Com1', 'PATH_DEVICE'], ['a.', 'PATH_TRAILING'], ['a./b', 'PATH_TRAILING'], ['a ', 'PATH_TRAILING'], ['x'.repeat(256), 'PATH_LONG'], ['x/'.repeat(2_100), 'PATH_LONG'],
  ])('may not be %j: %s', (path, code) => {
    expect(codeOf(path)).toBe(code);
  });

  it.each(['_plans', '_plans/a', '_BUS/in', '_Report/x', '.git', '.GIT/config', 'a/.git/hooks/x', 'git~1', 'x/GIT~2', '.g\u200dit/config'])('is reserved: %s', (path) => {
    expect(reservedPath(path)).toBe(true);
    expect(inScope(path, ['**'])).toMatchObject({ ok: false, code: 'PATH_RESERVED' });
  });

  it.each(['plans', '_planss/x', '.gitignore', 'git', 'x/_plans', '.github'])('is not reserved: %s', (path) => {
    expect(reservedPath(path)).toBe(false);
  });

  it('folds case and composition', () => {
    expect(foldPath('A/CAFE\u0301.json')).toBe(foldPath('a/caf\u00e9.JSON'));
    expect(foldPath('a')).not.toBe(foldPath('b'));
  });
});

describe('a scope', () => {
  it.each([
    ['src/a.ts', ['src/**'], true], ['src/a/b.ts', ['src/*'], false], ['src/a.ts', ['src/*.ts'], true], ['srcs/a', ['src/'], false], ['src/x/y', ['src/'], true], ['a', ['b', 'a'], true], ['a', [], false],
    ['.github/workflows/ci.yml', ['**'], false], ['.claude/settings.json', ['**'], false], ['.claude/settings.json', ['.claude/**'], true], ['pkg/.mcp.json', undefined, false], ['pkg/.codex/config.toml', ['pkg/.codex/config.toml'], true], ['.opencode/x', ['**/x'], false], ['docs/claude.md', ['docs/'], true], ['.github/workflows/ci.yml', ['.github/**'], true], ['x/.gitattributes', ['**'], false], ['.gitmodules', ['.gitmodules'], true],
  ] as const)('%s in %j: %s', (path, scope, within) => {
    expect(inScope(path, scope).ok).toBe(within);
  });

  it('that is absent holds everything but what is guarded', () => {
    expect(['a', '.gitattributes', '.github/x', '_bus/x'].map((path) => inScope(path, undefined).ok)).toEqual([true, false, false, false]);
  });
});

describe('a glob', () => {
  it.each([
    ['**', 'a/b/c', true], ['**/c', 'a/b/c', true], ['a/**/c', 'a/c', true], ['a/**/c', 'a/b/b/c', true], ['a/*/c', 'a/c', false], ['?', 'a', true], ['?', 'ab', false], ['a*b*c', 'aXbYc', true], ['a*b*c', 'aXbY', false],
    ['(a+)+$', 'aaaa', false], ['[ab]', 'a', false], ['[ab]', '[ab]', true], ['*.ts', 'a/b.ts', false],
  ] as const)('%s and %s: %s', (glob, path, fits) => {
    expect(matches(glob, path)).toBe(fits);
  });

  it('without wild cards is the path itself', () => {
    fc.assert(fc.property(fc.string().filter((text) => !isGlob(text)), fc.string(), (text, other) => matches(text, text) && (text === other || !matches(text, other))));
  });

  it('made to be slow is not', () => {
    expect(matches(`${'a*'.repeat(200)}b`, 'a'.repeat(4_000))).toBe(false);
    expect(matches('**/'.repeat(200), 'a/'.repeat(1_000))).toBe(true);
  });
});
