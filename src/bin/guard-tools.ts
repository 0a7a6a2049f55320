import { openHistory } from '../adapters/git-history/open.ts';
import { secretlintScanner } from '../adapters/secretlint/scanner.ts';
import type { GuardTools } from '../app/guard/report.ts';

/** What the guard needs, and not a module more: a commit waits for it. */
export function guardTools(folder: string, env: Readonly<Record<string, string>>): GuardTools {
  return { history: openHistory({ folder, searchPath: env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin', env }), secrets: secretlintScanner() };
}
