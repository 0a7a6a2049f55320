import { many } from '../../format/many.ts';
import { receiptVerdict } from '../../app/report/receipt-markdown.ts';
import { endWords, sessionWords } from '../../app/report/agent-use.ts';
import type { AgentRecord, CommandRecord, Run } from '../../format/run.ts';
import { commandText } from './command-text.ts';
import { duration } from './duration.ts';
import { plain, plainLines } from './plain.ts';
import type { Style } from './style.ts';

/** Lines of a command's output that are shown; the receipt holds more. */
const TAIL_LINES = 8;

/** A run receipt for a person. */
export function receiptLines(path: string, run: Run, style: Style): readonly string[] {
  const { order, who, change, judgement } = run;
  const good = run.result === 'passed';
  const took = duration(Date.parse(run.ended_at) - Date.parse(run.started_at));
  return [
    `${style.bold(plain(order.order_id))}  ${good ? style.green(run.result) : style.red(run.result)}`,
    `  verdict   ${receiptVerdict(run)}`,
    `  ordered   ${plain(order.objective)}`,
    `  by        ${plain(who.seat)}, harness ${plain(who.harness)} ${plain(who.harness_version)}, mode ${who.mode}, sandbox ${who.sandbox}`,
    `  when      ${plain(run.started_at)}, took ${took}`,
    `  started   from ${order.start_commit ?? 'nothing'}`,
    change === null ? '  change    none' : `  change    ${change.commit}: ${many(change.files, 'file')}, +${String(change.added)} -${String(change.removed)}`,
    ...named('outputs', run.outputs),
    ...named('proofs', run.receipts),
    ...run.commands.flatMap((command) => commandLines(command, style)),
    ...(judgement === null ? [] : judgement.checks.flatMap((command) => commandLines(command, style))),
    ...[...run.findings, ...(judgement?.findings ?? [])].map(({ code, message, path: at }) => `  ${style.red('finding')}   ${at === undefined ? '' : `${plain(at)}: `}${plain(message)} [${code}]`),
    ...(run.agent === undefined ? [] : agentLines(run.agent, style)),
    ...(run.narration === undefined ? [] : ['  it said (words, not evidence):', ...plainLines(run.narration).map((line) => `    ${line}`)]),
    style.dim(`  receipt   ${plain(path)}, written by the ${run.by}`),
  ];
}

function agentLines(agent: AgentRecord, style: Style): readonly string[] {
  const ended = plain(endWords(agent));
  return [
    ...sessionWords(agent).map((line, at) => `  ${(at === 0 ? 'agent' : '').padEnd(9)} ${plain(line)}`),
    `  ended     ${agent.end === 'done' ? ended : style.red(ended)}`,
    ...agent.denials.map((denial, at) => `  ${(at === 0 ? 'denied' : '').padEnd(9)} ${plain(denial)}`),
  ];
}

function named(title: string, files: readonly { readonly path: string; readonly sha256: string; readonly bytes: number }[]): readonly string[] {
  return files.map(({ path, sha256, bytes }, at) => `  ${(at === 0 ? title : '').padEnd(9)} ${plain(path)}  ${String(bytes)} bytes, sha256 ${sha256.slice(0, 12)}`);
}

function commandLines(command: CommandRecord, style: Style): readonly string[] {
  const text = commandText(command.sh ?? command.argv ?? []);
  const failed = command.exit !== 0;
  const ended = command.ending === 'exited' ? `exit ${String(command.exit)}` : command.signal === undefined ? command.ending.replace('_', ' ') : `${command.ending} by ${command.signal}`;
  const head = `  ${command.phase.padEnd(9)} ${text}  ${failed ? style.red(ended) : style.green(ended)}, ${duration(command.ms)}${command.cached === undefined ? '' : ', kept from another attempt'}`;
  const output = command.tail === '' ? command.head : command.tail;
  const shown = failed && output !== '' ? plainLines(output).slice(-TAIL_LINES) : [];
  return [head, ...shown.map((line) => style.dim(`    | ${line}`))];
}
