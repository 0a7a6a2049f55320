import { isoTime } from '../../kernel/iso.ts';
import { Failure } from '../failure.ts';
import type { LedgerSession } from '../ledger/session.ts';
import type { Notice } from '../notify/notices.ts';
import { sendNotice } from '../notify/send.ts';
import type { World } from '../world.ts';

/** `coo notify --json`. */
export interface Notified {
  readonly schema: 'coo/notified.v1';
  readonly notice: Notice;
  /** The programs in their order; `why` where one did not take it. Arguments are left out: they may hold a secret. */
  readonly programs: readonly { readonly program: string; readonly why?: string }[];
}

/** Sends a sample to every program of `notify`, as a manager would send a notice. */
export async function notify(world: World, { state, seq }: LedgerSession): Promise<Notified> {
  const programs = state.org?.notify ?? [];
  if (programs.length === 0) throw new Failure({ code: 'NOTIFY_NONE', message: 'notify in _plans/coo.yaml names no program', fix: 'add one: notify: [["notify-send", "coo"]]', exit: 2 });
  const at = isoTime(world.clock.now());
  const notice: Notice = { schema: 'coo/notice.v1', id: `${state.ledger ?? ''}.${String(seq)}.sample`, kind: 'sample', at, repository: world.layout.worktree ?? world.layout.common, text: 'a sample: nothing happened', next: 'coo status' };
  const answers = await Promise.all(programs.map(async (argv, place) => ({ program: argv[0] ?? '', why: await sendNotice(world, argv, notice, place) })));
  return { schema: 'coo/notified.v1', notice, programs: answers.map(({ program, why }) => (why === undefined ? { program } : { program, why })) };
}
