import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyDelta } from '../../src/adapters/git-store/delta.ts';
import { parseHeader } from '../../src/adapters/git-store/encode.ts';
import { PackIndex } from '../../src/adapters/git-store/pack-index.ts';
import { parseInfo } from '../../src/adapters/git-store/cat-session.ts';
import { parseTree } from '../../src/adapters/git-work/tree.ts';
import { readCacheHead } from '../../src/app/ledger/cache.ts';
import { readHome } from '../../src/app/ledger/home.ts';
import { readResult, readStart } from '../../src/app/manager/results.ts';
import { tryParse } from '../../src/app/stored.ts';
import type { LedgerWorld, World } from '../../src/app/world.ts';
import { readClaimRequest } from '../../src/format/claims.ts';
import { renderDefaultOrg } from '../../src/format/default-org.ts';
import { checkSignature } from '../../src/format/entry-signature.ts';
import { parseEntry } from '../../src/format/entry.ts';
import { parseFile, parseProven } from '../../src/format/file.ts';
import { decodeCommit, decodeTree, encodeTree } from '../../src/format/git-object.ts';
import { mdBlock, mdCode, mdText } from '../../src/format/markdown.ts';
import { readMessage } from '../../src/format/messages.ts';
import { parseOrder } from '../../src/format/order.ts';
import { readOrg } from '../../src/format/org.ts';
import { readPlan } from '../../src/format/plan.ts';
import { parseRemoteUrl } from '../../src/format/remote-url.ts';
import { shapeFault } from '../../src/format/record-shape.ts';
import { parseRun } from '../../src/format/run.ts';
import { readSigners } from '../../src/format/signers.ts';
import { keyOfSeed, readPrivateKey, renderPrivateKey } from '../../src/format/ssh-key.ts';
import { readStrictJson } from '../../src/format/strict-json.ts';
import { readYaml } from '../../src/format/yaml.ts';
import type { Signers } from '../../src/kernel/signers.ts';

/** One reader of bytes from outside: a text that it takes, to be mangled, and the reading, which may fail only by an error with a code. */
export interface OutsideReader {
  readonly name: string;
  readonly good: Uint8Array;
  readonly read: (bytes: Uint8Array) => unknown;
}

const GOLDEN = join(import.meta.dirname, '..', 'golden', 'forms');
const golden = (name: string): Uint8Array => readFileSync(join(GOLDEN, name));
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const json = (value: unknown): Uint8Array => text(JSON.stringify(value));

const OID = 'a'.repeat(40);
const DEFAULTS = { target: 'main', integrate: 'merge' } as const;
const PLAN = { plan_id: 'p', title: 't', steps: [{ step_id: 's', objective: 'o', commands: ['true', ['echo', 'a']], outputs: ['a/**'], budget: { wall: '1m' } }, { step_id: 'z', objective: 'o', depends_on: ['s'] }] };
const ORG = text(renderDefaultOrg({ target: 'main', integrate: 'merge', email: null, setup: [], checks: ['npm test'] }));
const CLAIM = { plan_id: 'p', step_id: 's', seat: 'dev-1', nonce: 'n' };
const DONE = { type: 'step.done', plan_id: 'p', step_id: 's', fence: 1, token: 't', commit: OID };
const HOME = { schema: 'coo/home.v1', ledger: 'l', prefix: 'coo', host: 'h', path: '/r', inode: 1 };
const START = { schema: 'coo/start.v1', order_id: 'p.s.1', owner: { boot: 'b', host: 'h', pidns: 'n', pid: 1, started: '1', nonce: 'x' }, dedicated: true };
const RESULT = { schema: 'coo/result.v1', order_id: 'p.s.1', result: 'passed', commit: null, pack: false, findings: [], receipts: [], commands: [], started_at_ms: 1, ended_at_ms: 2, narration: null, fingerprint: '', harness: { kind: 'shell', version: '1' } };
const CACHE = { schema: 'coo/cache.v5', engine: 1, head: OID, seq: 1, prev: OID, state: {}, plans: [] };
const KEY = keyOfSeed(Buffer.alloc(32, 1), 'coo');
const SIGNER_KEY = renderPrivateKey(KEY, Buffer.alloc(32, 1), 1);
const SIGNERS: Signers = { version: 1, digest: OID, signers: [{ principal: 'op@example.com', key: KEY.public.line, roles: ['coordinator'] }] };
const SIGNERS_TEXT = `version: 1\nsigners:\n  - {principal: ann, key: ${KEY.public.line} coo, roles: [coordinator, person], valid_from: 2027-01-31, valid_until: 2027-02-01T08:00:00Z, email: a@b}\n`;
/** Of one object: header, how many ids begin with each byte, the id, its checksum, its place, two checksums of 20 bytes. */
const PACK_INDEX = Buffer.concat([Buffer.from('ff744f6300000002', 'hex'), Buffer.alloc(0xaa * 4), Buffer.alloc((256 - 0xaa) * 4, Buffer.from([0, 0, 0, 1])), Buffer.from(OID, 'hex'), Buffer.alloc(8 + 40)]);
const TREE = encodeTree([{ name: 'a', mode: '100644', id: OID }, { name: 'b', mode: '40000', id: OID }], 'sha1');

/** A world of one file, which is whatever file is asked for. */
function worldOf(bytes: Uint8Array): LedgerWorld & World {
  const files = { info: () => Promise.resolve({ kind: 'file', size: bytes.length }), read: () => Promise.resolve(bytes) };
  return { files, layout: { common: '/r', coo: '/r/coo', worktree: null } } as unknown as LedgerWorld & World;
}

/** Every reader of bytes that somebody else may have written. */
export const READERS: readonly OutsideReader[] = [
  { name: 'yaml', good: ORG, read: (bytes) => readYaml('f.yaml', bytes) },
  { name: 'strict-json', good: json(PLAN), read: (bytes) => readStrictJson('f.json', bytes) },
  { name: 'plan.yaml', good: text('plan_id: p\ntitle: t\nsteps:\n  - step_id: s\n    objective: |\n      one\n      two\n    commands: ["true", [echo, a]]\n  - {step_id: z, objective: "o", depends_on: [s]} # x\n'), read: (bytes) => readPlan('p.plan.yaml', bytes, DEFAULTS) },
  { name: 'plan.json', good: json(PLAN), read: (bytes) => readPlan('p.plan.json', bytes, DEFAULTS) },
  { name: 'organisation', good: ORG, read: (bytes) => readOrg('coo.yaml', bytes, { prefix: 'coo' }) },
  { name: 'claim', good: json(CLAIM), read: (bytes) => readClaimRequest(bytes, 'p.s.json') },
  { name: 'message.json', good: json(DONE), read: (bytes) => readMessage(bytes, 'm.json') },
  { name: 'message.yaml', good: text('type: step.blocked\nplan_id: p\nstep_id: s\nfence: 1\nreason: >-\n  a\n  b\n'), read: (bytes) => readMessage(bytes, 'm.yaml') },
  { name: 'entry', good: golden('every-kind.entry.json'), read: (bytes) => parseEntry(bytes, 'e') },
  { name: 'signature of an entry', good: golden('signed.entry.json'), read: (bytes) => signatureOf(bytes) },
  { name: 'signers', good: text(SIGNERS_TEXT), read: (bytes) => readSigners('signers.yaml', bytes) },
  { name: 'private key', good: text(SIGNER_KEY), read: (bytes) => readPrivateKey(Buffer.from(bytes).toString('latin1')) },
  { name: 'order', good: golden('order.json'), read: (bytes) => parseOrder(bytes, 'o') },
  { name: 'order, proven', good: golden('order.json'), read: (bytes) => parseOrder(bytes, 'o', parseProven) },
  { name: 'run', good: golden('run.json'), read: (bytes) => parseRun(bytes) },
  { name: 'run, proven', good: golden('run.json'), read: (bytes) => parseRun(bytes, parseProven) },
  { name: 'URL of a remote', good: text('ssh://git@github.com:22/acme/widget.git'), read: (bytes) => parseRemoteUrl(Buffer.from(bytes).toString('utf8')) },
  { name: 'text in Markdown', good: text('a | <b> @c #1 https://d.e `f`\n'), read: (bytes) => [mdText, mdCode, mdBlock].map((form) => form(Buffer.from(bytes).toString('utf8'))) },
  { name: 'file', good: golden('numbers.file.json'), read: (bytes) => parseFile(bytes) },
  { name: 'shape of an entry', good: golden('every-kind.entry.json'), read: (bytes) => shapeFault('entry', tryParse(bytes)) },
  { name: 'shape of a run', good: golden('run.json'), read: (bytes) => shapeFault('run', tryParse(bytes)) },
  { name: 'home', good: json(HOME), read: (bytes) => readHome(worldOf(bytes)) },
  { name: 'start', good: json(START), read: async (bytes) => ownerOf(await readStart({ world: worldOf(bytes) }, 'p.s.1')) },
  { name: 'result', good: json(RESULT), read: async (bytes) => writtenOf(await readResult({ world: worldOf(bytes) }, 'p.s.1')) },
  { name: 'cache', good: json(CACHE), read: (bytes) => readCacheHead(worldOf(bytes)) },
  { name: 'tree of the ledger', good: TREE, read: (bytes) => decodeTree(bytes, 'sha1') },
  { name: 'tree of the ledger, sha256', good: encodeTree([{ name: 'a', mode: '100644', id: OID.slice(0, 24).concat(OID) }], 'sha256'), read: (bytes) => decodeTree(bytes, 'sha256') },
  { name: 'tree of the work', good: TREE, read: (bytes) => parseTree('sha1', bytes) },
  { name: 'commit', good: text(`tree ${OID}\nparent ${OID}\nauthor a <a@b> 1 +0000\ncommitter a <a@b> 1 +0000\n\nm\n`), read: (bytes) => decodeCommit(bytes) },
  { name: 'header of a loose object', good: text('blob 12\0hello'), read: (bytes) => parseHeader(bytes) },
  { name: 'delta of a pack', good: Buffer.from('050c910005036f6e6502', 'hex'), read: (bytes) => applyDelta(Buffer.from('hello'), bytes, 1_000) },
  { name: 'index of a pack', good: PACK_INDEX, read: (bytes) => PackIndex.of(Buffer.from(bytes), 20)?.find(OID) },
  { name: 'answer of git cat-file', good: text(`${OID} blob 12`), read: (bytes) => parseInfo(Buffer.from(bytes).toString('latin1')) },
];

/** As `coo verify` looks at an entry: a signature is read only where the entry was. */
function signatureOf(bytes: Uint8Array): unknown {
  const parsed = parseEntry(bytes, 'e');
  return parsed.ok ? checkSignature(parsed, SIGNERS, 'dev') : parsed.fault.code;
}

/** What the manager takes of a start as soon as it has one. */
function ownerOf(start: Awaited<ReturnType<typeof readStart>>): string {
  return start === undefined || start.owner === null ? '' : `${String(start.owner.pid)} on ${start.owner.host}`;
}

/** The same of a result; one that came late is written out whole. */
function writtenOf(result: Awaited<ReturnType<typeof readResult>>): string {
  return result === undefined ? '' : `${JSON.stringify(result)} ${String(result.findings.length + result.commands.length + result.receipts.length)} ${result.harness.version} ${result.fingerprint}`;
}

/** `value`, or the code of the error that it threw. Anything thrown without a code is thrown on: that is what the fuzzer looks for. */
export async function outcomeOf(reader: OutsideReader, bytes: Uint8Array): Promise<string> {
  try {
    await reader.read(bytes);
    return 'value';
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(cause.code) && !cause.code.startsWith('ERR_')) return cause.code;
    throw cause;
  }
}
