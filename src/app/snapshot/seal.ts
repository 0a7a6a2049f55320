import { coordinatorOf } from '../../format/entry-signature.ts';
import { decodeTag, encodeTag } from '../../format/git-object.ts';
import { KEY_TYPE, readPublicKey } from '../../format/ssh-key.ts';
import { armoured, isSignedBy, readSignature, unarmoured } from '../../format/sshsig.ts';
import type { Millis, Oid } from '../../kernel/ids.ts';
import type { Signers } from '../../kernel/signers.ts';
import type { GitObject } from '../../ports/git-store.ts';
import type { SigningKey } from '../../ports/signer.ts';
import type { LedgerWorld } from '../world.ts';
import { snapshotRef } from '../ledger/names.ts';

const TAGS = 'refs/tags/';

/** The annotated tag of a snapshot, signed where there is a key. `git tag -v` verifies it with gpg.format=ssh. */
export function sealTag({ name, head, file, at_ms }: { readonly name: string; readonly head: Oid; readonly file: Uint8Array; readonly at_ms: Millis }, key: SigningKey | undefined): GitObject {
  const text = encodeTag({ object: head, tag: snapshotRef(name).slice(TAGS.length), message: messageOf(name, file), at_ms });
  return { type: 'tag', bytes: Buffer.from(key === undefined ? text : `${text}${armoured(key.sign(text, 'git'))}`) };
}

function messageOf(name: string, file: Uint8Array): string {
  return `coo snapshot ${name}\n\n${Buffer.from(file).toString()}`;
}

/** This machine's key for tags of a ledger: the one that signs entries, else the first. */
export async function tagKey(world: LedgerWorld, ledger: string, signers: Signers | null, at_ms: Millis): Promise<SigningKey | undefined> {
  const keys = (await (await world.keys?.())?.of(ledger)) ?? [];
  return keys.find((key) => coordinatorOf(signers, key.public, at_ms) !== undefined) ?? keys[0];
}

/** Who sealed a tag, or what is wrong with it, as the end of a sentence about the tag. */
export type Seal = { readonly kind: 'unsigned' } | { readonly kind: 'signed'; readonly by: string | null } | { readonly kind: 'other'; readonly message: string };

/** Holds a tag against what it has to seal, and its signature against the signers: by null = a key that nobody listed. */
export function checkTag(bytes: Uint8Array, { name, head, file }: { readonly name: string; readonly head: Oid; readonly file: Uint8Array }, signers: Signers | null): Seal {
  const tag = decodeTag(bytes);
  if (tag === null) return other('is no annotated tag of a commit');
  if (tag.object !== head) return other(`names commit ${tag.object}, and the ledger took it at ${head}`);
  if (tag.tag !== snapshotRef(name).slice(TAGS.length) || tag.message !== messageOf(name, file)) return other('says something else than the file that the ledger recorded');
  if (tag.signature === null) return { kind: 'unsigned' };
  const base64 = unarmoured(tag.signature);
  const read = base64 === undefined ? undefined : readSignature(base64, 'git');
  if (read?.ok !== true) return other(`has a signature that ${read === undefined ? 'is not armoured as ssh-keygen does it' : read.fault.message}`);
  const key = readPublicKey(`${KEY_TYPE} ${read.signature.key.toString('base64')}`);
  if (!key.ok || !isSignedBy(tag.signed, read.signature, key.key)) return other('has a signature that is not of this tag');
  const signer = signers?.signers.find((one) => one.key === key.key.line);
  if (signer !== undefined && !signer.roles.includes('coordinator')) return other(`is signed by ${signer.principal}, who is no coordinator`);
  return { kind: 'signed', by: signer?.principal ?? null };
}

function other(message: string): Seal {
  return { kind: 'other', message };
}
