import type { AgentStanding, Launch } from '../../ports/harness.ts';
import type { Running } from '../../ports/process.ts';

/** Of what a program says of its version, in UTF-16 code units. */
const VERSION_CAP = 100;

/** Asks a program for its version: it costs a start, and no model. `install` is the command that brings it. */
export async function standingOf(argv: readonly [string, ...string[]], install: string, start: (launch: Launch) => Running): Promise<AgentStanding> {
  const decoder = new TextDecoder();
  let said = '';
  const { ending } = await start({ argv: [...argv, '--version'], watch: (chunk) => void (said += decoder.decode(chunk, { stream: true })) }).finished;
  if (ending.kind === 'not_started') return { ok: false, code: 'AGENT_ABSENT', message: `${argv[0]} cannot be started: ${ending.cause}`, fix: install };
  const version = /\d+\.\d+[^\s)]*/.exec(said)?.[0];
  if (ending.kind !== 'exited' || ending.code !== 0 || version === undefined) return { ok: false, code: 'AGENT_BROKEN', message: `${argv[0]} --version does not say its version (${ending.kind === 'exited' ? `exit ${String(ending.code)}` : ending.kind.replace('_', ' ')})`, fix: install };
  return { ok: true, version: version.slice(0, VERSION_CAP) };
}
