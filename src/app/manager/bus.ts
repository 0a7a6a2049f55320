import { readClaimRequest } from '../../format/claims.ts';
import { readMessage } from '../../format/messages.ts';
import type { Message } from '../../format/messages.ts';
import { sha256Hex } from '../../format/canonical.ts';
import { orderId, stepKey } from '../../kernel/ids.ts';
import type { Input } from '../../kernel/input.ts';
import type { FileInfo } from '../../ports/files.ts';
import { inWords, unfitFile } from '../faults.ts';
import { atOnce } from '../at-once.ts';
import { tryParse } from '../stored.ts';
import { mintToken, storeToken } from '../operations/tokens.ts';
import { requireEpoch } from '../step.ts';
import { busPaths, cooPaths } from '../layout.ts';
import { bringBack } from './bring-back.ts';
import { cleanMessage } from './clean-message.ts';
import { keepWork } from './kept-work.ts';
import { OddNames, notClaim, notUtf8 } from './odd-names.ts';
import type { Pending } from './offers.ts';
import type { Reason } from './rejected.ts';
import type { Desk } from './shared.ts';
import { Refusals, refusalOf, tooLong } from './refusals.ts';
import { settleTogether } from './settle-together.ts';
import { claimView, showMissing } from './views.ts';
import { Spool, byMark, handled } from './spool.ts';
import type { Spooled } from './spool.ts';

const MESSAGE_CAP = 1_048_576;
/** A claim file that does not parse may still be in the writing: this long unchanged, in milliseconds, and it is set aside. */
const HELD_UNKNOWN_MS = 2_000;
/** Taken in one look; the rest waits for the next, so that work and messages alternate. */
const BATCH = 1_000;

/** Messages and claim requests that come in as files. */
export class BusSource {
  readonly #desk: Desk;
  readonly #spool: Spool;
  readonly #refusals: Refusals;
  readonly #odd: OddNames;
  readonly #untold = new Set<Spooled>();
  #queued: Spooled[] = [];
  #started = false;

  constructor(desk: Desk) {
    this.#desk = desk;
    this.#spool = new Spool(desk.world, desk.epoch);
    this.#refusals = new Refusals(desk);
    this.#odd = new OddNames(desk);
  }

  /** What came in, as offers in the order it was taken; each is followed by the mark that says it is handled. */
  async scan(): Promise<{ readonly offers: readonly Pending[]; readonly again: boolean }> {
    const { folders, world, worktrees } = this.#desk;
    if (!this.#started) await folders.tend(cooPaths.spool(world.layout), 'taking', undefined, async () => this.#leftovers());
    if (!this.#started) return { offers: [], again: false };
    let again = false;
    await bringBack(this.#desk);
    for (const worktree of worktrees) {
      await folders.tend(busPaths.inbox(worktree), 'taking', undefined, async () => this.#takeMessages(worktree));
      again = (await folders.tend(busPaths.claims(worktree), 'taking', false, async () => this.#takeClaims(worktree))) || again;
    }
    // They were taken, or came back, several at a time. The mark says "up to here", so each has its turn.
    this.#queued.sort(byMark);
    const offers = settleTogether(await atOnce(this.#queued.splice(0, BATCH), async (item) => this.#offersOf(item)));
    return { offers, again: again || !this.#started || this.#queued.length > 0 };
  }

  /** Nothing taken that is not handled. */
  get empty(): boolean {
    return this.#queued.length === 0;
  }

  async #leftovers(): Promise<void> {
    const { session, epoch } = this.#desk;
    await this.#spool.open();
    await session.refresh();
    requireEpoch(session.state, epoch);
    this.#started = true;
    for (const item of await this.#spool.leftovers()) {
      if (!handled(item.mark, this.#desk.session.state.spool)) {
        this.#queued.push(item);
        continue;
      }
      await this.#tellAgain(item);
      await this.#drop(item);
    }
  }

  /** A manager that died between the record of a refusal and the word to its author: the record has the reason. */
  async #tellAgain(item: Spooled): Promise<void> {
    const refusal = await refusalOf(this.#desk.session, item);
    if (refusal === undefined) return;
    const info = await this.#desk.world.files.info(item.path);
    const bytes = info?.kind === 'file' && info.size <= MESSAGE_CAP ? await this.#desk.world.files.read(item.path, MESSAGE_CAP) : undefined;
    await this.#refuse(item, [{ code: refusal.code, message: refusal.message, fix: 'coo log' }], bytes);
    if (item.kind === 'claim' && info !== undefined) await this.#removeRequest(item, info.inode);
  }

  async #takeMessages(worktree: string): Promise<void> {
    const { files } = this.#desk.world;
    const folder = busPaths.inbox(worktree);
    const names = (await files.list(folder)).filter((name) => !name.startsWith('.') && name !== 'README.md');
    const kinds = await atOnce(names, async (name) => (await files.info(`${folder}/${name}`))?.kind);
    const wrong = names.map((name, at) => untakable(name, kinds[at]));
    // Taken in the order of their names: numbers are given as the takings begin.
    await atOnce(names.filter((_, at) => kinds[at] !== undefined && wrong[at] === undefined), async (name) => this.#took(await this.#spool.takeMessage(`${folder}/${name}`, name), `${folder}/${name}`));
    await this.#odd.tell(worktree, folder, 'message', oddOf(names.filter((_, at) => kinds[at] === undefined), notUtf8));
    for (const [at, reason] of wrong.entries()) if (reason !== undefined) await this.#refusals.moveAside(worktree, `${folder}/${names[at] ?? ''}`, 'message', [reason]);
  }

  /** Requests become spool items; views are left alone; what does not parse holds its step until it stood still for a while. */
  async #takeClaims(worktree: string): Promise<boolean> {
    const { files, clock } = this.#desk.world;
    const folder = busPaths.claims(worktree);
    const names = await files.list(folder);
    await showMissing(this.#desk.session, worktree, names);
    let again = false;
    const absent: string[] = [];
    for (const name of names) {
      if (name.startsWith('.') || !name.endsWith('.json')) continue;
      const path = `${folder}/${name}`;
      const info = await files.info(path);
      if (info === undefined) {
        absent.push(name);
        continue;
      }
      const wrong = unclaimable(name, info);
      if (wrong !== undefined) {
        await this.#refusals.moveAside(worktree, path, 'claim', [wrong]);
        continue;
      }
      const bytes = await files.read(path, MESSAGE_CAP);
      const read = readClaimRequest(bytes, name);
      if (read.ok && read.request === null) {
        await this.#checkView(worktree, name, bytes);
        continue;
      }
      if (!read.ok && clock.now() - info.mtimeMs < HELD_UNKNOWN_MS) {
        again = true;
        continue;
      }
      if (!read.ok) {
        await this.#refusals.moveAside(worktree, path, 'claim', read.faults, bytes);
        continue;
      }
      if (this.#queued.some((item) => item.kind === 'claim' && item.name === name)) continue;
      await this.#took(await this.#spool.takeClaim(path, name), path);
    }
    await this.#odd.tell(worktree, folder, 'claim', new Map([...oddOf(absent, notUtf8), ...oddOf(names, notClaim)]));
    return again;
  }

  /** What is still there could not be taken because the spool is gone: it is opened anew, which proves our epoch again. */
  async #took(item: Spooled | undefined, path: string): Promise<void> {
    if (item !== undefined) this.#queued.push(item);
    else if ((await this.#desk.world.files.info(path)) !== undefined) this.#started = false;
  }

  /** A view is only shown, never believed: one that is not of the live claim goes, or is written again. */
  async #checkView(worktree: string, name: string, bytes: Uint8Array): Promise<void> {
    const { world, session } = this.#desk;
    const view = tryParse<{ readonly fence?: unknown; readonly nonce?: unknown; readonly seat?: unknown }>(bytes);
    const [plan_id = '', step_id = ''] = name.replace(/\.json$/, '').split('.');
    const claim = session.state.claims.get(stepKey(plan_id, step_id));
    const path = busPaths.claim(worktree, plan_id, step_id);
    if (claim !== undefined) {
      const same = view?.fence === claim.fence && view.nonce === claim.nonce && view.seat === claim.seat;
      if (!same) await world.files.replaceView(path, claimView(session, claim));
      return;
    }
    const granted = session.state.plans.get(plan_id)?.steps.get(step_id)?.fence ?? 0;
    if (typeof view?.fence !== 'number' || view.fence > granted) {
      await this.#refusals.moveAside(worktree, `${busPaths.claims(worktree)}/${name}`, 'claim', [{ code: 'CLAIM_FORGED', message: `shows a fence that was never granted (${String(view?.fence)})`, fix: 'ask for the step with a request: no fence in it' }], bytes);
    } else await world.files.remove(`${busPaths.claims(worktree)}/${name}`);
  }

  async #offersOf(item: Spooled): Promise<readonly Pending[]> {
    const done: Pending = { input: { type: 'taken', mark: item.mark, at_ms: this.#desk.world.clock.now() }, settle: async (answer) => this.#handledItem(item, answer) };
    const read = await this.#spool.read(item, MESSAGE_CAP);
    if (typeof read === 'string') return [this.#refusal(item, [{ code: 'MESSAGE_UNREADABLE', message: read, fix: 'write a small regular file that all may read' }], undefined), done];
    return item.kind === 'claim' ? [...(await this.#claimOffers(item, read.bytes, read.inode)), done] : [...(await this.#messageOffers(item, read.bytes)), done];
  }

  async #messageOffers(item: Spooled, bytes: Uint8Array): Promise<readonly Pending[]> {
    const read = readMessage(bytes, item.name);
    if (!read.ok) return [this.#refusal(item, read.faults, bytes)];
    const lost = await keepWork(this.#desk, read.message);
    if (lost !== undefined) return [this.#refusal(item, [lost], bytes)];
    const message = await cleanMessage(this.#desk.world, read.message);
    return [{ input: inputOf(message, this.#desk.world.clock.now()), otherwise: (rejection) => this.#refusals.input(item, rejection), settle: (answer) => this.#answered(item, bytes, answer) }];
  }

  async #claimOffers(item: Spooled, bytes: Uint8Array, inode: number): Promise<readonly Pending[]> {
    const { world } = this.#desk;
    const read = readClaimRequest(bytes, item.name);
    if (!read.ok || read.request === null) return [this.#refusal(item, read.ok ? [] : read.faults, bytes)];
    const { plan_id, step_id, seat, nonce } = read.request;
    const token = mintToken(world);
    const input = { type: 'claim', plan_id, step_id, seat, nonce, token_sha256: token.sha256, kind: 'held', at_ms: world.clock.now() } as const;
    return [
      {
        input,
        otherwise: (rejection) => (rejection.code === 'UNCHANGED' ? undefined : this.#refusals.input(item, rejection)),
        settle: async (answer) => {
          if (answer === undefined) return;
          const granted = answer.ok ? answer.events.find((event) => event.type === 'step.claimed') : undefined;
          if (granted !== undefined) await storeToken(world, orderId(plan_id, step_id, granted.fence), token.token);
          if (answer.ok || answer.rejection.code === 'UNCHANGED') return;
          await this.#answered(item, bytes, answer);
          await this.#removeRequest(item, inode);
        },
      },
    ];
  }

  /** The request's name is free again, unless something else stands under it by now. */
  async #removeRequest(item: Spooled, inode: number): Promise<void> {
    for (const worktree of this.#desk.worktrees) {
      const path = `${busPaths.claims(worktree)}/${item.name}`;
      if ((await this.#desk.world.files.info(path))?.inode === inode) await this.#desk.world.files.remove(path);
    }
  }

  /** A refusal goes into the record and, with its reason, into `_bus/rejected`. */
  async #answered(item: Spooled, bytes: Uint8Array, answer: Parameters<NonNullable<Pending['settle']>>[0]): Promise<void> {
    if (answer === undefined || answer.ok) return;
    await this.#refuse(item, [answer.rejection], bytes);
  }

  #refusal(item: Spooled, reasons: readonly Reason[], bytes: Uint8Array | undefined): Pending {
    const input = this.#refusals.input(item, reasons[0] ?? { code: 'UNREADABLE', message: 'unreadable' });
    return { input, settle: async (answer) => (answer?.ok === true ? this.#refuse(item, reasons, bytes) : undefined) };
  }

  async #refuse(item: Spooled, reasons: readonly Reason[], bytes: Uint8Array | undefined): Promise<void> {
    if (!(await this.#refusals.tell(item, reasons, bytes))) this.#untold.add(item);
  }

  /** What could not be told stays in the spool: the next manager tries again. */
  async #drop(item: Spooled): Promise<void> {
    if (!this.#untold.delete(item)) await this.#spool.remove(item);
  }

  async #handledItem(item: Spooled, answer: Parameters<NonNullable<Pending['settle']>>[0]): Promise<void> {
    if (answer !== undefined) return this.#drop(item);
    this.#queued.push(item);
    return undefined;
  }
}

function oddOf(names: readonly string[], why: (name: string) => Reason | undefined): ReadonlyMap<string, Reason> {
  return new Map(names.flatMap((name) => {
    const reason = why(name);
    return reason === undefined ? [] : [[name, reason] as const];
  }));
}

/** Why a message is not even taken. A link goes into the spool as it is, and is refused there. */
function untakable(name: string, kind: FileInfo['kind'] | undefined): Reason | undefined {
  if (kind === undefined) return undefined;
  return kind === 'folder' ? { code: 'MESSAGE_UNREADABLE', message: 'is a folder, not a file', fix: 'write a small regular file' } : tooLong(name);
}

/** Why a file among the claims is not even read. */
function unclaimable(name: string, info: FileInfo): Reason | undefined {
  if (info.kind !== 'file') return { code: 'CLAIM_NOT_FILE', message: `is ${inWords(info.kind)}, not a file`, fix: 'write a regular file' };
  return unfitFile(info, MESSAGE_CAP) ?? tooLong(name);
}

/** A message as the kernel's input. */
function inputOf(message: Message, at_ms: number): Input {
  if (message.type === 'note') return { type: 'note', by: message.by ?? 'file', text: message.text, at_ms, ...(message.plan_id === undefined ? {} : { plan_id: message.plan_id }), ...(message.step_id === undefined ? {} : { step_id: message.step_id }) };
  if (message.type === 'seat.join') return { type: 'join', seat: message.seat, roles: message.roles, at_ms };
  const { plan_id, step_id, fence } = message;
  const at = { plan_id, step_id, fence, at_ms, ...(message.token === undefined ? {} : { token_sha256: sha256Hex(message.token) }) };
  switch (message.type) {
    case 'step.progress':
      return { ...at, type: 'progress', text: message.text };
    case 'step.question':
      return { ...at, type: 'question', to: message.to, text: message.text };
    case 'step.blocked':
      return { ...at, type: 'block', reason: message.reason };
    case 'claim.release':
      return { ...at, type: 'release', reason: message.reason ?? 'released' };
    case 'step.done':
      return { ...at, type: 'done', commit: message.commit };
    default:
      return message satisfies never;
  }
}

