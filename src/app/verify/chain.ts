import { sha256Hex } from '../../format/canonical.ts';
import { approvalFault, approvedBy } from '../../format/approval-signature.ts';
import { checkSignatureAside } from '../../format/entry-signature.ts';
import type { SignatureVerdict } from '../../format/entry-signature.ts';
import { entryPath, loadEntry, parseEntry } from '../../format/entry.ts';
import type { Entry, LoadedEntry, ParsedEntry } from '../../format/entry.ts';
import { loadShapes } from '../../format/validate.ts';
import type { Shapes } from '../../format/validate.ts';
import type { Event } from '../../kernel/event.ts';
import { apply } from '../../kernel/fold.ts';
import { violations } from '../../kernel/invariants.ts';
import { ENGINE } from '../../kernel/limits.ts';
import { emptyState } from '../../kernel/state.ts';
import type { State } from '../../kernel/state.ts';
import type { GitStore } from '../../ports/git-store.ts';
import type { Leaf } from '../ledger/tree.ts';
import { Attempts } from './attempts.ts';
import { FILE_CAP, shapeFault } from './files.ts';
import type { FormFault } from './files.ts';
import { isRecordedOnce, SHAPE_FIX } from './findings.ts';
import type { Findings } from './findings.ts';
import { takenIn } from './snapshots.ts';
import type { TakenSnapshot } from './snapshots.ts';
import { ALIKE_SINCE, holdsTheRest, replay } from './replay.ts';
import { textsAbsent } from './texts.ts';
import { checkpointIn, otherViews, overtakenViews } from './views.ts';
import type { Checkpoint, OtherView } from './views.ts';

/** Entries that are checked; those before are folded, those after are left alone. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** What an entry commits. */
export interface NamedFiles {
  readonly seq: number;
  readonly files: Entry['files'];
}

/** What the entries say, when all of them were met. */
export interface Chain {
  readonly state: State;
  /** Path -> sha256 of the newest. */
  readonly named: Map<string, string>;
  readonly entries: readonly NamedFiles[];
  readonly attempts: Attempts;
  readonly views: readonly OtherView[];
  readonly snapshots: readonly TakenSnapshot[];
  /** Entries without a signature. */
  readonly unsigned: number;
  /** Entries that another engine decided: theirs is not decided again. */
  readonly otherEngine: number;
}

/** An entry's file in the tree. */
export type EntryLeaf = Leaf & { readonly seq: number };

/** Every entry byte for byte, linked to the one before; its schema, signature, fences and epoch; and that its events are what follows from its inputs. */
export async function checkChain(git: Pick<GitStore, 'readMany' | 'idOf'>, leaves: readonly EntryLeaf[], range: Range, findings: Findings): Promise<Chain> {
  const walk = new ChainWalk(await loadShapes(), range, findings);
  const ids = leaves.map((leaf) => leaf.id);
  await git.readMany(ids, FILE_CAP, (blob, at) => {
    const leaf = leaves[at];
    if (leaf === undefined) return;
    // What an entry's bytes are, the next one's link tells; of the last one nothing else but its id.
    const isWhole = blob !== null && (at < ids.length - 1 || git.idOf(blob) === leaf.id);
    if (isWhole) walk.entry(leaf, blob.bytes);
    else walk.absent(leaf, blob === null ? 'not in this clone' : 'damaged in this clone');
  });
  const chain = await walk.end();
  return { ...chain, views: [...chain.views, ...(await overtakenViews(git, leaves, walk.overtaken))] };
}

type Sound<E> = Extract<ParsedEntry<E>, { readonly ok: true }>;

/** Whether it was read as a whole, and not only as a load does. */
function isWhole(parsed: Sound<Entry> | Sound<LoadedEntry>): parsed is Sound<Entry> {
  return 'inputs' in parsed.entry;
}

/** Events of which more is read than that they follow again. */
function isReadFirst(event: Event | null): boolean {
  return holdsTheRest(event) || event?.type === 'plan.approved' || event?.type === 'policy.approved';
}

function isKnown(engine: number): boolean {
  return engine >= ALIKE_SINCE && engine <= ENGINE;
}

class ChainWalk {
  readonly #shapes: Shapes;
  readonly #range: Range;
  readonly #findings: Findings;
  readonly #state = emptyState();
  readonly #named = new Map<string, string>();
  readonly #entries: NamedFiles[] = [];
  readonly #attempts: Attempts;
  readonly #views: OtherView[] = [];
  readonly #snapshots: TakenSnapshot[] = [];
  /** Those that are still looked at. */
  readonly #signatures = new Set<Promise<void>>();
  readonly #badSignatures = new Map<string, SignatureVerdict & { readonly kind: 'bad' }>();
  #prev = '';
  #expected = 1;
  #unsigned = 0;
  #otherEngine = 0;
  /** Checkpoints of an entry that another one came after meanwhile. */
  readonly overtaken: Checkpoint[] = [];
  /** Whether every entry went into the fold: without one, the state is unsound for a reason that is told already. */
  #isWhole = true;
  /** Whether what was decided so far is what follows: one that does not changes what follows from all others. */
  #isDecided = true;

  constructor(shapes: Shapes, range: Range, findings: Findings) {
    this.#shapes = shapes;
    this.#range = range;
    this.#findings = findings;
    this.#attempts = new Attempts(findings);
  }

  absent(leaf: EntryLeaf, how: string): void {
    this.#follow(leaf);
    this.#findings.say('BLOB_ABSENT', leaf.path, `blob ${leaf.id} is ${how}`, 'git fetch, then coo verify');
    this.#prev = '';
    this.#isWhole = false;
  }

  entry(leaf: EntryLeaf, bytes: Uint8Array): void {
    this.#follow(leaf);
    const isChecked = leaf.seq >= this.#range.from && leaf.seq <= this.#range.to;
    const parsed = isChecked ? parseEntry(bytes, leaf.path) : loadEntry(bytes, leaf.path);
    if (!parsed.ok) {
      this.#findings.say(parsed.fault.code, leaf.path, parsed.fault.message);
      this.#prev = sha256Hex(bytes);
      this.#isWhole = false;
      return;
    }
    const { entry } = parsed;
    if (entry.prev !== this.#prev) this.#findings.say('LEDGER_LINK', leaf.path, `entry ${String(leaf.seq)} does not continue the entry before it`);
    this.#prev = parsed.sha256;
    const whole = isWhole(parsed) ? parsed : undefined;
    // What the kernel decides again has the right form, if it is the same.
    const shaped = whole === undefined || this.#isDecidedAgain(whole.entry) ? entry.events.filter(isReadFirst) : entry.events;
    if (whole !== undefined && !this.#isShaped(whole, shaped, leaf.path)) return;
    if (entry.seq !== leaf.seq) this.#findings.say('ENTRY_MISPLACED', leaf.path, `holds entry ${String(entry.seq)}`);
    if (this.#state.ledger !== null && entry.ledger !== this.#state.ledger) this.#findings.say('LEDGER_OTHER', leaf.path, `belongs to ledger ${entry.ledger}`);
    for (const file of entry.files) this.#name(file, entry.seq);
    this.#entries.push({ seq: leaf.seq, files: entry.files });
    if (whole === undefined) {
      for (const event of entry.events) this.#meet(event, leaf.path);
      return;
    }
    this.#sign(whole, shaped, leaf.path);
    this.#check(whole, leaf.path);
  }

  async end(): Promise<Chain> {
    await Promise.all(this.#signatures);
    for (const [path, { code, message }] of [...this.#badSignatures].sort(([a], [b]) => (a < b ? -1 : 1))) this.#findings.say(code, path, message);
    if (this.#isWhole) for (const message of violations(this.#state)) this.#findings.say('STATE_UNSOUND', entryPath(this.#expected - 1), message, 'report this as a bug');
    return { state: this.#state, named: this.#named, entries: this.#entries, attempts: this.#attempts, views: this.#views, snapshots: this.#snapshots, unsigned: this.#unsigned, otherEngine: this.#otherEngine };
  }

  #follow(leaf: EntryLeaf): void {
    if (leaf.seq !== this.#expected) this.#findings.say('LEDGER_GAP', entryPath(this.#expected), `entry ${String(this.#expected)} is missing`);
    this.#expected = leaf.seq + 1;
  }

  /** Whether the entry has the form of its schema, as to these of its events. One that has not is not folded. */
  #isShaped({ entry, digest, signature }: Sound<Entry>, events: Entry['events'], path: string): boolean {
    const faultWith = (some: Entry['events']): FormFault | undefined => shapeFault(this.#shapes, 'entry', { ...entry, events: some, digest, ...(signature === undefined ? {} : { signature }) });
    // Said of all events, so that the place is that in the file.
    const fault = faultWith(events) === undefined ? undefined : faultWith(entry.events);
    if (fault === undefined) return true;
    this.#findings.say(fault.code, path, fault.message, SHAPE_FIX);
    this.#isWhole = false;
    return false;
  }

  #isDecidedAgain({ engine }: Entry): boolean {
    return isKnown(engine) && this.#isWhole && this.#isDecided;
  }

  /** By the signers that the entries before it brought. The answer may come later, and is said at the end. */
  #sign(parsed: Sound<Entry>, shaped: Entry['events'], path: string): void {
    const verdict = checkSignatureAside(parsed, this.#state.signers, this.#state.org?.mode ?? 'dev');
    if (parsed.signature === undefined) this.#unsigned += 1;
    for (const event of shaped) {
      const approved = approvedBy(event, parsed.entry.ledger);
      const fault = approved === undefined ? undefined : approvalFault(approved, this.#state.signers, this.#state.org?.mode ?? 'dev');
      if (fault !== undefined) this.#findings.say(fault.code, path, `the approval ${fault.message}`);
    }
    if (!(verdict instanceof Promise)) return this.#judgeSignature(verdict, path);
    const open = verdict.then((late) => {
      this.#judgeSignature(late, path);
      this.#signatures.delete(open);
    });
    // Told when all are waited for.
    open.catch(() => undefined);
    this.#signatures.add(open);
    return undefined;
  }

  #judgeSignature(verdict: SignatureVerdict, path: string): void {
    if (verdict.kind === 'bad') this.#badSignatures.set(path, verdict);
  }

  #check(parsed: Sound<Entry>, path: string): void {
    const { entry } = parsed;
    const epoch = this.#state.epoch?.number ?? 0;
    if (this.#isWhole) {
      const checkpoint = checkpointIn(entry);
      if (checkpoint !== undefined && checkpoint.as_of < entry.seq - 1) this.overtaken.push(checkpoint);
      else if (checkpoint !== undefined) this.#views.push(...otherViews(this.#state, checkpoint));
    }
    if (entry.engine > ENGINE) this.#findings.say('ENGINE_NEWER', path, `was decided by engine ${String(entry.engine)}; this coo knows engines up to ${String(ENGINE)}`, 'upgrade coo: npm install --global git-coo@latest');
    if (!isKnown(entry.engine)) this.#otherEngine += 1;
    if (this.#isDecidedAgain(entry)) {
      let isShaped = true;
      const fault = replay(this.#state, entry, (event) => this.#look(event, path), () => (isShaped = this.#isShaped(parsed, entry.events, path)));
      if (!isShaped) return;
      if (fault !== undefined) this.#findings.say('DECISION_OTHER', path, `its inputs, decided again, do not give its events: ${fault.message}; what came after it is not decided again`);
      this.#isDecided = fault === undefined;
    } else {
      for (const event of entry.events) this.#meet(event, path);
    }
    this.#attempts.close(this.#state, entry, path, epoch);
    for (const message of textsAbsent(entry)) this.#findings.say('TEXT_UNNAMED', path, message);
  }

  #meet(event: Event, path: string): void {
    this.#look(event, path);
    apply(this.#state, event);
  }

  /** At an event before it is folded. */
  #look(event: Event, path: string): void {
    this.#attempts.meet(this.#state, event, path);
    if (event.type === 'snapshot.taken') this.#snapshots.push(takenIn(this.#state, event, path, this.#isWhole));
  }

  /** What is recorded once stays as it is: a later entry that gives it another digest is found, and the first one counts. */
  #name({ path, sha256 }: Entry['files'][number], seq: number): void {
    const before = this.#named.get(path);
    if (before !== undefined && before !== sha256 && isRecordedOnce(path)) {
      const first = this.#entries.find(({ files }) => files.some((file) => file.path === path));
      this.#findings.say('RECORD_REWRITTEN', path, `entry ${String(seq)} gives it another digest than entry ${String(first?.seq ?? seq)} did`);
      return;
    }
    this.#named.set(path, sha256);
  }
}
