import { describe, expect, it } from 'vitest';
import { MAX_FAULTS } from '../../src/format/fault.ts';
import { MAX_YAML_ALIASES, MAX_YAML_BYTES, MAX_YAML_TOKENS } from '../../src/format/limits.ts';
import { readYaml } from '../../src/format/yaml.ts';
import { bytes, told, wellMade } from './corpus.ts';
import { fc, mangled } from './fuzz.ts';

const read = (text: string): ReturnType<typeof readYaml> => readYaml('f.yaml', bytes(text));
const faultsOf = (text: string): readonly string[] => {
  const done = read(text);
  return done.ok ? [] : done.faults.map(told);
};
const valueOf = (text: string): unknown => {
  const done = read(text);
  return done.ok ? done.document.value : done.faults.map(told);
};

const GOOD = `# a comment
a: &one [1, 0x1f, 1.5, true, null, ~]
b: "quoted \\u00e9"
c: |
  several
  lines
d: {e: *one, "f g": 'it''s'}
h:
  - i: 1
    j: 2
  - k
`;

describe('YAML', () => {
  it('is read as YAML 1.2 says', () => {
    expect(valueOf(GOOD)).toEqual({ a: [1, 31, 1.5, true, null, null], b: 'quoted \u00e9', c: 'several\nlines\n', d: { e: [1, 31, 1.5, true, null, null], 'f g': "it's" }, h: [{ i: 1, j: 2 }, 'k'] });
    expect(valueOf('a: yes\nb: no\nc: on\nd: 010\ne: 12:30\nf: 2026-01-02\ng: 1_000\n')).toEqual({ a: 'yes', b: 'no', c: 'on', d: 10, e: '12:30', f: '2026-01-02', g: '1_000' });
    expect(valueOf('')).toBeNull();
  });

  it.each([
    ['a key twice', 'a: 1\nb:\n  c: 1\n  c: 2\n', ['4:3 KEY_DUPLICATE /b/c']],
    ['keys that change an object', '__proto__: 1\nb: {constructor: 2}\n', ['1:1 KEY_FORBIDDEN /__proto__', '2:5 KEY_FORBIDDEN /b/constructor']],
    ['a merge key', 'a: &x {b: 1}\nc: {<<: *x}\n', ['2:5 YAML_MERGE /c/<<']],
    ['a tag', 'a: !!binary aGk=\n', ['1:4 YAML_TAG']],
    ['a tag of its own', 'a: !secret x\n', ['1:4 YAML_TAG']],
    ['a directive', '%YAML 1.1\n---\na: yes\n', ['1:1 YAML_DIRECTIVE']],
    ['a second document', 'a: 1\n---\nb: 2\n', ['2:1 YAML_SYNTAX']],
    ['a key that is no text', '1: a\n', ['1:1 YAML_KEY']],
    ['a key that is a list', '? [a]\n: b\n', ['1:3 YAML_KEY']],
    ['an alias to nothing', 'a: *nothing\n', ['1:4 YAML_ANCHOR /a']],
    ['an anchor twice', 'a: &x 1\nb: &x 2\nc: *x\n', ['2:7 YAML_ANCHOR /b']],
    ['infinity and what is no number', 'a: .inf\nb: -.inf\nc: .nan\n', ['1:4 NUMBER_UNSAYABLE /a', '2:4 NUMBER_UNSAYABLE /b', '3:4 NUMBER_UNSAYABLE /c']],
    ['2^53 + 1 and minus zero', 'a: 9007199254740993\nb: 0x20000000000001\nc: -0\n', ['1:4 NUMBER_UNSAYABLE /a', '2:4 NUMBER_UNSAYABLE /b', '3:4 NUMBER_UNSAYABLE /c']],
    ['half a surrogate pair', 'a: "\\ud800"\n', ['1:4 TEXT_SURROGATE /a']],
    ['an escaped NUL', 'a: "x\\0"\n', ['1:4 TEXT_NUL /a']],
    ['a NUL', 'a: \u0000\n', ['1:4 TEXT_NUL']],
    ['a byte order mark', '\uFEFFa: 1\n', ['1:1 TEXT_BOM']],
    ['a tab as indentation', 'a:\n\tb: 1\n', ['2:1 YAML_SYNTAX']],
    ['an escape of nothing', 'a: "\\q"\n', ['1:4 YAML_SYNTAX']],
    ['an escape beyond Unicode', 'a: "\\U00110000 \\UFFFFFFFF"\n', ['1:4 YAML_SYNTAX']],
    ['a bracket that closes nothing', 'a: [1]]\n', ['1:7 YAML_SYNTAX']],
  ])('refuses %s', (_what, text, expected) => {
    expect(faultsOf(text)).toEqual(expected);
  });

  it('keeps its caps before the parser sees anything', () => {
    expect(faultsOf(' '.repeat(MAX_YAML_BYTES + 1))).toEqual(['1:1 FILE_TOO_LARGE']);
    expect(faultsOf('['.repeat(500_000))).toEqual(['1:65 YAML_TOO_DEEP']);
    expect(faultsOf('- '.repeat(250_000))).toEqual(['1:129 YAML_TOO_DEEP']);
    expect(faultsOf(Array.from({ length: 1_000 }, (_unused, at) => `${' '.repeat(at)}a:\n`).join(''))).toEqual([expect.stringMatching(/YAML_TOO_DEEP/)]);
    expect(faultsOf('a: 1\n'.repeat(100_000))).toEqual([expect.stringMatching(/YAML_TOO_LARGE/)]);
    expect(faultsOf(`- &x 1\n${'- *x\n'.repeat(MAX_YAML_ALIASES)}`)).toEqual([]);
    expect(faultsOf(`- &x 1\n${'- *x\n'.repeat(MAX_YAML_ALIASES + 1)}`)).toEqual([expect.stringMatching(/YAML_ALIASES/)]);
    expect(faultsOf('&x [*x]')).toEqual([expect.stringMatching(/YAML_TOO_DEEP/)]);
  });

  it('takes many members on one line, as JSON comes', () => {
    const steps = Array.from({ length: 40 }, (_unused, at) => ({ step_id: `s${String(at)}`, objective: 'x', commands: ['true'] }));
    expect(faultsOf(JSON.stringify({ plan_id: 'p', title: 't', steps }))).toEqual([]);
  });

  it('reads no further than the first token too many', () => {
    const stackTraceLimit = Error.stackTraceLimit;
    expect(faultsOf('- a\n'.repeat(MAX_YAML_TOKENS / 4))).toEqual([]);
    expect(faultsOf(`${'- a\n'.repeat(MAX_YAML_TOKENS / 4)}]]]`)).toEqual([`${String(MAX_YAML_TOKENS / 4 + 1)}:1 YAML_TOO_LARGE`]);
    expect(faultsOf('a\nb: 1\n'.repeat(1_000))).toHaveLength(MAX_FAULTS + 1);
    expect(Error.stackTraceLimit).toBe(stackTraceLimit);
  });

  it('counts aliases as what they stand for', () => {
    const bomb = Array.from({ length: 9 }, (_unused, at) => `a${String(at)}: &a${String(at)} [${Array.from({ length: 10 }, () => (at === 0 ? 'x' : `*a${String(at - 1)}`)).join(', ')}]\n`).join('');
    expect(faultsOf(bomb)).toEqual([expect.stringMatching(/YAML_TOO_MANY_KEYS/)]);
  });

  it('tells the place of members by their key, of items by themselves, of what is absent by what is around it', () => {
    const done = read(GOOD);
    if (!done.ok) throw new Error('has faults');
    const { placeOf } = done.document;
    expect(['/b', '/a/1', '/d/e', '/h/0/j', '/h/1', '/h/0/zzz', '/zzz'].map((pointer) => placeOf(pointer))).toEqual([
      { line: 3, column: 1 }, { line: 2, column: 13 }, { line: 7, column: 5 }, { line: 10, column: 5 }, { line: 11, column: 5 }, { line: 9, column: 5 }, { line: 2, column: 1 },
    ]);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(mangled(GOOD), (content) => {
        const done = readYaml('f.yaml', content);
        return done.ok ? JSON.stringify(done.document.value) !== undefined : wellMade(done.faults);
      }),
      { numRuns: 500 },
    );
  });

  it('reads JSON as JSON is read', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const text = JSON.stringify(value);
        const done = read(text);
        if (done.ok) expect(done.document.value).toEqual(JSON.parse(text));
      }),
    );
  });
});
