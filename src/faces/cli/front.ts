import { didYouMean } from '../../format/suggest.ts';
import { reportUsage } from './errors.ts';
import { EXIT, exitRows } from './exit-codes.ts';
import { HELP } from './help.ts';
import type { Host } from './host.ts';
import type { Output } from './output.ts';

/** What is said where no command was named. */
export function showFront(host: Host, out: Output, wants: 'help' | 'version'): number {
  if (wants === 'version') out.show({ schema: 'coo/version.v1', version: host.version }, () => [host.version]);
  else out.help(null, HELP);
  return EXIT.ok;
}

/** `coo help <topic>`, where the topic is no command. */
export function showTopic(out: Output, topic: string, commands: readonly string[]): number {
  if (topic !== 'exit-codes') return out.fail(reportUsage(`there is no help about ${topic}`, didYouMean(topic, [...commands, 'exit-codes'], 'coo --help')));
  const lines = exitRows().map(([code, meaning]) => `  ${String(code).padStart(3)}  ${meaning}`);
  out.help(null, ['Exit codes of every command', '', ...lines, ''].join('\n'));
  return EXIT.ok;
}
