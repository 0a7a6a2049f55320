import { Failure } from '../../../app/failure.ts';
import { openLedger } from '../../../app/operations/by-hand.ts';
import { stepOf } from '../../../app/operations/manage.ts';
import { recording } from '../../../app/operations/recording.ts';
import { replayLedger } from '../../../app/operations/replay.ts';
import type { Replayed } from '../../../app/operations/replay.ts';
import { canonical } from '../../../format/canonical.ts';
import { count, examples } from '../command.ts';
import type { Define } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { plain } from '../plain.ts';
import { recordingLines } from '../recording-lines.ts';
import { statusLines } from '../status-lines.ts';
import { statusView } from '../status-view.ts';
import type { Style } from '../style.ts';

interface Asked {
  readonly until?: number;
  readonly fence?: number;
}

/** `coo replay`: the same decisions from the same inputs; or what was recorded of a step. */
export const defineReplay: Define = (program, act) => {
  program
    .command('replay')
    .description('decide every recorded input again, from the first entry: the same events must follow, byte for byte; with a step, play back what was recorded of it. Nothing is carried out')
    .argument('[step]', '<plan_id>/<step_id>: orders, commands, outputs, judgement and merge of this step')
    .option('--fence <n>', 'with a step: only this attempt', count)
    .option('--until <seq>', 'only up to this entry, and show how everything stood then', count)
    .addHelpText('after', examples('coo replay', 'coo replay --until 40', 'coo replay --json | jq .divergence', 'coo replay hello/greet', 'coo replay hello/greet --fence 2'))
    .action(async (step: string | undefined, { until, fence }: Asked) =>
      act(async ({ out, ledger }) => {
        if (step === undefined ? fence !== undefined : until !== undefined) throw new Failure({ code: 'USAGE', message: step === undefined ? '--fence names an attempt of a step' : '--until is for the whole ledger', fix: 'coo replay <plan_id>/<step_id> [--fence <n>], or: coo replay [--until <seq>]', exit: EXIT.usage });
        if (step !== undefined) {
          const recorded = await recording(await openLedger(await ledger()), stepOf(step), fence);
          out.show({ schema: 'coo/recording.v1', ...recorded }, () => recordingLines(recorded, out.style));
          return EXIT.ok;
        }
        const { replayed, stood, at_ms } = await replayLedger(await openLedger(await ledger()), until);
        const shown = until === undefined ? {} : { status: statusView(stood) };
        out.show({ schema: 'coo/replay.v1', ...replayed, ...shown }, () => [
          ...(until === undefined ? [] : [...statusLines(stood, { style: out.style, columns: out.columns, now_ms: at_ms, whole: true }), '']),
          ...replayedLines(replayed, out.style),
        ]);
        return replayed.same ? EXIT.ok : EXIT.ledger;
      }),
    );
};

function replayedLines({ same, until, inputs, events, other_engine, divergence }: Replayed, style: Style): readonly string[] {
  const other = other_engine === 0 ? [] : [style.dim(`${String(other_engine)} entries were decided by another version of the engine: folded, and not decided again`)];
  const looked = `${String(inputs)} inputs, ${String(events)} events, entries 1 to ${String(until)}`;
  if (same || divergence === null) return [...other, style.green(`the same decisions: ${looked}`)];
  const { seq, index, kind, expected, got, refused, message } = divergence;
  return [
    ...other,
    style.red(`other decisions from entry ${String(seq)} on, input ${String(index)} (${kind ?? 'none'}): ${plain(message)}`),
    `  the ledger holds:  ${expected === null ? 'nothing' : plain(canonical(expected))}`,
    `  what follows now:  ${refused ?? (got === null ? 'nothing' : plain(canonical(got)))}`,
    '  next:  coo verify',
  ];
}
