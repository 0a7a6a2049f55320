import { MAX_YAML_BYTES } from '../../src/format/limits.ts';

/** Inputs of a megabyte, each made to cost some parser more than its length. */
const BYTES = 1_048_576;

interface Maker {
  readonly bytes: number;
  readonly fill: (unit: string, before?: string, after?: string) => string;
  readonly rows: (row: (at: number) => string) => string;
  readonly stairs: (step: (at: number) => string) => string;
}

const makerOf = (bytes: number): Maker => ({
  bytes,
  fill: (unit, before = '', after = '') => before + unit.repeat(Math.floor((bytes - before.length - after.length) / Buffer.byteLength(unit))) + after,
  rows(row) {
    let text = '';
    for (let at = 0; text.length < bytes - 1_000; at += 1) text += row(at);
    return text;
  },
  stairs: (step) => Array.from({ length: 1_400 }, (_unused, at) => step(at)).join('').slice(0, bytes),
});

const yamlOf = ({ bytes, fill, rows, stairs }: Maker): Readonly<Record<string, string>> => ({
  'lists opened': fill('['),
  'maps opened': fill('{a: '),
  'lists in lists': fill(`${'['.repeat(60)}${']'.repeat(60)}, `, '[', ']'),
  'commas': fill(',', '[', ']'),
  'pairs in a list': fill('a: b, ', '[', ']'),
  'no commas': fill('"a" ', '[', ']'),
  'comments in a list': fill('#\n', '[', ']'),
  'words over lines in a list': fill('a\n', '[', ']'),
  'dashes': fill('- '),
  'questions': fill('? '),
  'colons': fill(':\n'),
  'one key often': fill('a: 1\n'),
  'many keys': rows((at) => `k${String(at)}: 1\n`),
  'many anchors': rows((at) => `- &a${String(at)}\n`),
  'many aliases': fill('- *a\n', '- &a 1\n'),
  'aliases of aliases': rows((at) => `a${String(at)}: &a${String(at)} [${`*a${String(Math.max(0, at - 1))}, `.repeat(9)}]\n`),
  'a long anchor': `- &${'a'.repeat(bytes - 10)} x`,
  'a long key': `${'a'.repeat(bytes - 5)}: 1`,
  'a long key in quotes': `"${'a'.repeat(bytes - 8)}": 1`,
  'quotes': fill('"'),
  'quotes left open': `"${'a'.repeat(bytes - 2)}`,
  'lines in quotes': fill('a\n', '"', '"'),
  'blank lines in quotes': fill('   \n', '"', '"'),
  'spaces in quotes': fill(' ', '"', '"'),
  'lines in single quotes': fill('a\n', "'", "'"),
  'escapes': fill('\\u0041', '"', '"'),
  'bad escapes': fill('\\q', '"', '"'),
  'escapes beyond Unicode': fill('\\UFFFFFFFF', '"', '"'),
  'bad escapes on many lines': fill('- "\\UFFFFFFFF"\n'),
  'comments': fill('#\n'),
  'comments and keys': fill('a: 1\n#\n'),
  'tabs': fill('\t\n'),
  'tabs as indentation': fill('a:\n\tb: 1\n'),
  'blank lines': fill('\n', 'a:', 'b: 1'),
  'stairs of spaces': stairs((at) => `${' '.repeat(at)}\n`),
  'stairs of keys': stairs((at) => `${' '.repeat(at)}a:\n`),
  'bad lines': fill('a\nb: 1\n'),
  'bad brackets': fill('a: }\n'),
  'bad indentation': fill('- a\n  - b\n - c\n'),
  'two words in quotes': fill('"a""b"\n'),
  'block text': fill('  text\n', 'a: |\n'),
  'block text, folded': fill('  a\n\n', 'a: >\n'),
  'block text, indented less and less': fill('   a\n  b\n', 'a: >\n'),
  'block text, spaces': fill('      \n', 'a: |\n', '  b\n'),
  'block headers': fill('- |x\n'),
  'plain text over lines': fill(' a\n\n', 'a:\n'),
  'spaces after text': `a: b${' '.repeat(bytes - 10)}c`,
  'a long number': `- ${'1'.repeat(bytes - 30)}.5e5x`,
  'documents': fill('--- a\n'),
  'document ends': fill('...\n', 'a: 1\n'),
  'tags': fill('!a '),
});

const { fill, rows } = makerOf(BYTES);
const JSONS: Readonly<Record<string, string>> = {
  'objects opened': fill('{"a":'),
  'nested and closed': '['.repeat(BYTES / 2) + ']'.repeat(BYTES / 2),
  'numbers': fill('1,', '[', '1]'),
  'empty lists': fill('[],', '[', '[]]'),
  'members': rows((at) => `${at === 0 ? '{' : ','}"k${String(at)}":1`).concat('}'),
  'members, the last first': rows((at) => `${at === 0 ? '{' : ','}"k${String(900_000 - at)}":1`).concat('}'),
  'a member often': fill('"a":1,', '{', '"a":1}'),
  'JSON escapes': fill('\\u0041', '"', '"'),
  'a long string': fill('a', '"', '"'),
  'halves of characters': fill('\\ud800', '"', '"'),
  'bad numbers': fill('1e999,', '[', '1]'),
  'long digits': fill('1'),
  'events of nothing': fill('{},\n', '{"schema":"coo/entry.v1","inputs":[],"files":[],"events":[', '{}]}'),
  'events nested': `{"schema":"coo/entry.v1","inputs":[],"files":[],"events":[${'['.repeat(500_000)}${']'.repeat(500_000)}]}`,
  'an order nested': `{"schema":"coo/order.v1","seal":{},"x":${'['.repeat(500_000)}${']'.repeat(500_000)}}`,
  'steps of nothing': fill('{},', '{"plan_id":"p","title":"t","steps":[', '{}]}'),
  'fields that are not there': rows((at) => `${at === 0 ? '{' : ','}"f${String(at)}":{}`).concat('}'),
  'dependencies on nothing': `{"plan_id":"p","title":"t","steps":[${rows((at) => `${at === 0 ? '' : ','}{"step_id":"s${String(at % 1_000)}","objective":"o","depends_on":["zz${String(at)}"]}`)}]}`,
  'paths that may collide': `{"plan_id":"p","title":"t","steps":[{"step_id":"s","objective":"o","outputs":[${Array.from({ length: 990 }, (_unused, at) => `"${'a/'.repeat(400)}${String(at)}"`).join(',')}]}]}`,
  'globs': `{"plan_id":"p","title":"t","steps":[{"step_id":"s","objective":"o","scope":[${Array.from({ length: 990 }, (_unused, at) => `"${'**/*a*'.repeat(120)}${String(at)}"`).join(',')}]}]}`,
};

const OTHER: Readonly<Record<string, string>> = {
  'nothing but NUL': fill('\0'),
  'spaces': fill(' '),
  'line ends': fill('\r\n'),
  'characters of four bytes': fill('\u{1f600}'),
  'byte order marks': fill('\uFEFFa: 1\n'),
  'lines of a tree': fill(`100644 a\0${'x'.repeat(20)}`),
  'parents of a commit': fill(`parent ${'a'.repeat(40)}\n`, `tree ${'a'.repeat(40)}\n`, '\n\n'),
};

/** Every input, with its name; YAML no longer than it is read. */
export const HOSTILE: readonly (readonly [name: string, bytes: Uint8Array])[] = Object.entries({ ...yamlOf(makerOf(MAX_YAML_BYTES)), ...JSONS, ...OTHER }).map(([name, text]) => [name, new TextEncoder().encode(text).subarray(0, BYTES)]);
