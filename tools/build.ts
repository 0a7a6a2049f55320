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

const ROOT = join(import.meta.dirname, '..');
const DIST = join(ROOT, 'dist');
const SOURCES = ['src', 'schemas', 'tools/build.ts', 'tools/generate.ts', 'package.json', 'package-lock.json'];
const ENTRIES = ['coo', 'worker', 'examine'];

/** Installed beside us and loaded on demand; every other package is bundled. */
const EXTERNAL = [/^node:/, /^(?:chokidar|simple-git|proper-lockfile|yaml)(?:\/|$)/];

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
    logLevel: 'warn',
  });
  // Chunks lie as deep as the bins, so that a URL relative to the package's root is the same in both, and in src/bin.
  await build.write({ dir: into, format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' });
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
