import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import type { OutputOptions, Plugin } from 'rolldown';

/** The package's own folder. */
export const ROOT = join(import.meta.dirname, '..');

/** Installed beside us and loaded on demand; every other package is bundled. */
const EXTERNAL = [/^node:/, /^(?:chokidar|simple-git|proper-lockfile|yaml)(?:\/|$)/];

export interface Bundle {
  /** Source of each program by its path in the folder, without an ending. */
  readonly programs: Readonly<Record<string, string>>;
  readonly plugins?: readonly Plugin[];
  readonly codeSplitting?: OutputOptions['codeSplitting'];
}

/** The newest mtime under `path` in ms, folders counted too, so that a removed file is seen. 0 where nothing is. */
export function newest(path: string): number {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return readdirSync(path).reduce((latest, name) => Math.max(latest, newest(join(path, name))), stat.mtimeMs);
}

/**
 * Bundles programs into a folder of the root; it is made aside and renamed into place. Chunks lie as deep as the programs, so that a URL relative to the
 * root is the same in both, and in src/bin.
 */
export async function bundle(folder: string, { programs, plugins = [], codeSplitting }: Bundle): Promise<void> {
  const aside = join(ROOT, '.cache', `${folder}-${process.pid}`);
  mkdirSync(aside, { recursive: true });
  const build = await rolldown({ cwd: ROOT, input: { ...programs }, platform: 'node', external: EXTERNAL, plugins: [...plugins], logLevel: 'warn' });
  await build.write({ dir: aside, format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js', ...(codeSplitting === undefined ? {} : { codeSplitting }) });
  await build.close();
  for (const name of Object.keys(programs)) chmodSync(join(aside, `${name}.js`), 0o755);
  swapIn(aside, join(ROOT, folder));
}

/** Puts `made` where `folder` is; a command that runs from the old one keeps its files until they are removed. */
function swapIn(made: string, folder: string): void {
  const old = `${made}.old`;
  if (existsSync(folder)) renameSync(folder, old);
  renameSync(made, folder);
  rmSync(old, { recursive: true, force: true });
}
