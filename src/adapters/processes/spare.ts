import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import type { Spare, Spawn } from '../../ports/process.ts';

/** Starts a program that waits on a pipe for what it is to do. Rejects with the system's error, with `code`, when it cannot be started. */
export function spare({ argv: [program, ...args], cwd, env }: Pick<Spawn, 'argv' | 'cwd' | 'env'>, again: () => void): Promise<Spare> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, detached: true, stdio: ['pipe', 'pipe', 'ignore'] });
    const { stdin, stdout } = child;
    let state: 'waits' | 'works' | 'gone' = 'waits';
    child.once('exit', () => {
      state = 'gone';
    });
    stdout.on('data', () => {
      if (state !== 'works') return;
      state = 'waits';
      again();
    });
    // It may end without reading: `give` tells.
    stdin.on('error', () => undefined);
    child.once('error', reject);
    child.once('spawn', () => {
      // Like one that was detached, it keeps nobody: its ends of the pipes tell it when we are gone.
      child.unref();
      for (const end of [stdin, stdout]) if (end instanceof Socket) end.unref();
      resolve({
        pid: child.pid ?? 0,
        get waits() {
          return state === 'waits';
        },
        give(bytes) {
          if (state !== 'waits') return Promise.resolve(false);
          state = 'works';
          return new Promise((told) => {
            stdin.write(bytes, (cause) => told(cause === undefined || cause === null));
          });
        },
        async close() {
          if (state !== 'waits') return;
          const ended = once(child, 'exit');
          child.ref();
          // Not reaped before we see it end, so the pid is still its own.
          child.kill('SIGKILL');
          await ended;
        },
      });
    });
  });
}
