import type { AgentEnd, AgentRecord } from '../format/run.ts';
import type { Order, OrderedAgent } from '../kernel/order.ts';

import type { Finished, Running, Spawn } from './process.ts';

/** What an agent used so far, of this attempt alone. */
export interface Used {
  readonly tokens: AgentRecord['tokens'];
  readonly cost: AgentRecord['cost'];
}

/** How to start an agent's program; where, how confined and for how long is its caller's. */
export interface Launch {
  readonly argv: readonly [string, ...string[]];
  /** Added to the attempt's environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: Spawn['stdin'];
  /** Told standard output as it comes. */
  readonly watch?: (chunk: Uint8Array) => void;
}

/** One attempt's work for an agent. */
export interface AgentTask {
  readonly order: Order;
  readonly agent: OrderedAgent;
  /** What it is asked, whole. */
  readonly prompt: string;
  /** The workspace: the program's working folder. */
  readonly folder: string;
  /** A home folder of its own, with the log-in files that the seat names and nothing else; gone when the attempt is over. */
  readonly home: string;
  /** The folder beside the workspace in which it asks, and says why it cannot go on. */
  readonly inbox: string;
  /** Whether a sandbox of coo's is around it: where none is, a program's own is all there is. */
  readonly confined: boolean;
  /** Puts a file under `home` before the start: a program's own settings. `path` is relative, without `..`. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** Starts a program for this attempt. Its output is kept as the transcript; wall time, cancel and budget stop it from outside. */
  start(launch: Launch): Running;
  /** Told what was used so far, as soon as the program tells: over its budget, the attempt is stopped. */
  used(used: Used): void;
  /** Aborted when the session is to end: asked first. */
  readonly signal: AbortSignal;
}

/** How a session went, as far as its program tells. Why it was stopped from outside its caller knows better. */
export interface AgentReport extends Used {
  readonly version: string;
  readonly model: string | null;
  readonly session: string | null;
  readonly turns: number | null;
  readonly denials: readonly string[];
  readonly end: Exclude<AgentEnd, 'budget' | 'stopped' | 'timed_out'>;
  readonly detail?: string;
  /** Of `login`: what to do about it. */
  readonly fix?: string;
  /** Its last words: narration, not evidence. */
  readonly summary: string | null;
  /** What it asks, where `end` is `asked` and it wants an answer; null = it says only why it cannot go on (`summary`). */
  readonly question: { readonly to: string; readonly text: string } | null;
  /** Of `quota`: when its provider takes requests again, in wall-clock milliseconds; null = it did not say. */
  readonly until_ms: number | null;
  /** How the program itself ended. */
  readonly finished: Finished;
}

/** Whether a seat's agent could work now. */
export type AgentStanding = { readonly ok: true; readonly version: string } | { readonly ok: false; readonly code: 'AGENT_ABSENT' | 'AGENT_BROKEN'; readonly message: string; readonly fix: string };

/** One kind of agent program. Holds no state between attempts. */
export interface Harness {
  /** Runs one session to its end. Rejects only when a file of its own cannot be written; a program that fails is a report. */
  run(task: AgentTask): Promise<AgentReport>;
  /** What the program is called and which version it is, found without a model: `run` is given programs to start. */
  standing(agent: Pick<OrderedAgent, 'command'>, start: (launch: Launch) => Running): Promise<AgentStanding>;
}
