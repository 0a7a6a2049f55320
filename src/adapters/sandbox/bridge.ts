import { spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { constants } from 'node:os';

/** An exit by a signal, as shells say it. */
const BY_SIGNAL = 128;
const NOT_STARTED = 127;

/**
 * Runs inside a name space of its own: whoever comes to a port of loopback there is handed to a socket, while one program runs. Resolves with the
 * program's exit code. A signal to all is for the program: this ends when it does.
 */
export async function bridge(socket: string, port: number, [program = 'false', ...args]: readonly string[], env: Readonly<Record<string, string | undefined>>): Promise<number> {
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, () => undefined);
  const server = createServer((inner) => {
    const outer = connect(socket);
    inner.pipe(outer).pipe(inner);
    inner.on('error', () => outer.destroy());
    outer.on('error', () => inner.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return new Promise((resolve) => {
    const child = spawn(program, args, { env, stdio: 'inherit' });
    child.once('error', (cause) => {
      process.stderr.write(`${cause.message}\n`);
      resolve(NOT_STARTED);
    });
    child.once('exit', (code, signal) => resolve(code ?? BY_SIGNAL + (signal === null ? 0 : constants.signals[signal])));
  });
}
