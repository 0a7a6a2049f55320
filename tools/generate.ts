/**
 * Makes `src/format/generated/` from `schemas/`: types by json-schema-to-typescript, validators by ajv as plain modules without a `require`.
 * The same schemas give the same bytes; a test fails where the files differ.
 *
 *     node tools/generate.ts            write
 *     node tools/generate.ts --check    say what differs and exit 1
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import standaloneModule from 'ajv/dist/standalone/index.js';
import { rolldown } from 'rolldown';

/** What we use of json-schema-to-typescript. Imported by a computed name, since its own declarations do not pass our compiler. */
interface TypeMaker {
  readonly compile: (schema: object, name: string, options: Readonly<Record<string, unknown>>) => Promise<string>;
}

const TYPE_MAKER = ['json-schema', 'to', 'typescript'].join('-');
const ROOT = join(import.meta.dirname, '..');
const SCHEMAS = join(ROOT, 'schemas');
const GENERATED = join(ROOT, 'src', 'format', 'generated');

interface Schema {
  readonly $id: string;
  readonly title: string;
  readonly [key: string]: unknown;
}

/** What `coo verify` proves: the files on the ledger's branch. */
const RECORDED = new Set(['coo/entry.v1', 'coo/order.v1', 'coo/run.v1', 'coo/snapshot.v1', 'coo/state.v1', 'coo/usage.v1']);
const HEAD = '// Made by tools/generate.ts from schemas/. Do not edit: change the schema, then run it again.\n';

/** `coo/claim-request.v1` -> `claimRequestV1`. */
function functionName(id: string): string {
  return id.slice('coo/'.length).replaceAll(/[-.](\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** Every schema, by name. */
export function readSchemas(): readonly Schema[] {
  const names = readdirSync(SCHEMAS).filter((name) => name.endsWith('.schema.json'));
  return names.toSorted().map((name) => {
    const schema = JSON.parse(readFileSync(join(SCHEMAS, name), 'utf8')) as Schema;
    if (`${schema.$id}.schema.json` !== `coo/${name}`) throw new Error(`schemas/${name} has $id ${schema.$id}; it must be coo/${name.replace('.schema.json', '')}`);
    return schema;
  });
}

async function types(schemas: readonly Schema[]): Promise<string> {
  const { compile } = (await import(TYPE_MAKER)) as TypeMaker;
  const parts: string[] = [];
  for (const schema of schemas) {
    parts.push(await compile(structuredClone(schema), schema.title, { additionalProperties: false, bannerComment: '', declareExternallyReferenced: true, enableConstEnums: false, ignoreMinAndMaxItems: true, unknownAny: true }));
  }
  return `${HEAD}${parts.join('\n')}`;
}

// The package is CommonJS: its default export may arrive wrapped.
const standalone = (standaloneModule as unknown as { default?: typeof standaloneModule }).default ?? standaloneModule;

async function validators(schemas: readonly Schema[]): Promise<string> {
  // `unicode: false` counts UTF-16 units, as our caps do, and needs no helper at run time.
  const ajv = new Ajv({ messages: false, unicode: false, unicodeRegExp: false, inlineRefs: false, discriminator: true, strictSchema: true, strictNumbers: true, strictTypes: true, allowUnionTypes: true, logger: false, code: { source: true, esm: true, optimize: true }, schemas: [...schemas] });
  const code = (standalone as unknown as (ajv: Ajv, names: Record<string, string>) => string)(ajv, Object.fromEntries(schemas.map(({ $id }) => [functionName($id), $id])));
  // Some keywords ask for a helper by `require`, which a module does not have.
  if (/\brequire\(/.test(code)) throw new Error('the validators need a helper at run time: leave out the schema keyword that asks for it (uniqueItems over objects, const of an object, format)');
  return typed(await squeezed(code), schemas);
}

/** The code as a module of ours: what it exports has the types of the schemas, its inside is not looked at. */
function typed(code: string, schemas: readonly Schema[]): string {
  const [clause = '', names = ''] = /\bexport ?\{([^}]*)\};?\s*$/.exec(code) ?? [];
  const inner = new Map(names.split(',').map((name) => name.trim().split(' as ')).map(([from = '', to = from]) => [to, from]));
  const lines = schemas.map(({ $id, title }) => `export const ${functionName($id)}: Validator<${title}> = ${inner.get(functionName($id)) ?? ''};`);
  if (clause === '' || lines.some((line) => line.endsWith('= ;'))) throw new Error('the squeezed validators do not end in one export clause');
  const types = `import type { ${schemas.map(({ title }) => title).join(', ')} } from './types.ts';`;
  return `// @ts-nocheck\n${HEAD}${types}\nimport type { Validator } from '../record-shape.ts';\n\n${code.slice(0, -clause.length)}\n${lines.join('\n')}\n`;
}

/** Without white space, names and schemas that nothing reads: a third less. */
async function squeezed(code: string): Promise<string> {
  const name = 'validators';
  const build = await rolldown({ input: name, logLevel: 'silent', plugins: [{ name, resolveId: (id) => (id === name ? id : null), load: (id) => (id === name ? code : null) }] });
  const { output } = await build.generate({ format: 'esm', minify: true });
  await build.close();
  return output[0].code;
}

let ajv: Ajv | undefined;

/** What a schema finds wrong with a value: for tests of schemas that nothing checks at run time. */
export function shapeErrors($id: string, value: unknown): readonly string[] {
  ajv ??= new Ajv({ allErrors: true, discriminator: true, strictTypes: true, allowUnionTypes: true, schemas: [...readSchemas()] });
  ajv.validate($id, value);
  return (ajv.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
}

/** Every generated file by name. */
export async function generate(): Promise<ReadonlyMap<string, string>> {
  const schemas = readSchemas();
  const records = schemas.filter(({ $id }) => RECORDED.has($id));
  return new Map([
    ['types.ts', await types(schemas)],
    ['validators.ts', await validators(records)],
  ]);
}

/** Names of generated files that are not what the schemas give. */
export async function drift(): Promise<readonly string[]> {
  const made = await generate();
  return [...made].filter(([name, text]) => !existsSync(join(GENERATED, name)) || readFileSync(join(GENERATED, name), 'utf8') !== text).map(([name]) => name);
}

async function main(): Promise<void> {
  const differing = await drift();
  if (process.argv.includes('--check')) {
    for (const name of differing) process.stderr.write(`src/format/generated/${name} is not what schemas/ gives: node tools/generate.ts\n`);
    process.exitCode = differing.length > 0 ? 1 : 0;
    return;
  }
  mkdirSync(GENERATED, { recursive: true });
  const made = await generate();
  for (const name of differing) writeFileSync(join(GENERATED, name), made.get(name) ?? '');
}

if (import.meta.main) await main();
