import { isNode, type Node, type Source } from './source.ts';

/** A ban on something that one file can show, and what to do instead. */
export interface Rule {
  readonly name: string;
  readonly instead: string;
  readonly where: (path: string) => boolean;
  /** Offsets of what breaks it. */
  readonly find: (source: Source) => readonly number[];
  /** A file that breaks the rule: proof that it can go red. */
  readonly red: readonly [path: string, text: string];
  /** One that looks like it and is fine. */
  readonly green: readonly [path: string, text: string];
}

const LONGEST_FILE = 300;
const GENERATED = 'src/format/generated/';

const inSrc = (path: string): boolean => path.startsWith('src/') && !path.startsWith(GENERATED);
const under =
  (...folders: readonly string[]) =>
  (path: string): boolean =>
    folders.some((folder) => path.startsWith(folder)) && !path.startsWith(GENERATED);
const srcExcept =
  (...folders: readonly string[]) =>
  (path: string): boolean =>
    inSrc(path) && !under(...folders)(path);
const everywhere = (path: string): boolean => !path.startsWith(GENERATED);

function nameOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  const name = node.type === 'Literal' ? node['value'] : node['name'];
  return typeof name === 'string' ? name : undefined;
}

function bodyOf(node: unknown): readonly unknown[] | undefined {
  return isNode(node) && Array.isArray(node['body']) ? (node['body'] as readonly unknown[]) : undefined;
}

const where =
  (test: (node: Node) => boolean) =>
  (source: Source): readonly number[] =>
    source.nodes.filter(test).map((node) => node.start);

/** `object.property`, or `object['property']`, for any of the properties. */
function member(object: string, ...properties: readonly string[]): (node: Node) => boolean {
  return (node) => node.type === 'MemberExpression' && nameOf(node['object']) === object && properties.includes(nameOf(node['property']) ?? '');
}

function calls(...names: readonly string[]): (node: Node) => boolean {
  return (node) => {
    if (node.type !== 'CallExpression') return false;
    const callee = node['callee'];
    const called = isNode(callee) && callee.type === 'MemberExpression' ? nameOf(callee['property']) : nameOf(callee);
    return names.includes(called ?? '');
  };
}

const identifier =
  (...names: readonly string[]) =>
  (node: Node): boolean =>
    node.type === 'Identifier' && names.includes(nameOf(node) ?? '');

const any =
  (...tests: readonly ((node: Node) => boolean)[]) =>
  (node: Node): boolean =>
    tests.some((test) => test(node));

const typed =
  (...types: readonly string[]) =>
  (node: Node): boolean =>
    types.includes(node.type);

const importing =
  (pattern: RegExp) =>
  (source: Source): readonly number[] =>
    source.imports.filter(({ from }) => pattern.test(from)).map(({ at }) => at);

/** `new Date()` without an argument, and `Date()`. A date made from a number is only a number with a form. */
function datesNow(node: Node): boolean {
  if (node.type !== 'NewExpression' && node.type !== 'CallExpression') return false;
  const given = node['arguments'];
  return nameOf(node['callee']) === 'Date' && (node.type === 'CallExpression' || (Array.isArray(given) && given.length === 0));
}

/** `catch {}` and `.catch(() => {})`, a comment inside or not. */
function swallows(node: Node): boolean {
  if (node.type === 'CatchClause') return bodyOf(node['body'])?.length === 0;
  const callee = node['callee'];
  if (node.type !== 'CallExpression' || !isNode(callee) || nameOf(callee['property']) !== 'catch') return false;
  const handler = Array.isArray(node['arguments']) ? (node['arguments'] as readonly unknown[])[0] : undefined;
  return isNode(handler) && bodyOf(handler['body'])?.length === 0;
}

function isAsync(node: Node): boolean {
  return node['async'] === true || node['await'] === true || typed('AwaitExpression', 'ImportExpression')(node) || identifier('Promise')(node);
}

function runsAShell(node: Node): boolean {
  if (node.type === 'ImportSpecifier') return ['exec', 'execSync'].includes(nameOf(node['imported']) ?? '');
  const value = node['value'];
  const isOn = isNode(value) && value.type === 'Literal' && value['value'] !== false;
  return calls('execSync')(node) || (node.type === 'Property' && nameOf(node['key']) === 'shell' && isOn);
}

/** `RegExp(...)` with or without `new`, and `text.match(value)`, which makes one of a string; a pattern that stands there or in a constant is fine. */
function makesPattern(node: Node): boolean {
  if (node.type !== 'NewExpression' && node.type !== 'CallExpression') return false;
  if (nameOf(node['callee']) === 'RegExp') return true;
  if (!calls('match', 'matchAll', 'search')(node)) return false;
  const given = Array.isArray(node['arguments']) ? (node['arguments'] as readonly unknown[])[0] : undefined;
  if (!isNode(given)) return false;
  return given.type === 'Identifier' ? !/^[A-Z_]+$/.test(nameOf(given) ?? '') : given['regex'] === undefined;
}

const TYPE_ONLY = new Set(['TSInterfaceDeclaration', 'TSTypeAliasDeclaration', 'EmptyStatement']);

/** Top-level statements that leave something behind when types are stripped. */
function code(source: Source): readonly number[] {
  const statements = (bodyOf(source.program) ?? []).filter(isNode).filter((node) => {
    if (node.type === 'ImportDeclaration') return !source.imports.some(({ at, typeOnly }) => at === node.start && typeOnly);
    if (node.type !== 'ExportNamedDeclaration') return !TYPE_ONLY.has(node.type);
    const declared = node['declaration'];
    return isNode(declared) ? !TYPE_ONLY.has(declared.type) : node['exportKind'] !== 'type';
  });
  return statements.map((node) => node.start);
}

/** The bans, each with its replacement. */
export const RULES: readonly Rule[] = [
  {
    name: 'no default export',
    instead: 'export it by name, so that it has one name everywhere',
    where: (path) => everywhere(path) && !path.endsWith('.config.ts'),
    find: where(typed('ExportDefaultDeclaration')),
    red: ['src/app/a.ts', 'export default 1;'],
    green: ['src/app/a.ts', 'export const one = 1;'],
  },
  {
    name: 'no export *',
    instead: 'name what you pass on, so that a reader can search for it',
    where: everywhere,
    find: where(typed('ExportAllDeclaration')),
    red: ['src/app/a.ts', "export * from './b.ts';"],
    green: ['src/app/a.ts', "export { b } from './b.ts';"],
  },
  {
    name: 'process belongs to bin',
    instead: 'take it as an argument: only src/bin reads argv, env and cwd or sets the exit code',
    where: srcExcept('src/bin/'),
    find: where(member('process', 'exit', 'exitCode', 'cwd', 'chdir', 'env', 'argv')),
    red: ['src/adapters/x/a.ts', "const home = process.env['HOME'];"],
    green: ['src/adapters/x/a.ts', 'const pid = process.pid;'],
  },
  {
    name: 'time is a port',
    instead: 'ask the Clock port; the kernel is told the time in its input',
    where: srcExcept('src/adapters/', 'src/bin/'),
    find: where(any(member('Date', 'now'), member('performance', 'now'), member('process', 'hrtime', 'uptime'), datesNow)),
    red: ['src/app/a.ts', 'const at = new Date();'],
    green: ['src/app/a.ts', 'const at = new Date(clock.now());'],
  },
  {
    name: 'chance is a port',
    instead: 'ask the Random port; the kernel is given a nonce in its input',
    where: srcExcept('src/adapters/', 'src/bin/'),
    find: where(any(member('Math', 'random'), calls('randomUUID', 'randomBytes', 'randomInt', 'getRandomValues'))),
    red: ['src/app/a.ts', 'const id = Math.random();'],
    green: ['src/app/a.ts', 'const id = random.nonce();'],
  },
  {
    name: 'timers are a port',
    instead: 'ask the Clock port to wait, so that a test can hold the time still',
    where: under('src/kernel/', 'src/format/', 'src/ports/', 'src/app/'),
    find: where((node) => node.type === 'CallExpression' && /^set(?:Timeout|Interval|Immediate)$/.test(nameOf(node['callee']) ?? '')),
    red: ['src/app/a.ts', 'setTimeout(tick, 5);'],
    green: ['src/app/a.ts', 'clock.sleep(5);'],
  },
  {
    name: 'no console',
    instead: 'return a value for a face to show, or use the Log port',
    where: srcExcept('src/faces/', 'src/bin/'),
    find: where((node) => node.type === 'MemberExpression' && nameOf(node['object']) === 'console'),
    red: ['src/app/a.ts', "console.log('x');"],
    green: ['src/faces/cli/a.ts', "console.log('x');"],
  },
  {
    name: 'the outside has adapters',
    instead: 'use a port; only src/adapters (and the wiring in src/bin) meets disk, network and processes',
    where: srcExcept('src/adapters/', 'src/bin/'),
    find: importing(/^(?:node:)?(?:child_process|fs|fs\/promises|worker_threads|cluster|net|dgram|os)$/),
    red: ['src/faces/cli/a.ts', "import { spawn } from 'node:child_process';"],
    green: ['src/faces/cli/a.ts', "import { join } from 'node:path';"],
  },
  {
    name: 'child processes only in adapters',
    instead: 'use the Process or a Git port',
    where: srcExcept('src/adapters/'),
    find: importing(/^(?:node:)?child_process$/),
    red: ['src/bin/a.ts', "import { spawn } from 'node:child_process';"],
    green: ['src/adapters/process/a.ts', "import { spawn } from 'node:child_process';"],
  },
  {
    name: 'built-ins are written node:',
    instead: "write 'node:fs', which no package can shadow",
    where: everywhere,
    find: importing(/^(?:assert|buffer|child_process|crypto|events|fs|fs\/promises|http|https|module|net|os|path|process|readline|stream|timers|tty|url|util|worker_threads|zlib)$/),
    red: ['test/a.ts', "import { readFileSync } from 'fs';"],
    green: ['test/a.ts', "import { readFileSync } from 'node:fs';"],
  },
  {
    name: 'no shell, no execSync',
    instead: 'spawn an argument list; a shell only where the user wrote a shell command, named as argv: sh -c',
    where: inSrc,
    find: where(runsAShell),
    red: ['src/adapters/process/a.ts', "spawn('ls', [], { shell: true });"],
    green: ['src/adapters/process/a.ts', "spawn('sh', ['-c', command], { shell: false });"],
  },
  {
    name: 'no empty catch',
    instead: 'handle the one error you expect by its code and throw the rest again, or return it as a value',
    where: everywhere,
    find: where(swallows),
    red: ['src/app/a.ts', 'try { go(); } catch { /* fine */ }'],
    green: ['src/app/a.ts', 'try { go(); } catch (error) { throw wrap(error); }'],
  },
  {
    name: 'no any',
    instead: 'say unknown, and narrow it',
    where: everywhere,
    find: where(typed('TSAnyKeyword')),
    red: ['test/a.ts', 'const x: any = 1;'],
    green: ['test/a.ts', 'const any: unknown = 1;'],
  },
  {
    name: 'no @ts-ignore',
    instead: 'mend the type; in a test that must hand over a wrong one, @ts-expect-error with the reason',
    where: everywhere,
    find: ({ comments }) => comments.filter(({ value }) => /@ts-(?:ignore|nocheck)/.test(value)).map(({ start }) => start),
    red: ['src/app/a.ts', '// @ts-ignore\nexport const x = 1;'],
    green: ['test/a.ts', '// @ts-expect-error: a number on purpose\nexport const x = 1;'],
  },
  {
    name: `no file over ${LONGEST_FILE} lines`,
    instead: 'split it where it thinks of two things',
    where: inSrc,
    find: ({ text }) => (text.split('\n').length - 1 > LONGEST_FILE ? [text.length - 1] : []),
    red: ['src/app/a.ts', '\n'.repeat(LONGEST_FILE + 1)],
    green: ['src/app/a.ts', '\n'.repeat(LONGEST_FILE)],
  },
  {
    name: 'no drawers',
    instead: 'name a file or folder for what it is about',
    where: everywhere,
    find: ({ path }) => (/(?:^|\/)(?:utils?|helpers?|common|misc)(?:\/|\.ts$)/.test(path) ? [0] : []),
    red: ['src/app/utils/a.ts', ''],
    green: ['src/app/utility-bills.ts', ''],
  },
  {
    name: 'the kernel does not wait',
    instead: 'return what is owed as a value: due(state) lists it, app performs it',
    where: under('src/kernel/'),
    find: where(isAsync),
    red: ['src/kernel/a.ts', 'export async function a(): Promise<void> {}'],
    green: ['src/kernel/a.ts', 'export function a(): void {}'],
  },
  {
    name: 'the kernel has no clock',
    instead: 'take the time from the input, in ms',
    where: under('src/kernel/'),
    find: where(identifier('Date', 'performance', 'globalThis')),
    red: ['src/kernel/a.ts', 'export const at = new Date(0);'],
    green: ['src/kernel/a.ts', 'export const at = input.now;'],
  },
  {
    name: 'the kernel keeps nothing',
    instead: 'put it in State: a let at the top of a file outlives the fold',
    where: under('src/kernel/'),
    find: (source) =>
      (bodyOf(source.program) ?? [])
        .filter(isNode)
        .map((node) => (isNode(node['declaration']) ? node['declaration'] : node))
        .filter((node) => node.type === 'VariableDeclaration' && node['kind'] !== 'const')
        .map((node) => node.start),
    red: ['src/kernel/a.ts', 'export let count = 0;'],
    green: ['src/kernel/a.ts', 'export function f(): void { let count = 0; }'],
  },
  {
    name: 'order does not depend on the machine',
    instead: 'compare with < and >: what a locale says changes with the ICU data',
    where: under('src/kernel/', 'src/format/'),
    find: where(any(calls('localeCompare', 'toLocaleString', 'toLocaleLowerCase', 'toLocaleUpperCase'), identifier('Intl'))),
    red: ['src/kernel/a.ts', 'ids.sort((a, b) => a.localeCompare(b));'],
    green: ['src/kernel/a.ts', 'ids.sort((a, b) => (a < b ? -1 : 1));'],
  },
  {
    name: 'ports hold no code',
    instead: 'put values in kernel or format, implementations in adapters, fakes in test',
    where: under('src/ports/'),
    find: code,
    red: ['src/ports/a.ts', 'export const LIMIT = 1;'],
    green: ['src/ports/a.ts', "import type { A } from '../kernel/a.ts';\nexport interface B { readonly a: A }\nexport type C = B;"],
  },
  {
    name: 'no pattern from a value',
    instead: 'write the pattern out, or compare texts: a text from outside as a pattern can take for ever (the three files left out join constants)',
    where: srcExcept('src/app/verify/target.ts', 'src/format/ssh-key.ts', 'src/adapters/secretlint/'),
    find: where(makesPattern),
    red: ['src/app/a.ts', 'export const f = (text: string, word: string): boolean => new RegExp(word).test(text) || text.match(word) !== null;'],
    green: ['src/app/a.ts', 'const WORD = /a/g;\nexport const f = (text: string): boolean => [...text.matchAll(WORD)].length > 0 || text.search(/b/) >= 0;'],
  },
];
