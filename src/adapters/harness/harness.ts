import type { AgentKind } from '../../kernel/org.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Harness } from '../../ports/harness.ts';

/** The adapter of one kind of agent program. Each is loaded when it is wanted: a worker pays for its own only. */
export async function harnessOf(kind: AgentKind, clock: Clock): Promise<Harness> {
  switch (kind) {
    case 'command':
      return (await import('./command.ts')).commandHarness;
    case 'acp':
      return (await import('./acp.ts')).acpHarness;
    case 'claude':
      return (await import('./claude.ts')).claudeHarness;
    case 'codex':
      return (await import('./codex.ts')).codexHarness(clock);
    default:
      return kind satisfies never;
  }
}
