/**
 * Builds `dist/` from `src/bin/`: generated files first, then one rolldown pass. It is made aside and renamed into place.
 *
 *     node tools/build.ts              build
 *     node tools/build.ts --if-stale   build only where a source is newer than what was built
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import type { Plugin } from 'rolldown';

const ROOT = join(import.meta.dirname, '..');
const DIST = join(ROOT, 'dist');
const SOURCES = ['src', 'schemas', 'tools/build.ts', 'tools/generate.ts', 'package.json', 'package-lock.json'];
const ENTRIES = ['coo', 'worker', 'examine', 'bridge'];

/** Installed beside us and loaded on demand; every other package is bundled. */
const EXTERNAL = [/^node:/, /^(?:chokidar|simple-git|proper-lockfile|yaml)(?:\/|$)/];

/**
 * What every command that appends loads goes into one file beside Commander: thirty small files cost 5 ms a start. `coo --help` goes without.
 */
const CHUNKS = [
  { name: 'guard-commit', test: /src\/bin\/guard-commit\.ts$/, priority: 4 },
  { name: 'help', test: /cli\/help\.ts$/, priority: 3 },
  { name: 'commander', test: /node_modules\/commander\//, priority: 2 },
  { name: 'short', test: /src\/(?:bin\/start|faces\/cli\/commands\/claim)\.ts$/, priority: 1 },
];

/**
 * Built-ins are asked for by name instead of imported: to import one as a module reads all that it exports, and so loads what Node would
 * load on demand, as streams with `node:fs`. That is 8 ms a start.
 */
const builtinsByName: Plugin = {
  name: 'builtins-by-name',
  renderChunk: (code) => code.replaceAll(/^import (.+) from "(node:[^"]+)";$/gm, (_, what: string, from: string) => {
    const members = /\{.*\}/.exec(what)?.[0] ?? '';
    const whole = what.replace(members, '').replace('* as ', '').replace(',', '').trim();
    const wanted = [whole, members.replaceAll(' as ', ': ')].filter((part) => part !== '');
    return wanted.map((part) => `const ${part} = globalThis.process.getBuiltinModule("${from}");`).join('\n');
  }),
};

/** The newest mtime under `path` in ms, folders counted too, so that a removed file is seen. 0 where nothing is. */
function newest(path: string): number {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return readdirSync(path).reduce((latest, name) => Math.max(latest, newest(join(path, name))), stat.mtimeMs);
}

function isStale(): boolean {
  const built = join(DIST, 'bin', 'coo.js');
  return !existsSync(built) || SOURCES.some((source) => newest(join(ROOT, source)) > statSync(built).mtimeMs);
}

function generate(): void {
  const generator = join(ROOT, 'tools', 'generate.ts');
  if (!existsSync(generator)) return;
  const { status } = spawnSync(process.execPath, [generator], { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) throw new Error('tools/generate.ts failed: its message is above');
}

async function bundle(into: string): Promise<void> {
  const entries = ENTRIES.map((name) => [name, join(ROOT, 'src', 'bin', `${name}.ts`)] as const).filter(([, file]) => existsSync(file));
  const build = await rolldown({
    cwd: ROOT,
    input: Object.fromEntries(entries.map(([name, file]) => [`bin/${name}`, file])),
    platform: 'node',
    external: EXTERNAL,
    plugins: [builtinsByName],
    logLevel: 'warn',
  });
  // Chunks lie as deep as the bins, so that a URL relative to the package's root is the same in both, and in src/bin.
  await build.write({ dir: into, format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js', codeSplitting: { groups: CHUNKS } });
  await build.close();
  for (const [name] of entries) chmodSync(join(into, 'bin', `${name}.js`), 0o755);
}

/** Puts `made` where `dist/` is; a command that runs from the old one keeps its files until they are removed. */
function swapIn(made: string): void {
  const old = `${made}.old`;
  if (existsSync(DIST)) renameSync(DIST, old);
  renameSync(made, DIST);
  rmSync(old, { recursive: true, force: true });
}

if (!process.argv.includes('--if-stale') || isStale()) {
  generate();
  const made = join(ROOT, '.cache', `dist-${process.pid}`);
  mkdirSync(made, { recursive: true });
  await bundle(made);
  swapIn(made);
}
