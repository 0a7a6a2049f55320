import nodeModule from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type { Examining } from './examine-thread.ts';

/** A thread of `coo verify`: it reads and examines files, and posts what it found. */
nodeModule.enableCompileCache();
const { folder, env, paths, ids, counter } = workerData as Examining;
const [{ examine, FILES_AT_ONCE }, { Pile }, { wireLedger }] = await Promise.all([import('../app/verify/files.ts'), import('../app/verify/pile.ts'), import('./wire.ts')]);
const { git } = await wireLedger(folder, env);
const blobs = ids.split('\0');
const files = paths.split('\0').map((path, at) => ({ path, id: blobs[at] ?? '' }));
const pieces = await examine(git, files, new Pile(files.length, FILES_AT_ONCE, counter));
await git.close();
parentPort?.postMessage(pieces, []);
