import { EXIT } from './exit-codes.ts';
import { HELP } from './help.ts';
import type { Host } from './host.ts';
import type { Output } from './output.ts';

/** What is said where no command was named. */
export function showFront(host: Host, out: Output, wants: 'help' | 'version'): number {
  if (wants === 'version') out.show({ schema: 'coo/version.v1', version: host.version }, () => [host.version]);
  else out.help(null, HELP);
  return EXIT.ok;
}
