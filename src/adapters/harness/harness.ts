import type { AgentKind } from '../../kernel/org.ts';
import type { Harness } from '../../ports/harness.ts';

/** The adapter of one kind of agent program. Each is loaded when it is wanted: a worker pays for its own only. */
export async function harnessOf(kind: AgentKind): Promise<Harness> {
  switch (kind) {
    case 'command':
      return (await import('./command.ts')).commandHarness;
    case 'claude':
    case 'codex':
    case 'acp':
      throw new Error(`harness ${kind} is not built yet`);
    default:
      return kind satisfies never;
  }
}
