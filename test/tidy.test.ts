// Style as a test: each ban says what to do instead, and has been seen to go red.
import { describe, expect, it } from 'vitest';
import { cycles, ENTRIES, type Finding, layerFaults, NOT_YET_WIRED, packageFaults, unreachable } from './tidy/graph.ts';
import { RULES } from './tidy/rules.ts';
import { filesUnder, lineOf, parse, read, ROOT, type Source } from './tidy/source.ts';

const ours = filesUnder('src', 'test', 'tools', 'vitest.config.ts')
  .filter((path) => path.endsWith('.ts'))
  .map((path) => parse(path, read(path)));
const src = ours.filter(({ path }) => path.startsWith('src/'));
const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };

/** `path:line: what is wrong`, one a fault, so that a failed test can be worked off from top to bottom. */
function told(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ path, at, message }) => `${path}:${lineOf(ours.find((source) => source.path === path)?.text ?? '', at)}: ${message}`);
}

const ring = (back: string): readonly Source[] => [parse('src/app/a.ts', "import { b } from './b.ts';"), parse('src/app/b.ts', back)];
const messages = (findings: readonly Finding[]): string => findings.map(({ message }) => message).join('\n');

describe('each file', () => {
  it.each(RULES)('$name', (rule) => {
    const findings = ours
      .filter(({ path }) => rule.where(path))
      .flatMap((source) => rule.find(source).map((at) => ({ path: source.path, at, message: `${rule.name}: ${rule.instead}` })));
    expect(told(findings)).toEqual([]);
  });

  it.each(RULES)('would be caught: $name', ({ where, find, red, green }) => {
    const finds = (path: string, text: string): boolean => where(path) && find(parse(path, text)).length > 0;
    expect(finds(...red)).toBe(true);
    expect(finds(...green)).toBe(false);
  });
});

describe('imports', () => {
  it('go down only', () => {
    expect(told(layerFaults(src))).toEqual([]);
  });

  it.each([
    ['kernel', "import { a } from '../format/x.ts';", 'kernel may import kernel'],
    ['kernel', "import { now } from 'node:process';", 'the kernel imports only the kernel'],
    ['kernel', "import type { A } from 'ajv';", 'the kernel imports only the kernel'],
    ['format', "import { a } from '../ports/x.ts';", 'format may import'],
    ['format', "import { readFileSync } from 'node:fs';", 'format has no IO'],
    ['ports', "import type { A } from '../app/x.ts';", 'ports may import'],
    ['app', "import { a } from '../adapters/x.ts';", 'app may import'],
    ['app', "const a = await import('../adapters/x.ts');", 'app may import'],
    ['app', "type A = import('../adapters/x.ts').A;", 'app may import'],
    ['adapters', "import type { A } from '../app/x.ts';", 'adapters may import'],
    ['adapters', "import { a } from '../bin/x.ts';", 'adapters may import'],
    ['faces', "import { a } from '../adapters/x.ts';", 'faces may import'],
    ['bin', "import { a } from '../app/x.js';", 'no such file'],
    ['bin', "import { a } from '../../test/x.ts';", 'src stands alone'],
    ['drawer', 'export {};', 'is no layer'],
  ])('would be caught in %s: %s', (layer, text, message) => {
    const others = ['kernel', 'format', 'ports', 'app', 'adapters', 'faces', 'bin'].map((one) => parse(`src/${one}/x.ts`, ''));
    expect(messages(layerFaults([...others, parse(`src/${layer}/a.ts`, text)]))).toContain(message);
  });

  it('allow what goes down', () => {
    const files = [parse('src/kernel/x.ts', ''), parse('src/app/x.ts', "import { x } from '../kernel/x.ts';"), parse('src/bin/a.ts', "import '../app/x.ts';")];
    expect(layerFaults(files)).toEqual([]);
  });

  it('make no ring', () => {
    expect(cycles(src)).toEqual([]);
  });

  it('would be caught in a ring, unless by type or lazily', () => {
    expect(cycles(ring("import { a } from './a.ts';"))).toEqual(['src/app/a.ts -> src/app/b.ts -> src/app/a.ts']);
    expect(cycles(ring("import type { A } from './a.ts';\nconst a = () => import('./a.ts');"))).toEqual([]);
  });
});

describe('npm packages', () => {
  it('have one door each', () => {
    expect(told(packageFaults(ours, Object.keys(dependencies)))).toEqual([]);
  });

  it.each([
    ['a stranger', [['src/adapters/x/a.ts', 'left-pad']], 'give it one home'],
    ['the wrong file', [['src/app/a.ts', 'fast-json-stable-stringify']], 'only src/format/canonical.ts may import it'],
    ['a subpath in the wrong place', [['src/format/a.ts', 'ajv/dist/2020.js']], 'only tools/generate.ts'],
    ['no folder of its own', [['src/adapters/a.ts', 'chokidar']], 'may import it'],
    ['two adapters', [['src/adapters/watch/a.ts', 'chokidar'], ['src/adapters/files/a.ts', 'chokidar']], 'already has its door in src/adapters/watch'],
    ['two files of format', [['src/format/a.ts', 'yaml'], ['src/format/b.ts', 'yaml']], 'already has its door'],
    ['a development dependency', [['src/adapters/git/a.ts', 'simple-git']], 'move it to dependencies'],
  ] as const)('would be caught: %s', (_what, files, message) => {
    const sources = files.map(([path, name]) => parse(path, `import { x } from '${name}';`));
    expect(messages(packageFaults(sources, ['chokidar', 'yaml', 'ajv']))).toContain(message);
  });

  it('may be imported by two files of one adapter', () => {
    const files = ['a', 'b'].map((name) => parse(`src/adapters/watch/${name}.ts`, "import { watch } from 'chokidar';"));
    expect(packageFaults(files, ['chokidar'])).toEqual([]);
  });
});

describe('dead files', () => {
  it('are none', () => {
    const dead = unreachable(src, ENTRIES).filter((path) => !NOT_YET_WIRED.some((layer) => path.startsWith(layer)));
    expect(dead, 'no command reaches these: wire them, or remove them').toEqual([]);
  });

  it('are not excused where there are none', () => {
    const dead = unreachable(src, ENTRIES);
    const wired = NOT_YET_WIRED.filter((layer) => src.some(({ path }) => path.startsWith(layer)) && !dead.some((path) => path.startsWith(layer)));
    expect(wired, 'every file of these is reached: take them off NOT_YET_WIRED in test/tidy/graph.ts').toEqual([]);
  });

  it('would be caught, and are not what is reached lazily or by type', () => {
    const files = [
      parse('src/bin/coo.ts', "import type { A } from '../app/a.ts';\nconst b = () => import('../app/b.ts');"),
      ...['a', 'b', 'dead'].map((name) => parse(`src/app/${name}.ts`, '')),
    ];
    expect(unreachable(files, ['src/bin/coo.ts'])).toEqual(['src/app/dead.ts']);
  });
});

describe('what is committed', () => {
  /** Says where something was made instead of what it is. In pieces, so as not to find itself. */
  const PLACE = ['', 'work', ''].join('/');
  const PRIVATE = [new RegExp(`(?<![\\w./~-])${PLACE}`), new RegExp(['bash', 'jobs'].join('_')), new RegExp(['helper', 'session'].join(' '), 'i')];
  const finds = (text: string): boolean => PRIVATE.some((word) => word.test(text));

  it('names no place or person of the machine it was made on', () => {
    const texts = filesUnder('src', 'test', 'tools', 'schemas', '_plans', '.ci', '.github', 'README.md', 'CHANGELOG.md', 'package.json', 'package-lock.json', 'vitest.config.ts');
    const found = texts.filter((path) => finds(read(path)));
    expect(found, `${ROOT} and the like belong in no file: use a path relative to the repository, or a temporary folder`).toEqual([]);
  });

  it('would be caught', () => {
    expect(finds(`see ${PLACE}x.md`)).toBe(true);
    expect(finds('a path like ../work/x, /home/work or src/work/a.ts is fine')).toBe(false);
  });

  it('locks packages by digest, not by the host they came from', () => {
    expect(read('package-lock.json')).not.toContain('"resolved"');
  });
});
