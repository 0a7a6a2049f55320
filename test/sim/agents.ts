import type { AgentReport, AgentTask, Harness } from '../../src/ports/harness.ts';
import type { SimProcess } from './machine.ts';
import type { Sim } from './sim.ts';

/** Tokens that an agent uses at most before it tells so. */
export const MOST_AT_ONCE = 400;
/** Millionths of a dollar a token costs where a price is known. */
export const MICRO_USD = 1_000;

const SOON_MS = 20_000;
const HOUR_MS = 3_600_000;

/** An agent's program as one worker has it: it writes what a command would, tells what it uses while it works, and may end in every way that one ends. */
export function simHarness(sim: Sim, self: SimProcess): Harness {
  const { chance } = sim;
  return {
    standing: async () =>
      sim.call(self, 'asks an agent for its version', async () =>
        Promise.resolve(chance.happens(sim.weather.work / 10) ? { ok: false, code: 'AGENT_ABSENT', message: 'it is not there', fix: 'install it' } : { ok: true, version: '1' }),
      ),
    run: async (task) => session(sim, self, task),
  };
}

type End = AgentReport['end'];

async function session(sim: Sim, self: SimProcess, { order, agent, start, used, signal }: AgentTask): Promise<AgentReport> {
  const { chance } = sim;
  const end: End = chance.happens(sim.weather.work) ? chance.weighted({ asked: 1, denied: 1, turns: 1, quota: 2, login: 1, silent: 1, error: 1, done: 1 }) : 'done';
  const wasteful = chance.happens(0.3);
  const path = order.scope?.[0] ?? `src/${order.step_id}.txt`;
  const running = start({ argv: [`write ${path}`] });
  let over = false;
  const finished = running.finished.finally(() => {
    over = true;
  });
  let tokens = 0;
  const sum = (): Pick<AgentReport, 'tokens' | 'cost'> => ({
    tokens: { input: tokens, output: 0, cache_read: 0, cache_write: 0 },
    cost: agent.kind === 'claude' ? { micro_usd: tokens * MICRO_USD, source: 'given' } : null,
  });
  while (!over && !signal.aborted) {
    await sim.pause(self, 'an agent thinks', chance.between(100, 1_500));
    if (over || signal.aborted) break;
    tokens += chance.between(1, wasteful ? MOST_AT_ONCE : MOST_AT_ONCE / 4);
    used(sum());
  }
  const ended = await finished;
  const worked = ended.ending.kind === 'exited' && ended.ending.code === 0;
  return {
    ...sum(),
    version: '1',
    model: null,
    session: null,
    turns: 1,
    ...(end === 'login' ? { fix: 'log in anew' } : {}),
    denials: end === 'denied' ? ['Bash'] : [],
    end: worked ? end : 'error',
    summary: end === 'silent' ? null : 'words',
    question: end === 'asked' && chance.happens(0.5) ? { to: 'you', text: 'which?' } : null,
    until_ms: end === 'quota' && chance.happens(0.7) ? sim.wall() + (chance.happens(0.1) ? HOUR_MS : chance.between(500, SOON_MS)) : null,
    finished: ended,
  };
}
