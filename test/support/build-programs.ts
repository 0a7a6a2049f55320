/**
 * Bundles the programs that tests start, where a source is newer than they: Node takes 0.75 s of CPU to read the 250 files of a manager as TypeScript,
 * and 0.13 s to read it bundled. Vitest calls `setup` before it runs anything.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ROOT, bundle, newest } from '../../tools/bundle.ts';
import { PROGRAMS, WORKER } from './programs.ts';

const SOURCES = ['src', 'test/fixtures', 'test/support', 'tools/bundle.ts', 'package-lock.json'];
/** Those of coo that are looked for beside a worker. */
const BINS = ['coo', 'worker', 'bridge', 'examine'];
const FIXTURES = join(ROOT, 'test/fixtures');

function isStale(): boolean {
  return !existsSync(WORKER) || SOURCES.some((source) => newest(join(ROOT, source)) > statSync(WORKER).mtimeMs);
}

export async function setup(): Promise<void> {
  if (!isStale()) return;
  const bins = BINS.map((name) => [`bin/${name}`, join(ROOT, 'src/bin', `${name}.ts`)]);
  const fixtures = readdirSync(FIXTURES).filter((name) => name.endsWith('.ts')).map((name) => [`fixtures/${basename(name, '.ts')}`, join(FIXTURES, name)]);
  await bundle(basename(PROGRAMS), { programs: Object.fromEntries([...bins, ...fixtures]) });
}
