import { execFile } from 'node:child_process';
import { join } from 'node:path';

/** What `npm run sim` said, and its exit code. In a process of its own: a test runner's imports wait for more than promises. */
export async function sim(...args: readonly string[]): Promise<{ readonly exit: number; readonly stdout: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], { maxBuffer: 1 << 26 }, (cause, stdout, stderr) => resolve({ exit: cause === null ? 0 : Number(cause.code), stdout: `${stdout}${stderr}` }));
  });
}
