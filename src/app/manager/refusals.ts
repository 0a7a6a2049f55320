import { isUtf8 } from 'node:buffer';
import type { EventOf } from '../../kernel/event.ts';
import type { Input } from '../../kernel/input.ts';
import { busPaths } from '../layout.ts';
import type { LedgerSession } from '../ledger/session.ts';
import { writeRejected } from './rejected.ts';
import type { Reason } from './rejected.ts';
import { say } from './shared.ts';
import type { Desk } from './shared.ts';
import { handled } from './spool.ts';
import type { Spooled } from './spool.ts';

/** In the spool and beside its reason a name gets longer, and no system takes one of more than 255 bytes. */
const MAX_NAME_BYTES = 200;
/** A UTF-16 code unit is at most so many bytes of UTF-8. */
const MAX_UNIT_BYTES = 3;
/** A longer text is kept as the file that it came in. */
const MAX_TEXT_BYTES = 65_536;
/** Entries that are read back to find what became of a message. */
const LOOK_BACK = 1_000;

/** The bus's "no": its reason goes into `_bus/rejected`, and with it what was refused, as text or as it is. */
export class Refusals {
  readonly #desk: Desk;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** The refusal as the record has it. */
  input(item: Spooled, reason: Pick<Reason, 'code' | 'message'>): Input {
    return { type: 'refuse', name: item.name, what: item.kind, code: reason.code, message: reason.message.slice(0, 500), at_ms: this.#desk.world.clock.now() };
  }

  /** Tells why something of the spool was refused. False while it could not be told: then it stays where it is. `bytes`: undefined where they cannot be read. */
  async tell(item: Spooled, reasons: readonly Reason[], bytes: Uint8Array | undefined): Promise<boolean> {
    const [worktree] = this.#desk.worktrees;
    if (worktree === undefined) return false;
    const base = `${item.name.replace(/\.json$/, '')}.${String(item.mark.epoch)}-${String(item.mark.number)}`;
    this.#say(item.kind, item.name, reasons);
    return this.#keep(worktree, { path: item.path, base, what: item.kind, reasons, text: textOf(bytes) });
  }

  /** Takes something out of a folder of the bus that cannot even go into the spool. Without `bytes` it goes as it is: it may be somebody's work. */
  async moveAside(worktree: string, path: string, what: Spooled['kind'], reasons: readonly Reason[], bytes?: Uint8Array): Promise<void> {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const short = tooLong(name) === undefined ? name : name.slice(0, Math.floor(MAX_NAME_BYTES / MAX_UNIT_BYTES)).toWellFormed();
    const base = `${short}-${String(this.#desk.world.clock.now())}`;
    this.#say(what, name, reasons);
    const text = textOf(bytes);
    if ((await this.#keep(worktree, { path, base, what, reasons, text })) && text !== undefined) await this.#desk.world.files.remove(path);
  }

  #say(what: Spooled['kind'], name: string, reasons: readonly Reason[]): void {
    say(this.#desk, 'warn', `${what}.refused`, `${name}: ${reasons[0]?.message ?? 'refused'}`, { code: reasons[0]?.code ?? '' });
  }

  /** First the reason, with the text in it or the file beside it: killed in between, both are still there. */
  async #keep(worktree: string, refused: { readonly path: string; readonly base: string; readonly what: string; readonly reasons: readonly Reason[]; readonly text: string | undefined }): Promise<boolean> {
    const { world, folders } = this.#desk;
    const { path, base, what, reasons, text } = refused;
    const isTold = await writeRejected(this.#desk, worktree, base, what, reasons, text);
    if (!isTold || text !== undefined) return isTold;
    const folder = busPaths.rejected(worktree);
    return folders.tend(folder, 'telling', false, async () => {
      // A pipe holds nothing to keep, and whoever reads it waits for ever.
      if ((await world.files.info(path))?.kind === 'other') await world.files.remove(path);
      else await world.files.rename(path, `${folder}/${base}`);
      return true;
    });
  }
}

/** What can be kept as text; undefined for what is to be kept as it is. */
function textOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes !== undefined && bytes.length <= MAX_TEXT_BYTES && isUtf8(bytes) ? new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) : undefined;
}

/** Why the name of something is too long to be taken. */
export function tooLong(name: string): Reason | undefined {
  const bytes = Buffer.byteLength(name);
  return bytes <= MAX_NAME_BYTES ? undefined : { code: 'NAME_TOO_LONG', message: `has a name of ${String(bytes)} bytes; at most ${String(MAX_NAME_BYTES)} are taken`, fix: 'give it a shorter name' };
}

/** The refusal that stands in the same entry as the mark of a spooled message. */
export async function refusalOf(session: LedgerSession, item: Spooled): Promise<EventOf<'message.refused'> | undefined> {
  for (let seq = session.seq; seq > Math.max(0, session.seq - LOOK_BACK); seq -= 1) {
    const { entry } = await session.entry(seq);
    const marked = entry.events.some((event) => event.type === 'message.taken' && handled(item.mark, event.mark) && event.mark.epoch === item.mark.epoch);
    const refused = entry.events.find((event) => event.type === 'message.refused' && event.name === item.name);
    if (marked && refused?.type === 'message.refused') return refused;
  }
  return undefined;
}
