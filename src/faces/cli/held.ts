import { Failure } from '../../app/failure.ts';
import type { HeldStep, Word } from '../../app/operations/hold.ts';
import { stepOf } from '../../app/operations/manage.ts';
import type { Call } from './command.ts';
import { EXIT } from './exit-codes.ts';

export interface HeldOptions {
  readonly fence?: string;
  readonly token?: string;
}

const FENCE = /^[1-9][0-9]{0,8}$/;

/** Which claim a holder speaks of: what was typed, else what the attempt's environment says. */
export function heldStep(env: Readonly<Record<string, string>>, step: string | undefined, options: HeldOptions): HeldStep {
  const { COO_PLAN: plan, COO_STEP: own, COO_FENCE: fenced, COO_TOKEN: secret } = env;
  const here = plan === undefined || own === undefined ? undefined : `${plan}/${own}`;
  const subject = step ?? here;
  if (subject === undefined) throw new Failure({ code: 'USAGE', message: 'no step was named, and COO_PLAN and COO_STEP are not set', fix: 'write <plan_id>/<step_id>; coo status lists them', exit: EXIT.usage });
  // Fence and token of the environment belong to the environment's step, and to no other.
  const mine = subject === here;
  const fence = options.fence ?? (mine ? fenced : undefined);
  const token = options.token ?? (mine ? secret : undefined);
  if (fence !== undefined && !FENCE.test(fence)) throw new Failure({ code: 'USAGE', message: `--fence ${fence} is not a fence: it is a whole number from 1`, fix: `coo explain ${subject}`, exit: EXIT.usage });
  return { ...stepOf(subject), ...(fence === undefined ? {} : { fence: Number(fence) }), ...(token === undefined || token === '' ? {} : { token }) };
}

/** Folders of coo's own, which no step's change is made of. */
const OWN = /^(?:_plans|_bus|_report)\//;
const SHOWN = 3;

/** `done`, with the commit that a revision of this folder names. Without one it is HEAD, and then nothing may lie about that HEAD lacks. */
export async function wordOfDone({ host, folder }: Call, rev: string | undefined): Promise<Word> {
  const name = rev ?? 'HEAD';
  try {
    const commit = await host.revision(folder, name);
    // In an attempt the harness takes what lies about as well.
    const left = rev === undefined && (host.env['COO_INBOX'] ?? '') === '' ? (await (await host.operator(folder)).uncommitted()).filter((path) => !OWN.test(path)) : [];
    if (left.length > 0) {
      const more = left.length > SHOWN ? ` and ${String(left.length - SHOWN)} more` : '';
      throw new Failure({ code: 'UNCOMMITTED', message: `${left.slice(0, SHOWN).join(', ')}${more} in ${folder} ${left.length === 1 ? 'is' : 'are'} not committed, and would not be in what is judged`, fix: 'commit first, then again; or leave it out: coo done <step> --commit HEAD' });
    }
    return { kind: 'done', commit };
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    if (cause instanceof Error && 'fault' in cause) throw cause;
    throw new Failure({ code: 'REVISION_UNKNOWN', message: `${name} names no commit in ${folder}`, fix: 'commit your work first, or name the commit: coo done <step> --commit <id>', cause });
  }
}
