import { guardCommit } from '../app/guard/staged.ts';
import { EXIT } from '../faces/cli/exit-codes.ts';
import { guardLines } from '../faces/cli/guard-lines.ts';
import { styleFor } from '../faces/cli/style.ts';
import { guardTools } from './guard-tools.ts';
import type { Standard } from './standard.ts';

/**
 * `coo guard pre-commit` as a hook calls it, without the command line's parser: half of its time. Undefined where something is not as it should be:
 * then the command line runs it again and says what.
 */
export async function guardCommitHere(stdout: Standard): Promise<number | undefined> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined) env[name] = value;
  try {
    const tools = guardTools(process.cwd(), env);
    const report = await guardCommit(tools);
    await tools.history.close();
    stdout.write(`${guardLines(report, styleFor({ env }, stdout)).join('\n')}\n`);
    return report.verdict === 'passed' ? EXIT.ok : EXIT.denied;
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}
