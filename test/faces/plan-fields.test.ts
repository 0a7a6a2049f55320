// The README's table of a plan's fields is what the schema says, in its words.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readPlan } from '../../src/format/plan.ts';

interface Node {
  readonly $ref?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly string[];
  readonly const?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
  readonly $defs?: Readonly<Record<string, Node>>;
}

const ROOT = join(import.meta.dirname, '..', '..');
const SCHEMA = JSON.parse(readFileSync(join(ROOT, 'schemas', 'plan.v1.schema.json'), 'utf8')) as Node;

function seen(node: Node): Node {
  const { $ref, ...rest } = node;
  return $ref === undefined ? node : { ...SCHEMA.$defs?.[$ref.slice('#/$defs/'.length)], ...rest };
}

/** Said once, above the table. */
const TIMES = ' A number is milliseconds; text is like 10m, 1h30m, 90s, 250ms.';

/** What stands there, for a person who writes YAML. */
function formOf(node: Node): string {
  const { enum: words, const: only, type, items } = seen(node);
  if (only !== undefined) return `\`${only}\``;
  if (words !== undefined) return words.map((word) => `\`${word}\``).join(', ');
  const types = [type ?? []].flat();
  if (types.includes('array')) return types.length > 1 ? 'text, or list' : `list of ${items === undefined ? 'texts' : formOf(items).replace(/^text$/, 'texts').replace(/^object$/, 'objects').replace(/^text, or list$/, 'commands')}`;
  if (types.includes('string')) return types.length > 1 ? 'time' : 'text';
  return { boolean: '`true`, `false`', integer: 'number', number: 'number', object: 'object' }[types[0] ?? ''] ?? 'text';
}

function rows(node: Node, prefix: string): readonly string[] {
  return Object.entries(seen(node).properties ?? {}).flatMap(([name, member]) => {
    const { description = '', items } = seen(member);
    const path = `${prefix}${name}`;
    const needed = seen(node).required?.includes(name) === true ? ' *' : '';
    const inner = items !== undefined && seen(items).properties !== undefined ? rows(items, `${path}[].`) : rows(member, `${path}.`);
    return [`| \`${path}\`${needed} | ${formOf(member)} | ${description.replace(TIMES, '')} |`].concat(inner);
  });
}

it('names every field of a plan; else put these lines there', () => {
  const table = rows(SCHEMA, '');
  expect(table.filter((row) => row.endsWith('|  |'))).toEqual([]);
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8').split('\n');
  const first = readme.indexOf('| field | form | what it says |') + 2;
  expect(readme.slice(first, first + table.length + 1)).toEqual([...table, '']);
});

it.each([['retries', 'retry'], ['dependencies', 'depends_on'], ['output', 'outputs'], ['obective', 'objective'], ['commandz', 'commands']])('a field %s is taken for %s', (wrong, meant) => {
  const text = `plan_id: p\ntitle: p\nsteps:\n  - {step_id: s, objective: s, prompt: s, ${wrong}: x}\n`;
  const read = readPlan('p.plan.yaml', new TextEncoder().encode(text), { target: 'main', integrate: 'merge' });
  expect(read.ok ? [] : read.faults.map(({ code, fix, line }) => ({ code, fix, line }))).toContainEqual({ code: 'UNKNOWN_FIELD', fix: `did you mean ${meant}?`, line: 4 });
});
