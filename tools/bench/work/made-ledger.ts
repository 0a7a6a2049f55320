import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import { canonical, sha256Hex } from '../../../src/format/canonical.ts';
import { LedgerSession } from '../../../src/app/ledger/session.ts';
import type { Companion } from '../../../src/app/ledger/publish.ts';
import type { Offer } from '../../../src/app/step.ts';
import type { GitStore, Oid } from '../../../src/ports/git-store.ts';
import { makeHome, openWorld, publish } from './home.ts';
import { signing, trustOffer } from './signing.ts';
import { Recorder } from './recorder.ts';
import { cleanEnv, gitIn, packedRepo } from './scratch.ts';

export interface Shape {
  readonly name: string;
  /** Inputs that one entry records. */
  readonly atOnce: number;
  /** Stop at the first of these that is reached. */
  readonly entries?: number;
  readonly events?: number;
  readonly receipts?: number;
  /** Whether every entry but the first two is signed; not by default. */
  readonly isSigned?: boolean;
}

export interface MadeLedger {
  readonly folder: string;
  readonly ledger: string;
  readonly entries: number;
  readonly events: number;
  readonly receipts: number;
}

const CACHE = join(import.meta.dirname, '..', '..', '..', '.cache', 'bench');
const FILES = 50;

/**
 * A packed repository whose ledger a crew of ten left behind, copied into `folder` and made the home of that ledger. The app's own `step` decides and
 * renders; git's fast-import writes, so that it takes seconds. Kept under `.cache/bench` until what the app would write changes.
 */
export async function madeLedger(shape: Shape, folder: string): Promise<MadeLedger> {
  const kept = join(CACHE, `${shape.name}-${fingerprint(shape).slice(0, 12)}`);
  if (!existsSync(kept)) {
    const part = `${kept}.${String(process.pid)}`;
    mkdirSync(part, { recursive: true });
    const made = await build(shape, join(part, 'repo'));
    writeFileSync(join(part, 'made.json'), JSON.stringify(made));
    renameSync(part, kept);
  }
  cpSync(join(kept, 'repo'), folder, { recursive: true });
  const made = JSON.parse(readFileSync(join(kept, 'made.json'), 'utf8')) as MadeLedger;
  await makeHome(await openWorld(folder), made.ledger);
  return { ...made, folder };
}

/** Changes with anything that would make the ledger another one, without making it whole. */
function fingerprint(shape: Shape): string {
  const recorder = new Recorder();
  const sample = recorder.next(600).map(({ input, files = [] }) => [input, files.map((file) => [file.path, sha256Hex(file.bytes)])]);
  return sha256Hex(canonical([1, shape, sample]));
}

async function build(shape: Shape, folder: string): Promise<Omit<MadeLedger, 'folder'>> {
  packedRepo(folder, FILES);
  const real = await openWorld(folder);
  const world = { ...real, git: countingStore(), ...(shape.isSigned === true ? { keys: () => Promise.resolve(signing) } : {}) };
  const recorder = new Recorder();
  const first = recorder.next(2);
  const [start] = first;
  if (start?.input.type !== 'start') throw new Error('the crew does not begin with a ledger');
  const { ledger } = start.input;
  await makeHome(world, ledger);
  const session = await LedgerSession.open(world, 'all');
  const importing = fastImport(folder);
  const count = { entries: 0, events: 0 };
  const enough = (): boolean => count.entries >= (shape.entries ?? Infinity) || count.events >= (shape.events ?? Infinity) || recorder.receipts >= (shape.receipts ?? Infinity);
  const append = async (offers: readonly Offer[]): Promise<void> => {
    for (const entry of await publish(session, offers)) {
      count.entries += 1;
      count.events += eventsIn(entry.bytes);
      await importing.commit(count.entries, [entry, ...entry.files]);
    }
  };
  await append(first);
  if (shape.isSigned === true) await append([trustOffer(start.input.at_ms)]);
  while (!enough()) await append(recorder.next(shape.atOnce));
  await importing.end();
  gitIn(folder, ['update-ref', 'refs/coo/seen', 'refs/heads/coo/ledger']);
  gitIn(folder, ['repack', '-a', '-d', '-q', '-f']);
  rmSync(join(folder, '.git', 'coo'), { recursive: true });
  return { ledger, ...count, receipts: recorder.receipts };
}

function eventsIn(bytes: Uint8Array): number {
  return (JSON.parse(new TextDecoder().decode(bytes)) as { readonly events: readonly unknown[] }).events.length;
}

/** Objects get numbers for ids and are forgotten: only what `step` decides and renders is wanted of it. */
function countingStore(): GitStore {
  const refs = new Map<string, Oid | null>();
  let next = 0;
  return {
    format: 'sha1',
    idOf: () => String((next += 1)).padStart(40, '0'),
    ref: (name) => Promise.resolve(refs.get(name) ?? null),
    read: () => Promise.resolve(null),
    readMany: () => Promise.resolve(),
    write: () => Promise.resolve([]),
    swap: (changes) => {
      for (const { ref, after } of changes) refs.set(ref, after);
      return Promise.resolve({ kind: 'done' });
    },
    unlock: () => Promise.resolve({ kind: 'done' }),
    pack: () => Promise.resolve({ packed: false, looseLeft: 0 }),
    mended: () => [],
    close: () => Promise.resolve(),
  };
}

function fastImport(folder: string): { commit(seq: number, files: readonly Companion[]): Promise<void>; end(): Promise<void> } {
  const child = spawn('git', ['fast-import', '--quiet'], { cwd: folder, env: cleanEnv(folder), stdio: ['pipe', 'inherit', 'inherit'] });
  const ended = once(child, 'close');
  return {
    async commit(seq, files) {
      const message = `bench\n\nCoo-Seq: ${String(seq)}\n`;
      const parts: (string | Uint8Array)[] = [`commit refs/heads/coo/ledger\ncommitter coo <coo@localhost> ${String(1_893_456_000 + seq)} +0000\ndata ${String(message.length)}\n${message}\n`];
      for (const { path, bytes } of files) parts.push(`M 100644 inline ${path}\ndata ${String(bytes.length)}\n`, bytes, '\n');
      if (!child.stdin.write(Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part))))) await once(child.stdin, 'drain');
    },
    async end() {
      child.stdin.end();
      const [code] = (await ended) as [number | null];
      if (code !== 0) throw new Error(`git fast-import ended with ${String(code)}`);
    },
  };
}
