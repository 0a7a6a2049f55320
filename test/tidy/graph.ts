import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import type { Source } from './source.ts';

/** Something that breaks a rule, said so that it can be mended. */
export interface Finding {
  readonly path: string;
  readonly at: number;
  readonly message: string;
}

const GENERATED = 'src/format/generated/';

/** What each folder of src may import. bin wires everything; nothing imports bin. */
export const LAYERS: Readonly<Record<string, readonly string[]>> = {
  kernel: ['kernel'],
  format: ['format', 'kernel'],
  ports: ['ports', 'format', 'kernel'],
  app: ['app', 'ports', 'format', 'kernel'],
  adapters: ['adapters', 'ports', 'format', 'kernel'],
  faces: ['faces', 'app', 'ports', 'format', 'kernel'],
  bin: ['bin', 'faces', 'app', 'adapters', 'ports', 'format', 'kernel'],
};

/** Node built-ins without IO: all that kernel, format and ports may see of Node, the kernel not even these. */
const PURE_BUILTINS = new Set(['node:buffer', 'node:crypto', 'node:path', 'node:path/posix', 'node:url', 'node:util']);

/** Where each npm package may be imported: one file, or one folder (ending in `/`); with `*`, one folder of its siblings. */
export const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  '@agentclientprotocol/sdk': ['src/adapters/*/', 'test/fixtures/agent-acp.ts'],
  '@octokit/rest': ['src/adapters/*/'],
  '@secretlint/core': ['src/adapters/*/'],
  ajv: ['tools/generate.ts', GENERATED],
  chokidar: ['src/adapters/*/'],
  commander: ['src/faces/cli/'],
  'fast-json-stable-stringify': ['src/format/canonical.ts'],
  'proper-lockfile': ['src/adapters/*/'],
  'simple-git': ['src/adapters/*/'],
  yaml: ['src/format/*'],
};

/** What a command starts from; every other file of src must be reachable from here. */
export const ENTRIES: readonly string[] = ['src/bin/coo.ts', 'src/bin/worker.ts', 'src/bin/examine.ts', 'src/bin/bridge.ts'];

/** Layers that no command reaches in full yet. A test says when one can come off. */
export const NOT_YET_WIRED: readonly string[] = [];

const layerOf = (path: string): string => path.split('/')[1] ?? '';
const isRelative = (from: string): boolean => from.startsWith('.');
const isBuiltin = (from: string): boolean => from.startsWith('node:') || builtinModules.includes(from);
const target = (source: Source, from: string): string => posix.join(posix.dirname(source.path), from);

/** `@scope/name/sub` -> `@scope/name`. */
export function packageOf(from: string): string {
  return from.split('/').slice(0, from.startsWith('@') ? 2 : 1).join('/');
}

/** Imports of src that go up, sideways, nowhere, or out where the layer is pure. */
export function layerFaults(sources: readonly Source[]): readonly Finding[] {
  const known = new Set(sources.map(({ path }) => path));
  return sources.flatMap((source) => {
    const layer = layerOf(source.path);
    const allowed = LAYERS[layer];
    if (allowed === undefined) return [{ path: source.path, at: 0, message: `src/${layer} is no layer: put the file in one of ${Object.keys(LAYERS).join(', ')}` }];
    return source.imports.flatMap(({ from, at, typeOnly }) => {
      const say = (message: string): readonly Finding[] => [{ path: source.path, at, message: `import of '${from}': ${message}` }];
      if (layer === 'kernel' && !isRelative(from)) return say('the kernel imports only the kernel; hand it the value in its input');
      if (isBuiltin(from)) {
        const isPure = PURE_BUILTINS.has(from) || (layer === 'ports' && typeOnly);
        return ['format', 'ports'].includes(layer) && !isPure ? say(`${layer} has no IO: take the value as an argument`) : [];
      }
      if (!isRelative(from)) return [];
      const to = target(source, from);
      if (!to.startsWith('src/')) return say('src stands alone: move what you need into src');
      if (!known.has(to)) return say("no such file: name it with its ending, './x.ts'");
      if (!allowed.includes(layerOf(to))) return say(`${layer} may import ${allowed.join(', ')}; pass the other in from src/bin, or move the code down`);
      return [];
    });
  });
}

function isAllowed(pattern: string, path: string): boolean {
  if (pattern.endsWith('*')) return path.startsWith(pattern.slice(0, -1));
  if (!pattern.endsWith('/*/')) return pattern.endsWith('/') ? path.startsWith(pattern) : path === pattern;
  const folder = pattern.slice(0, -2);
  return path.startsWith(folder) && path.slice(folder.length).includes('/');
}

/** What counts as one place: the file for a pattern that ends in `*`, the sibling's folder for one that ends in `/*` and `/`. */
function placeOf(pattern: string, path: string): string {
  if (pattern.endsWith('/*/')) return path.split('/').slice(0, pattern.split('/').length - 1).join('/');
  return pattern.endsWith('*') ? path : pattern;
}

/** npm packages imported where they do not belong, or in two places. `dependencies` are those of package.json. */
export function packageFaults(sources: readonly Source[], dependencies: readonly string[]): readonly Finding[] {
  const places = new Map<string, string>();
  return sources.flatMap((source) =>
    source.imports.flatMap(({ from, at }) => {
      if (isRelative(from) || isBuiltin(from)) return [];
      const name = packageOf(from);
      const say = (message: string): readonly Finding[] => [{ path: source.path, at, message: `package ${name}: ${message}` }];
      const patterns = PACKAGES[name];
      if (patterns === undefined) return source.path.startsWith('src/') ? say('give it one home in PACKAGES (test/tidy/graph.ts), one adapter folder or one file') : [];
      const pattern = patterns.find((one) => isAllowed(one, source.path));
      if (pattern === undefined) return say(`only ${patterns.join(' or ')} may import it; call that instead`);
      if (!source.path.startsWith('src/')) return [];
      if (!dependencies.includes(name)) return say('src needs it at run time: move it to dependencies in package.json');
      const place = placeOf(pattern, source.path);
      const first = places.get(name) ?? place;
      places.set(name, first);
      return first === place ? [] : say(`it already has its door in ${first}; call that instead`);
    }),
  );
}

function edges(source: Source, follow: (found: Source['imports'][number]) => boolean): readonly string[] {
  return source.imports.filter((found) => isRelative(found.from) && follow(found)).map(({ from }) => target(source, from));
}

/** Files of src that no entry reaches, not by a type and not lazily. */
export function unreachable(sources: readonly Source[], entries: readonly string[]): readonly string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const seen = new Set<string>();
  const queue = entries.filter((path) => byPath.has(path));
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    const source = byPath.get(path);
    if (source === undefined || seen.has(path)) continue;
    seen.add(path);
    queue.push(...edges(source, () => true));
  }
  return sources.map(({ path }) => path).filter((path) => !seen.has(path) && !path.startsWith(GENERATED));
}

/** Files that, by value and at load time, import each other in a ring. */
export function cycles(sources: readonly Source[]): readonly string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const from = trail.indexOf(path);
    if (from >= 0) found.push([...trail.slice(from), path].join(' -> '));
    const source = byPath.get(path);
    if (source === undefined || done.has(path) || from >= 0) return;
    for (const next of edges(source, ({ typeOnly, lazy }) => !typeOnly && !lazy)) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of byPath.keys()) visit(path, []);
  return found;
}
