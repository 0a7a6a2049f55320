import { readOrg } from '../../format/org.ts';
import type { Org } from '../../kernel/org.ts';
import type { Oid } from '../../ports/git-store.ts';
import type { CommitPerson, History } from '../../ports/history.ts';
import type { LedgerFacts } from './ledger-facts.ts';

/** What the base side of a comparison says about who may do what. Never the side that is judged: it could name itself. */
export interface Policy {
  /** Where it was read; `none`: neither the base nor the ledger has an organisation yet. */
  readonly from: 'base' | 'ledger' | 'none';
  readonly mode: Org['mode'];
  /** Lower-cased e-mail address -> the seat of the person who has it. */
  readonly people: ReadonlyMap<string, string>;
}

const ORG_PATH = '_plans/coo.yaml';
const ORG_CAP = 1_048_576;
/** Nobody is a person by an address that coo gives to itself and its seats. */
const COO_ADDRESS = /@(?:[^@]*\.)?(?:coo\.)?localhost$/;

/** What GitHub commits as when a person merges or edits there: it adds nothing to the author's word, and takes nothing from it. */
const FORGE_ADDRESS = 'noreply@github.com';

/** The organisation of the base; one that cannot be read, or none, leaves the one that the ledger recorded. */
export async function readPolicy(history: History, base: Oid | null, ledger: LedgerFacts | null, prefix: string): Promise<Policy> {
  const [file] = base === null ? [] : await history.files(base, [ORG_PATH]);
  let org: Org | null = null;
  if (file?.mode === '100644') {
    await history.blobs([file.id], ORG_CAP, (bytes) => {
      const read = bytes === null ? undefined : readOrg(ORG_PATH, bytes, { prefix });
      if (read?.ok === true) org = read.org;
    });
  }
  if (org !== null) return policyOf('base', org);
  const recorded = ledger?.state.org ?? null;
  return recorded === null ? { from: 'none', mode: 'dev', people: new Map() } : policyOf('ledger', recorded);
}

function policyOf(from: 'base' | 'ledger', { mode, seats }: Org): Policy {
  const people = seats.flatMap(({ seat, harness, email }) => (harness === 'person' && email !== undefined && !COO_ADDRESS.test(email) ? [[email.toLowerCase(), seat] as const] : []));
  return { from, mode, people: new Map(people) };
}

/**
 * The listed person who both wrote and committed it, or had the forge commit it, by the addresses alone. In governed mode these words are not enough: the commit will have to
 * be signed by that person's key, and this is the place that asks for it.
 */
export function personOf(policy: Policy, commit: { readonly author: CommitPerson; readonly committer: CommitPerson }): string | undefined {
  const [author, committer] = [commit.author.email.toLowerCase(), commit.committer.email.toLowerCase()];
  return author === committer || committer === FORGE_ADDRESS ? policy.people.get(author) : undefined;
}
