import type { Clock } from '../../ports/clock.ts';
import type { AgentReport, AgentTask, Harness } from '../../ports/harness.ts';
import { ANSWER_SCHEMA } from './answer.ts';
import { CodexRecord } from './codex-record.ts';
import { lineReader } from './lines.ts';
import { readCodex } from './read-codex.ts';
import { standingOf } from './standing.ts';

const INSTALL = 'npm install --global @openai/codex';
/** Under the attempt's home. */
const ANSWER = 'answer.schema.json';
/** How long it gets to end when it was asked to, in milliseconds. */
const GRACE_MS = 5_000;

/**
 * Codex, without a terminal: one `codex exec`. A repository's `.codex/` (servers, hooks, rules) is not trusted and not read; AGENTS.md and skills in
 * the repository are, as text. It counts its turns only here, so `max_turns` is held from outside.
 */
export function codexHarness(clock: Clock): Harness {
  return {
    async run(task: AgentTask): Promise<AgentReport> {
      const report = readCodex((used) => task.used(used), () => clock.now());
      const record = new CodexRecord(task.home, (line) => report.takeRecord(line));
      const lines = lineReader((line) => report.take(line));
      // Codex runs no helpers of its own out of a temporary folder, and a private home is often in one.
      await task.write('tmp/.keep', new Uint8Array());
      await task.write(ANSWER, new TextEncoder().encode(JSON.stringify(ANSWER_SCHEMA)));
      let isOver = false;
      const end = (): void => {
        isOver = true;
        void running.stop(GRACE_MS);
      };
      const running = task.start({
        argv: codexArgv(task),
        env: { TMPDIR: `${task.home}/tmp` },
        stdin: new TextEncoder().encode(task.prompt),
        watch(chunk) {
          lines.push(chunk);
          if (report.waits && !isOver) end();
          void record.look(report.session).then(() => {
            if (!isOver && isPast(task, report.turns)) end();
          });
        },
      });
      const finished = await running.finished;
      lines.end();
      await record.look(report.session);
      const told = report.over(finished);
      return isPast(task, told.turns) && told.end !== 'done' ? { ...told, end: 'turns', detail: `its seat has ${String(task.agent.max_turns)} turns`, finished } : { ...told, finished };
    },
    standing: async ({ command }, start) => standingOf(programOf(command), INSTALL, start),
  };
}

/** Its arguments: made of values that were checked when coo.yaml was read. The prompt is none of them. */
export function codexArgv({ agent, confined, inbox, home }: Pick<AgentTask, 'agent' | 'confined' | 'inbox' | 'home'>): readonly [string, ...string[]] {
  const { command, model, effort } = agent;
  // A sandbox does not stand in a sandbox; where coo's is not, its own keeps its commands to the workspace and the inbox.
  const sandbox = confined ? ['--sandbox', 'danger-full-access'] : ['--sandbox', 'workspace-write', '--config', `sandbox_workspace_write.writable_roots=${JSON.stringify([inbox])}`];
  return [
    ...programOf(command),
    'exec',
    '--json',
    '--skip-git-repo-check',
    '--ignore-rules',
    '--color=never',
    '--output-schema',
    `${home}/${ANSWER}`,
    ...sandbox,
    ...(model === undefined ? [] : ['--model', model]),
    ...(effort === undefined ? [] : ['--config', `model_reasoning_effort=${JSON.stringify(effort)}`]),
  ];
}

function isPast({ agent: { max_turns } }: AgentTask, turns: number | null): boolean {
  return max_turns !== undefined && turns !== null && turns > max_turns;
}

function programOf(command: readonly string[] | undefined): readonly [string, ...string[]] {
  const [program = 'codex', ...args] = command ?? [];
  return [program, ...args];
}
