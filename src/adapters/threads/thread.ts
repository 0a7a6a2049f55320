import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** Whether a thread would have a core to itself. */
export function hasRoom(): boolean {
  return availableParallelism() > 1;
}

/** Runs a module in a thread of its own, with `given` as its `workerData`. Resolves with the first thing that it posts; rejects with what it throws. */
export function inThread(module: URL, given: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(module, { workerData: given });
    thread.once('message', resolve);
    thread.once('error', reject);
    thread.once('exit', (code) => reject(new Error(`a thread ended with ${String(code)} before it answered`)));
  });
}
