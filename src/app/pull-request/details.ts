import { byteCount } from '../../format/byte-count.ts';
import { commandText } from '../../format/command-text.ts';
import { mdBlock, mdCode, mdFold, mdText } from '../../format/markdown.ts';
import type { AgentRecord, CommandRecord, Run } from '../../format/run.ts';
import { many } from '../../format/many.ts';
import { duration } from '../../format/time-span.ts';
import type { Finding } from '../../kernel/event.ts';
import { endWords, sessionWords } from '../report/agent-use.ts';
import type { Attempt, StepFacts } from './facts.ts';

/** UTF-16 units of an objective, a finding or a word that are shown. */
const TEXT_UNITS = 500;
/** Lines of a failed command's output that are shown; the receipt holds more. */
const TAIL_LINES = 12;
const TAIL_UNITS = 2_000;
/** Of each list of an attempt. */
const MOST = 50;

/** A step, folded: what was ordered, and what each attempt did and showed. */
export function stepDetails({ step, attempts }: StepFacts): string {
  const lines = [
    `Ordered: ${mdText(step.spec.objective, TEXT_UNITS)}`,
    ...(step.why === null ? [] : [`Why it is ${step.status}: ${mdText(step.why, TEXT_UNITS)}`]),
    ...step.answers.map(({ question, answer, by }) => `Asked: ${mdText(question, TEXT_UNITS)} Answered by ${mdText(by)}: ${mdText(answer, TEXT_UNITS)}`),
    ...attempts.map(attemptDetails),
  ];
  return mdFold(`${mdCode(step.step_id)}: ${many(attempts.length, 'receipt')}`, lines.join('\n\n'));
}

/** One attempt, from its receipt. */
export function attemptDetails({ path, run }: Attempt): string {
  const { who, change, judgement } = run;
  const took = duration(Date.parse(run.ended_at) - Date.parse(run.started_at));
  return [
    `**Attempt ${String(run.order.fence)}: ${run.result.replace('_', ' ')}**, by ${mdText(who.seat)} (${mdText(who.harness)} ${mdText(who.harness_version)}, mode ${who.mode}, sandbox ${who.sandbox}), began ${run.started_at}, took ${took}`,
    ...(change === null ? [] : [`Change: ${mdCode(change.commit)}, ${many(change.files, 'file')}, +${String(change.added)} -${String(change.removed)}`]),
    ...listed([...run.findings, ...(judgement?.findings ?? [])], findingLine),
    ...listed([...run.commands, ...(judgement?.checks ?? [])], commandLine),
    ...(run.agent === undefined ? [] : [agentText(run.agent), ...listed(run.agent.denials, (denial) => `denied ${mdText(denial, TEXT_UNITS)}`)]),
    ...listed(run.outputs, ({ path: at, sha256, bytes }) => `output ${mdCode(at)}, ${byteCount(bytes)}, sha256 ${mdCode(sha256)}`),
    ...listed(run.receipts, ({ stored, sha256, bytes }) => `proof ${mdCode(stored)}, ${byteCount(bytes)}, sha256 ${mdCode(sha256)}`),
    ...(run.narration === undefined ? [] : [`It said (words, not evidence):\n\n${mdBlock(tail(run.narration))}`]),
    `Receipt: ${mdCode(path)}, written by the ${run.by}`,
  ].join('\n\n');
}

function agentText(agent: AgentRecord): string {
  return `Agent: ${sessionWords(agent).map((words) => mdText(words, TEXT_UNITS)).join('; ')}; ended: ${mdText(endWords(agent), TEXT_UNITS)}`;
}

function listed<T>(all: readonly T[], line: (one: T) => string): readonly string[] {
  if (all.length === 0) return [];
  const more = all.length > MOST ? [`- and ${String(all.length - MOST)} more, in the receipt`] : [];
  return [[...all.slice(0, MOST).map((one) => `- ${line(one)}`), ...more].join('\n')];
}

function findingLine({ code, message, path }: Finding): string {
  return `finding ${mdCode(code)}${path === undefined ? '' : ` in ${mdCode(path)}`}: ${mdText(message, TEXT_UNITS)}`;
}

function commandLine(command: CommandRecord): string {
  const failed = command.exit !== 0;
  const kept = command.cached === undefined ? '' : ', kept from another attempt';
  const output = command.tail === '' ? command.head : command.tail;
  const shown = failed && output !== '' ? `\n${mdBlock(tail(output)).replaceAll(/^/gm, '  ')}` : '';
  return `${command.phase} ${mdCode(commandText(command.sh ?? command.argv ?? []))}: ${endingOf(command)}, ${duration(command.ms)}${kept}${shown}`;
}

/** How a command ended, in words: `exit 1`, `signalled by SIGKILL`, `timed out`. */
export function endingOf({ ending, exit, signal }: Pick<Run['commands'][number], 'ending' | 'exit' | 'signal'>): string {
  if (ending === 'exited') return `exit ${String(exit)}`;
  return signal === undefined ? ending.replace('_', ' ') : `${ending} by ${signal}`;
}

function tail(text: string): string {
  return text.trimEnd().split('\n').slice(-TAIL_LINES).join('\n').slice(-TAIL_UNITS);
}
