import nodeModule from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type { Examining } from './examine-thread.ts';

/** A thread of `coo verify`: it reads and examines files, and posts what it found. */
nodeModule.enableCompileCache();
const { folder, env, paths, ids } = workerData as Examining;
const [{ examine }, { wireLedger }] = await Promise.all([import('../app/operations/verify-files.ts'), import('./wire.ts')]);
const { git } = await wireLedger(folder, env);
const blobs = ids.split('\0');
const examined = await examine(git, paths.split('\0').map((path, at) => ({ path, id: blobs[at] ?? '' })));
await git.close();
parentPort?.postMessage(examined, []);
