import type { AgentReport } from '../../ports/harness.ts';
import type { Ending } from '../../ports/process.ts';

/** What a reader gathers line by line. */
export type Report = Omit<AgentReport, 'finished'>;
export type Gathered = { -readonly [K in keyof Report]: Report[K] };

export const NOTHING: Report = { version: '', model: null, session: null, turns: null, tokens: null, cost: null, denials: [], end: 'done', summary: null, question: null, until_ms: null };

/** How a program ended that did not come to its end; undefined where it did. */
export function brokenOff(ending: Ending): string | undefined {
  switch (ending.kind) {
    case 'exited':
      return ending.code === 0 ? undefined : `it exited with ${String(ending.code)}`;
    case 'signalled':
      return `it was ended by ${ending.signal}`;
    case 'not_started':
      return `it could not be started: ${ending.cause}`;
    case 'timed_out':
    case 'stopped':
      return `it was ended: ${ending.kind.replace('_', ' ')}`;
    default:
      return ending satisfies never;
  }
}
