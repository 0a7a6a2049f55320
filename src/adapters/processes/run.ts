import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Clock } from '../../ports/clock.ts';
import type { Ending, Finished, Running, Spawn } from '../../ports/process.ts';
import { captureNothing, captureTo, type Capture } from './capture.ts';
import { killTree } from './kill-tree.ts';
import type { ProcessTable } from './table.ts';

/** How often the tree is looked for again while somebody still holds the output open, and for how long each time, in ms. */
const DRAIN_ROUNDS = 20;
const DRAIN_MS = 100;

/** Runs a program in its own session and group; see the port. */
export function run(table: ProcessTable, clock: Clock, wanted: Spawn): Running {
  const began = clock.monotonic();
  const refuse = (cause: string): Running => ({
    pid: 0,
    finished: Promise.resolve({ ending: { kind: 'not_started', cause }, ms: clock.monotonic() - began, outputBytes: 0 }),
    write: () => undefined,
    stop: () => Promise.resolve(),
  });

  if (!Object.entries(wanted.env).some(([name, value]) => `${name}=${value}` === wanted.marker)) {
    return refuse(`the marker ${wanted.marker} is not in the environment`);
  }
  let capture: Capture;
  try {
    capture = wanted.output === 'ignore' ? captureNothing() : captureTo(wanted.output.file, wanted.output.cap, wanted.watch);
  } catch (error) {
    return refuse(`the output file cannot be opened: ${String(error)}`);
  }
  let child: ChildProcess;
  try {
    const [program, ...args] = wanted.argv;
    child = spawn(program, args, {
      cwd: wanted.cwd,
      env: wanted.env,
      detached: true,
      stdio: [wanted.stdin === undefined ? 'ignore' : 'pipe', capture.stdio, capture.stdio],
    });
  } catch (error) {
    capture.start([]);
    return refuse(String(error));
  }
  const exited = endOf(child, wanted);
  capture.start([child.stdout, child.stderr]);
  feed(child, wanted.stdin);
  const write = (bytes: Uint8Array | null): void => {
    if (bytes === null) child.stdin?.end();
    else child.stdin?.write(bytes);
  };
  if (child.pid === undefined) return watchFailure(exited, capture, clock, began);
  return { ...watch(table, clock, wanted, { pid: child.pid, exited, capture, began }), write };
}

/** How the child itself ends. */
function endOf(child: ChildProcess, wanted: Spawn): Promise<Ending> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      resolve(signal === null ? { kind: 'exited', code: code ?? 0 } : { kind: 'signalled', signal });
    });
    child.once('error', (error) => {
      // The system says ENOENT for either.
      const why = existsSync(wanted.cwd) ? error.message : `no such folder: ${wanted.cwd}`;
      resolve({ kind: 'not_started', cause: why });
    });
  });
}

function feed(child: ChildProcess, stdin: Spawn['stdin']): void {
  if (stdin === undefined || child.stdin === null) return;
  // A child may end, or close its input, without reading it all: EPIPE is its right, and its exit code tells the rest.
  child.stdin.on('error', () => undefined);
  if (stdin !== 'open') child.stdin.end(stdin);
}

function watchFailure(exited: Promise<Ending>, capture: Capture, clock: Clock, began: number): Running {
  const finished = exited.then(async (ending) => {
    await capture.drained;
    return { ending, ms: clock.monotonic() - began, outputBytes: 0 };
  });
  return { pid: 0, finished, write: () => undefined, stop: async () => void (await finished) };
}

interface Started {
  readonly pid: number;
  readonly exited: Promise<Ending>;
  readonly capture: Capture;
  readonly began: number;
}

function watch(table: ProcessTable, clock: Clock, { marker, wallMs }: Spawn, { pid, exited, capture, began }: Started): Omit<Running, 'write'> {
  // Not reaped before the next turn of the loop, so the row is there even if the child has already ended.
  const started = table.row(pid)?.started ?? '';
  const target = { marker, owner: { pid, started } };
  let why: 'timed_out' | 'stopped' | undefined;
  let ending: Promise<unknown> = Promise.resolve();
  const over = new AbortController();

  const end = (reason: 'timed_out' | 'stopped', graceMs: number): Promise<unknown> => {
    if (over.signal.aborted) return ending;
    why ??= reason;
    ending = Promise.all([ending, killTree(table, clock, target, graceMs)]);
    return ending;
  };

  if (wallMs !== undefined) {
    void clock.sleep(wallMs, over.signal).then(() => (over.signal.aborted ? undefined : end('timed_out', 0)));
  }

  const finish = async (): Promise<Finished> => {
    const own = await exited;
    over.abort();
    // Those that were asked to end keep their grace; then whatever is left of the tree goes.
    await ending;
    await killTree(table, clock, target, 0);
    for (let round = 0; round < DRAIN_ROUNDS && !(await drains(capture, clock)); round++) await killTree(table, clock, target, 0);
    capture.abandon();
    await capture.drained;
    const { bytes, fault } = capture.total();
    return {
      ending: why === undefined ? own : { kind: why },
      ms: clock.monotonic() - began,
      outputBytes: bytes,
      ...(fault !== undefined && { outputFault: fault }),
    };
  };
  const finished = finish();
  return {
    pid,
    finished,
    async stop(graceMs) {
      await end('stopped', graceMs);
      await finished;
    },
  };
}

/** Whether the output ends within a while. If not, somebody got away who holds it: by now there may be more to know him by. */
async function drains(capture: Capture, clock: Clock): Promise<boolean> {
  const over = new AbortController();
  const ended = await Promise.race([capture.drained.then(() => true), clock.sleep(DRAIN_MS, over.signal).then(() => false)]);
  over.abort();
  return ended;
}
