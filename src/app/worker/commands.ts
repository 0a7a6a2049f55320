import type { CommandRecord } from '../../format/run.ts';
import { sha256Hex } from '../../format/canonical.ts';
import type { Order } from '../../kernel/order.ts';
import type { Cmd } from '../../kernel/plan.ts';
import type { Launch } from '../../ports/harness.ts';
import type { Running, Spawn } from '../../ports/process.ts';
import { cooPaths } from '../layout.ts';
import type { Layout } from '../layout.ts';
import type { World } from '../world.ts';
import { excerpt } from './excerpt.ts';
import type { Redactor } from './redact.ts';

export type Phase = CommandRecord['phase'];

/** Where and with what an attempt's commands run. */
export interface Bench {
  readonly world: Pick<World, 'clock' | 'files'>;
  /** Starts a program in the attempt's cell; there is no other way. */
  readonly run: (spawn: Spawn) => Running;
  readonly layout: Layout;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Names this run in process environments; with a number added for each command. */
  readonly marker: string;
  readonly limits: Pick<Order['limits'], 'log_bytes' | 'excerpt_bytes'>;
  /** Nothing is stored but through it. */
  readonly redactor: Redactor;
  readonly signal: AbortSignal;
}

/** How long a worker's commands get to end after they were asked to, in milliseconds. */
const GRACE_MS = 5_000;

/**
 * Runs commands one after the other until one fails. Each gets what is left until `deadline` (monotonic) and at most `eachMs`.
 * Whatever a command leaves running is killed before the next one starts.
 */
export async function runCommands(bench: Bench, phase: Phase, commands: readonly Cmd[], time: { readonly deadline: number; readonly eachMs: number }): Promise<readonly CommandRecord[]> {
  const records: CommandRecord[] = [];
  for (const command of commands) {
    const record = await runCommand(bench, phase, command, Math.min(time.eachMs, time.deadline - bench.world.clock.monotonic()));
    records.push(record);
    if (!passed(record)) break;
  }
  return records;
}

export function passed(record: CommandRecord): boolean {
  return record.ending === 'exited' && record.exit === 0;
}

async function runCommand(bench: Bench, phase: Phase, command: Cmd, wallMs: number): Promise<CommandRecord> {
  const argv: readonly [string, ...string[]] = typeof command === 'string' ? ['sh', '-c', command] : [command[0] ?? 'false', ...command.slice(1)];
  const named = typeof command === 'string' ? { sh: command } : { argv: [...command] };
  const file = await freshLog(bench, phase);
  if (wallMs <= 0 || bench.signal.aborted) {
    return { phase, ...named, exit: null, ending: bench.signal.aborted ? 'stopped' : 'timed_out', ms: 0, log: { sha256: sha256Hex(''), bytes: 0, kept: 0 }, head: '', tail: '' };
  }
  const running = start(bench, { argv, file, wallMs });
  const stop = stopOn(bench.signal, running);
  const { ending, ms, outputBytes } = await running.finished;
  stop();
  const log = await keepLog(bench, file, outputBytes);
  const common = { phase, ...named, ms: Math.round(ms), ...log };
  switch (ending.kind) {
    case 'exited':
      return { ...common, exit: ending.code, ending: 'exited' };
    case 'signalled':
      return { ...common, exit: null, ending: bench.signal.aborted ? 'stopped' : 'signalled', signal: ending.signal };
    case 'timed_out':
    case 'stopped':
      return { ...common, exit: null, ending: ending.kind };
    case 'not_started':
      return { ...common, exit: null, ending: 'not_started', tail: `${argv[0]}: ${ending.cause}` };
    default:
      return ending satisfies never;
  }
}

/** Where the output of one program goes while it runs. */
export async function freshLog({ world, layout, marker }: Bench, phase: string): Promise<string> {
  const file = `${cooPaths.logs(layout)}/.${marker}.${phase}`;
  await world.files.folder(cooPaths.logs(layout));
  await world.files.remove(file);
  return file;
}

/** Starts one program of an attempt: the only place that does. */
export function start(bench: Bench, { argv, env, file, wallMs, stdin, watch }: Launch & { readonly file: string; readonly wallMs: number }): Running {
  return bench.run({
    argv,
    cwd: bench.folder,
    env: { ...bench.env, ...env, COO_RUN: bench.marker },
    output: { file, cap: bench.limits.log_bytes },
    wallMs,
    marker: `COO_RUN=${bench.marker}`,
    ...(stdin === undefined ? {} : { stdin }),
    ...(watch === undefined ? {} : { watch }),
  });
}

export function stopOn(signal: AbortSignal, running: Running): () => void {
  const stop = (): void => {
    void running.stop(GRACE_MS);
  };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  return () => signal.removeEventListener('abort', stop);
}

/** Keeps an output by its digest, and gives what a receipt says of it. */
export async function keepLog(bench: Bench, file: string, outputBytes: number): Promise<Pick<CommandRecord, 'log' | 'head' | 'tail'>> {
  const { files } = bench.world;
  if ((await files.info(file)) === undefined) return { log: { sha256: sha256Hex(''), bytes: outputBytes, kept: 0 }, head: '', tail: '' };
  const raw = await files.read(file, bench.limits.log_bytes + 1);
  const bytes = await bench.redactor.bytes(raw, outputBytes > raw.length);
  const sha256 = sha256Hex(bytes);
  const kept = cooPaths.log(bench.layout, sha256);
  await files.folder(kept.slice(0, kept.lastIndexOf('/')));
  if (bytes === raw) await files.rename(file, kept);
  else {
    await files.replaceView(kept, bytes);
    await files.remove(file);
  }
  return { log: { sha256, bytes: outputBytes, kept: bytes.length }, ...excerpt(bytes, bench.limits.excerpt_bytes) };
}
