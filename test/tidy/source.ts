import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'rolldown/utils';

/** The repository's root; every path in a finding is relative to it, with `/`. */
export const ROOT = join(import.meta.dirname, '..', '..');

/** A node of the syntax tree (ESTree with TypeScript). */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly [key: string]: unknown;
}

/** One `import`, `export from`, `import()` or `import('x').T`. */
export interface Import {
  readonly from: string;
  readonly typeOnly: boolean;
  /** Loaded when the code gets there, so it is no edge of a cycle. */
  readonly lazy: boolean;
  readonly at: number;
}

/** A TypeScript file, parsed. */
export interface Source {
  readonly path: string;
  readonly text: string;
  readonly program: Node;
  readonly nodes: readonly Node[];
  readonly comments: readonly { readonly value: string; readonly start: number }[];
  readonly imports: readonly Import[];
}

/** Tells a syntax node from any other value. */
export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}

function descend(node: Node, into: Node[]): void {
  into.push(node);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? (value as unknown[]) : [value]) if (isNode(child)) descend(child, into);
  }
}

function importOf(node: Node): Import | undefined {
  const source = node['source'];
  if (!isNode(source) || typeof source['value'] !== 'string') return undefined;
  const names = Array.isArray(node['specifiers']) ? (node['specifiers'] as readonly Node[]) : [];
  const allTypes = names.length > 0 && names.every((name) => name['importKind'] === 'type' || name['exportKind'] === 'type');
  const typeOnly = node['importKind'] === 'type' || node['exportKind'] === 'type' || node.type === 'TSImportType' || allTypes;
  return { from: source['value'], typeOnly, lazy: node.type === 'ImportExpression', at: node.start };
}

/** Parses `text` as the TypeScript file `path`; throws where it does not parse. */
export function parse(path: string, text: string): Source {
  const { program, comments, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message ?? 'does not parse'}`);
  const nodes: Node[] = [];
  const tree: unknown = program;
  if (!isNode(tree)) throw new Error(`${path}: the parser gave no tree`);
  descend(tree, nodes);
  return { path, text, program: tree, nodes, comments, imports: nodes.map(importOf).filter((found) => found !== undefined) };
}

/** The line, from 1, of an offset in a text. */
export function lineOf(text: string, at: number): number {
  return text.slice(0, at).split('\n').length;
}

/** Every file below the folders and files named, relative to the root; what is built or installed is left out. */
export function filesUnder(...places: readonly string[]): readonly string[] {
  const entries = readdirSync(ROOT, { withFileTypes: true });
  const found: string[] = [];
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(ROOT, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory() && entry.name !== 'node_modules') walk(path);
      if (entry.isFile()) found.push(path);
    }
  };
  for (const entry of entries) {
    if (!places.includes(entry.name)) continue;
    if (entry.isDirectory()) walk(entry.name);
    else found.push(entry.name);
  }
  return found.toSorted();
}

/** The text of a file of the repository. */
export function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}
