import { sha256Hex } from '../../format/canonical.ts';
import { personWhoSigned } from '../../format/commit-signature.ts';
import { readOrg } from '../../format/org.ts';
import { readSigners } from '../../format/signers.ts';
import type { Org } from '../../kernel/org.ts';
import type { Signers } from '../../kernel/signers.ts';
import type { Oid } from '../../ports/git-store.ts';
import type { History, HistoryCommit } from '../../ports/history.ts';
import type { LedgerFacts } from './ledger-facts.ts';

/** What the base side of a comparison says about who may do what. Never the side that is judged: it could name itself. */
export interface Policy {
  /** Where it was read; `none`: neither the base nor the ledger has an organisation yet. */
  readonly from: 'base' | 'ledger' | 'none';
  readonly mode: Org['mode'];
  /** Lower-cased e-mail address -> the seat of the person who has it. */
  readonly people: ReadonlyMap<string, string>;
  /** Whose keys count: those of the base, never older than the ledger's. */
  readonly signers: Signers | null;
}

const ORG_PATH = '_plans/coo.yaml';
const SIGNERS_PATH = '_plans/signers.yaml';
const ORG_CAP = 1_048_576;
/** Nobody is a person by an address that coo gives to itself and its seats. */
const COO_ADDRESS = /@(?:[^@]*\.)?(?:coo\.)?localhost$/;

/** What GitHub commits as when a person merges or edits there: it adds nothing to the author's word, and takes nothing from it. */
const FORGE_ADDRESS = 'noreply@github.com';

/** The organisation of the base; one that cannot be read, or none, leaves the one that the ledger recorded. */
export async function readPolicy(history: History, base: Oid | null, ledger: LedgerFacts | null, prefix: string): Promise<Policy> {
  const signers = await signersOf(history, base, ledger);
  const text = await textAt(history, base, ORG_PATH);
  const read = text === undefined ? undefined : readOrg(ORG_PATH, text, { prefix });
  if (read?.ok === true) return policyOf('base', read.org, signers);
  const recorded = ledger?.state.org ?? null;
  return recorded === null ? { from: 'none', mode: 'dev', people: new Map(), signers } : policyOf('ledger', recorded, signers);
}

/** The newer of the base's list and the ledger's: an old one that was put back counts for nothing. */
async function signersOf(history: History, base: Oid | null, ledger: LedgerFacts | null): Promise<Signers | null> {
  const text = await textAt(history, base, SIGNERS_PATH);
  const read = text === undefined ? undefined : readSigners(SIGNERS_PATH, text);
  const recorded = ledger?.state.signers ?? null;
  if (text === undefined || read?.ok !== true || (recorded !== null && recorded.version >= read.signers.version)) return recorded;
  return { ...read.signers, digest: sha256Hex(text) };
}

async function textAt(history: History, base: Oid | null, path: string): Promise<Uint8Array | undefined> {
  const [file] = base === null ? [] : await history.files(base, [path]);
  let text: Uint8Array | undefined;
  if (file?.mode === '100644') await history.blobs([file.id], ORG_CAP, (bytes) => void (text = bytes ?? undefined));
  return text;
}

function policyOf(from: 'base' | 'ledger', { mode, seats }: Org, signers: Signers | null): Policy {
  const people = seats.flatMap(({ seat, harness, email }) => (harness === 'person' && email !== undefined && !COO_ADDRESS.test(email) ? [[email.toLowerCase(), seat] as const] : []));
  return { from, mode, people: new Map(people), signers };
}

/**
 * The listed person who both wrote and committed it, or had the forge commit it: by the addresses alone in dev mode. In governed mode words are not
 * enough: it has to bear the signature of a key that is listed for that very address.
 */
export function personOf(policy: Policy, commit: HistoryCommit): string | undefined {
  const seat = namedPerson(policy, commit);
  return seat === undefined || policy.mode === 'dev' || isSignedByAuthor(policy, commit) ? seat : undefined;
}

/** Whom a commit names as its author, where that is a listed person: a word. */
export function namedPerson(policy: Policy, commit: Pick<HistoryCommit, 'author' | 'committer'>): string | undefined {
  const [author, committer] = [commit.author.email.toLowerCase(), commit.committer.email.toLowerCase()];
  return author === committer || committer === FORGE_ADDRESS ? policy.people.get(author) : undefined;
}

function isSignedByAuthor({ signers }: Policy, { author, signature, committed_at_ms }: HistoryCommit): boolean {
  const signer = personWhoSigned(signature, signers, committed_at_ms);
  return signer !== undefined && (signer.email ?? signer.principal).toLowerCase() === author.email.toLowerCase();
}
