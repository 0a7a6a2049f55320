import { main } from '../faces/cli/main.ts';
import { processHost } from './host.ts';
import type { Standard } from './standard.ts';

/** Everything but what `coo.ts` answers itself, in one file to load. */
export function start(argv: readonly string[], version: string, stdout: Standard, stderr: Standard): Promise<number> {
  return main(argv, processHost(version, stdout, stderr));
}
