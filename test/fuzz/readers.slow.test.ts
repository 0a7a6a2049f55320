import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { HOSTILE } from './hostile.ts';
import { READERS } from './readers.ts';

/** What Node and the modules of all readers take before the first input, and 64 MB on top of it. */
const HEAP_MB = 32 + 64;
/** Far more than all inputs take together: only what hangs is ended by it. */
const LIMIT_MS = 120_000;

it.each(READERS.map(({ name }) => name))('a megabyte of anything neither hangs nor fills the heap of the reader of: %s', (name) => {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [`--max-old-space-size=${String(HEAP_MB)}`, join(import.meta.dirname, 'hostile-child.ts'), name], { encoding: 'utf8', timeout: LIMIT_MS, killSignal: 'SIGKILL' });
  expect({ status, signal, after: stdout.split('\n').at(-2), stderr: stderr.slice(0, 2_000) }).toMatchObject({ status: 0, signal: null });
  expect(stdout.trim().split('\n')).toHaveLength(HOSTILE.length);
});
