import { join } from 'node:path';

/** The root, from here and from where this is bundled into a program. */
const ROOT = join(import.meta.dirname, '../..');
/** Where `build-programs.ts` puts them: as deep as src/bin and dist/bin. */
export const PROGRAMS = join(ROOT, 'dist-test');

/** The program of a file in test/fixtures, to be started with `process.execPath`. */
export function fixture(name: string): string {
  return join(PROGRAMS, 'fixtures', `${name}.js`);
}

/** The worker's. */
export const WORKER = join(PROGRAMS, 'bin/worker.js');
