import { spawn } from 'node:child_process';
import type { Spawn } from '../../ports/process.ts';

/** Starts a program that outlives this one. Rejects with the system's error, with `code`, when it cannot be started. */
export function detach({ argv: [program, ...args], cwd, env }: Pick<Spawn, 'argv' | 'cwd' | 'env'>): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, detached: true, stdio: 'ignore' });
    child.once('error', reject);
    child.once('spawn', () => {
      child.unref();
      resolve(child.pid ?? 0);
    });
  });
}
