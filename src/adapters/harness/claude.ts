import type { AgentReport, AgentTask, Harness } from '../../ports/harness.ts';
import { ANSWER_SCHEMA } from './answer.ts';
import { lineReader } from './lines.ts';
import { readClaude } from './read-claude.ts';
import { standingOf } from './standing.ts';

/** What a developer's work takes; the network's tools are not among it. */
const TOOLS = ['Bash', 'Edit', 'Glob', 'Grep', 'MultiEdit', 'NotebookEdit', 'Read', 'TodoWrite', 'Write'];
/** Nothing but the model's own interface: no updates of itself, no telemetry. */
const ENV = { CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_AUTOUPDATER: '1' };
/** How long it gets to end when it was asked to, in milliseconds. */
const GRACE_MS = 5_000;
const INSTALL = 'npm install --global @anthropic-ai/claude-code';

/**
 * Claude Code, without a terminal. Its settings come from its private home alone: a repository's `.claude/` and `.mcp.json` (hooks, variables,
 * permissions, servers, skills) are not read, nor is its CLAUDE.md. What cannot be stopped from here: settings that the machine's administrator put
 * in place, and git itself, which it asks for the state of its workspace.
 */
export const claudeHarness: Harness = {
  async run(task: AgentTask): Promise<AgentReport> {
    const report = readClaude((used) => task.used(used));
    const lines = lineReader((line) => report.take(line));
    let isOver = false;
    const running = task.start({
      argv: claudeArgv(task),
      env: ENV,
      stdin: new TextEncoder().encode(asText(task.prompt)),
      watch(chunk) {
        lines.push(chunk);
        if (!report.isHopeless || isOver) return;
        isOver = true;
        void running.stop(GRACE_MS);
      },
    });
    const finished = await running.finished;
    lines.end();
    return { ...report.over(finished), finished };
  },
  standing: async ({ command }, start) => standingOf(programOf(command), INSTALL, start),
};

/** Its arguments: made of values that were checked when coo.yaml was read. The prompt is none of them. */
export function claudeArgv({ agent, order }: Pick<AgentTask, 'agent' | 'order'>): readonly [string, ...string[]] {
  const { command, model, effort, max_turns, tools = TOOLS } = agent;
  const names = [...new Set(tools.map((tool) => tool.replace(/\(.*$/, '')).filter((name) => !name.startsWith('mcp__')))];
  return [
    ...programOf(command),
    '--print',
    '--verbose',
    '--output-format=stream-json',
    `--json-schema=${JSON.stringify(ANSWER_SCHEMA)}`,
    '--setting-sources=user',
    '--strict-mcp-config',
    '--disable-slash-commands',
    '--permission-mode=dontAsk',
    // What it may not use it is not offered: to ask for it would be a denial, and what was denied needs a person.
    `--tools=${names.join(',')}`,
    '--allowedTools',
    ...tools,
    ...(model === undefined ? [] : ['--model', model]),
    ...(effort === undefined ? [] : ['--effort', effort]),
    ...(max_turns === undefined ? [] : ['--max-turns', String(max_turns)]),
    ...(order.budget.usd === undefined ? [] : ['--max-budget-usd', String(order.budget.usd)]),
  ];
}

function programOf(command: readonly string[] | undefined): readonly [string, ...string[]] {
  const [program = 'claude', ...args] = command ?? [];
  return [program, ...args];
}

/** A text that begins with a slash would be a command of the program's. */
function asText(prompt: string): string {
  return prompt.trimStart().startsWith('/') ? `Your task:\n${prompt}` : prompt;
}
