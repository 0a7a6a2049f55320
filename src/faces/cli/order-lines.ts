import type { Order } from '../../format/order.ts';
import { commandText } from './command-text.ts';
import { plain, plainLines } from './plain.ts';

/** What a work order asks for, for a person; the file holds the rest. */
export function orderLines(order: Order): readonly string[] {
  const { objective, prompt = '', commands = [], inputs, outputs, expected_receipts, scope, checks, answers = [], conflict } = order;
  return [
    ...titled('to do', [plain(objective), ...(prompt === '' || prompt === objective ? [] : plainLines(prompt))]),
    ...titled('by', commands.map(commandText)),
    ...titled('reads', inputs.map(plain)),
    ...titled('makes', outputs.map(plain)),
    ...titled('proof', expected_receipts.map(plain)),
    ...titled('within', (scope ?? []).map(plain)),
    ...titled('checked', [...checks.before, ...checks.after].map(commandText)),
    ...titled('answered', answers.flatMap(({ question, answer, by }) => [plain(question), `  ${plain(by)}: ${plain(answer)}`])),
    ...titled('conflict', (conflict?.paths ?? []).map(plain)),
  ];
}

const TITLE_COLUMNS = 9;

function titled(title: string, lines: readonly string[]): readonly string[] {
  return lines.map((line, at) => `  ${(at === 0 ? title : '').padEnd(TITLE_COLUMNS)} ${line}`);
}
