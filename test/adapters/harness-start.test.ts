import { describe, expect, it } from 'vitest';
import { ANSWER_SCHEMA, answerIn } from '../../src/adapters/harness/answer.ts';
import { claudeArgv } from '../../src/adapters/harness/claude.ts';
import { codexArgv } from '../../src/adapters/harness/codex.ts';
import { priceOf } from '../../src/adapters/harness/prices.ts';
import { standingOf } from '../../src/adapters/harness/standing.ts';
import type { OrderedAgent } from '../../src/kernel/order.ts';
import type { Launch } from '../../src/ports/harness.ts';
import type { Ending, Running } from '../../src/ports/process.ts';
import { ORDER } from '../format/samples.ts';

const task = (agent: Partial<OrderedAgent>, more: object = {}): Parameters<typeof codexArgv>[0] & Parameters<typeof claudeArgv>[0] => ({ order: { ...ORDER, budget: { wall_ms: 1, ...more } }, agent: { kind: 'claude', ...agent }, confined: false, inbox: '/w/x.inbox', home: '/w/x.home' });

describe('claude is started', () => {
  it('with its settings from its own home alone, and with what its seat may use', () => {
    expect(claudeArgv(task({ tools: ['Bash(git diff:*)', 'Bash(npm test)', 'Read', 'mcp__issues__list'] }))).toEqual([
      'claude', '--print', '--verbose', '--output-format=stream-json', `--json-schema=${JSON.stringify(ANSWER_SCHEMA)}`, '--setting-sources=user', '--strict-mcp-config', '--disable-slash-commands', '--permission-mode=dontAsk',
      '--tools=Bash,Read', '--allowedTools', 'Bash(git diff:*)', 'Bash(npm test)', 'Read', 'mcp__issues__list',
    ]);
  });

  it('with what its seat and its budget say, by the command that the seat names', () => {
    const argv = claudeArgv(task({ command: ['/opt/claude', '--add-dir=/data'], model: 'sonnet', effort: 'high', max_turns: 7 }, { usd: 1.5 }));
    expect(argv.slice(0, 3)).toEqual(['/opt/claude', '--add-dir=/data', '--print']);
    expect(argv.slice(argv.indexOf('--model'))).toEqual(['--model', 'sonnet', '--effort', 'high', '--max-turns', '7', '--max-budget-usd', '1.5']);
  });

  it('with no tool of the network where its seat names none', () => {
    expect(claudeArgv(task({})).join(' ')).not.toMatch(/Web/);
  });
});

describe('codex is started', () => {
  it('in its own sandbox, with its inbox to write to', () => {
    expect(codexArgv(task({ model: 'gpt-5.3-codex', effort: 'low' }))).toEqual([
      'codex', 'exec', '--json', '--skip-git-repo-check', '--ignore-rules', '--color=never', '--output-schema', '/w/x.home/answer.schema.json', '--sandbox', 'workspace-write', '--config', 'sandbox_workspace_write.writable_roots=["/w/x.inbox"]',
      '--model', 'gpt-5.3-codex', '--config', 'model_reasoning_effort="low"',
    ]);
  });

  it("without, where coo's is around it", () => {
    expect(codexArgv({ ...task({}), confined: true })).toEqual(['codex', 'exec', '--json', '--skip-git-repo-check', '--ignore-rules', '--color=never', '--output-schema', '/w/x.home/answer.schema.json', '--sandbox', 'danger-full-access']);
  });
});

describe('a program asked for its version', () => {
  const asked = async (ending: Ending, said: string): Promise<unknown> => {
    const start = ({ argv, watch }: Launch): Running => {
      expect(argv).toEqual(['agent', 'sub', '--version']);
      watch?.(new TextEncoder().encode(said));
      return { pid: 1, finished: Promise.resolve({ ending, ms: 0, outputBytes: 0 }), write: () => undefined, stop: async () => Promise.resolve() };
    };
    return standingOf(['agent', 'sub'], 'npm install agent', start);
  };

  it.each([['2.1.197 (Claude Code)\n', '2.1.197'], ['codex-cli 0.169.0', '0.169.0'], ['v1.0.0-beta.2+x', '1.0.0-beta.2+x']])('that says %j', async (said, version) => {
    expect(await asked({ kind: 'exited', code: 0 }, said)).toEqual({ ok: true, version });
  });

  it('that is not there, or is something else', async () => {
    expect(await asked({ kind: 'not_started', cause: 'spawn agent ENOENT' }, '')).toEqual({ ok: false, code: 'AGENT_ABSENT', message: 'agent cannot be started: spawn agent ENOENT', fix: 'npm install agent' });
    expect(await asked({ kind: 'exited', code: 1 }, '1.2.3')).toMatchObject({ ok: false, code: 'AGENT_BROKEN', message: 'agent --version does not say its version (exit 1)' });
    expect(await asked({ kind: 'exited', code: 0 }, 'hello')).toMatchObject({ ok: false, code: 'AGENT_BROKEN' });
  });
});

describe('a price', () => {
  it('is of tokens by kind, and says its day', () => {
    expect(priceOf('gpt-5.3-codex', { input: 1_000_000, output: 100_000, cache_read: 2_000_000, cache_write: 0 })).toEqual({ micro_usd: 1_750_000 + 1_400_000 + 350_000, source: 'priced', prices: '2026-11-21' });
  });

  it.each([null, 'some-model', 'toString', '__proto__'])('of %s there is none', (model) => {
    expect(priceOf(model, { input: 1, output: 1, cache_read: 0, cache_write: 0 })).toBeNull();
  });
});

describe('an answer in its form', () => {
  it('is the end of a session', () => {
    expect(answerIn({ outcome: 'done', summary: 's' })).toEqual({ end: 'done', summary: 's', question: null });
    expect(answerIn({ outcome: 'blocked', summary: 's' })).toEqual({ end: 'asked', summary: 's', question: null });
    expect(answerIn({ outcome: 'question', summary: 's' })).toEqual({ end: 'asked', summary: 's', question: { to: 'anyone', text: 's' } });
  });

  it.each([null, 'done', [], {}, { outcome: 'done' }, { outcome: 'other', summary: 's' }, { outcome: 'done', summary: 7 }])('%j is none', (value) => {
    expect(answerIn(value)).toBeUndefined();
  });
});
