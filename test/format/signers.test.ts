import { describe, expect, it } from 'vitest';
import { readDocument } from '../../src/format/document.ts';
import { readSigners } from '../../src/format/signers.ts';
import { keyOfSeed } from '../../src/format/ssh-key.ts';
import { shapeErrors } from '../../tools/generate.ts';
import { bytes, told } from './corpus.ts';
import { fc, mangled } from './fuzz.ts';

const A = keyOfSeed(Buffer.alloc(32, 1), '').public.line;
const B = keyOfSeed(Buffer.alloc(32, 2), '').public.line;
const RSA = 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ==';
const GOOD = `version: 2
schema: coo/signers.v1
signers:
  - principal: op@example.com
    key: ${A} op@laptop
    roles: [person, coordinator]
    valid_from: 2027-01-31
    valid_until: 2028-02-29T08:00:00Z
    email: op@example.com
  - {principal: ann, key: ${B}, roles: [approver]}
`;

const read = (text: string): ReturnType<typeof readSigners> => readSigners('signers.yaml', bytes(text));
const faults = (text: string): readonly string[] => {
  const done = read(text);
  return done.ok ? done.warnings.map(told) : done.faults.map(told);
};
const one = (members: string): string => `version: 1\nsigners:\n  - {principal: ann, key: ${A}, roles: [coordinator]${members}}\n`;

describe('signers.yaml', () => {
  it('says whose keys count for what', () => {
    const done = read(GOOD);
    expect(done.ok && done.signers).toStrictEqual({
      version: 2,
      signers: [
        { principal: 'op@example.com', key: A, roles: ['coordinator', 'person'], valid_from_ms: Date.UTC(2027, 0, 31), valid_until_ms: Date.UTC(2028, 1, 29, 8), email: 'op@example.com' },
        { principal: 'ann', key: B, roles: ['approver'] },
      ],
    });
    expect(done.ok && done.warnings).toEqual([]);
  });

  it('that is read has the shape that an editor is told', () => {
    const valueOf = (text: string): unknown => {
      const document = readDocument('signers.yaml', bytes(text));
      return document.ok ? document.document.value : undefined;
    };
    expect(shapeErrors('coo/signers.v1', valueOf(GOOD))).toEqual([]);
    for (const bad of [GOOD.replace('person, coordinator', 'boss'), GOOD.replace(A, RSA), GOOD.replace('version: 2', 'version: 0'), GOOD.replace('principal: ann', "principal: '*'")]) expect(shapeErrors('coo/signers.v1', valueOf(bad))).not.toEqual([]);
  });

  it.each([
    ['no version', 'signers: []\n', ['1:1 FIELD_MISSING']],
    ['no signers', 'version: 1\n', ['1:1 FIELD_MISSING']],
    ['a version below 1', 'version: 0\nsigners: []\n', ['1:1 NUMBER_OUT_OF_RANGE /version']],
    ['half a version', 'version: 1.5\nsigners: []\n', ['1:1 NUMBER_OUT_OF_RANGE /version']],
    ['a newer form', 'schema: coo/signers.v2\nversion: 1\n', ['1:1 VERSION_NEWER /schema']],
    ['another form', 'schema: coo/org.v1\nversion: 1\n', ['1:1 SCHEMA_OTHER /schema']],
    ['a field of no meaning', 'version: 1\nsigners: []\nroles: []\n', ['3:1 UNKNOWN_FIELD /roles']],
    ['nobody', 'version: 1\nsigners: []\n', ['2:1 warning SIGNERS_NO_COORDINATOR /signers']],
    ['no coordinator', one('').replace('coordinator', 'person'), ['2:1 warning SIGNERS_NO_COORDINATOR /signers']],
    ['a member that nobody knows', one(', valid: true'), [expect.stringMatching(/^3:\d+ UNKNOWN_FIELD \/signers\/0\/valid$/)]],
    ['a pattern for a principal', one('').replace('ann', "'*'"), ['3:6 PRINCIPAL /signers/0/principal']],
    ['a key of another type', one('').replace(A, RSA), ['3:22 KEY_TYPE /signers/0/key']],
    ['a key that is cut off', one('').replace(A, A.slice(0, -4)), ['3:22 KEY_SHAPE /signers/0/key']],
    ['a key that is no base64', one('').replace(A, `${A}=`), ['3:22 KEY_BASE64 /signers/0/key']],
    ['a role that is none', one('').replace('coordinator', 'boss'), [expect.stringMatching(/ NOT_ONE_OF \/signers\/0\/roles\/0$/)]],
    ['no role', one('').replace('[coordinator]', '[]'), [expect.stringMatching(/ NOT_ONE_OF \/signers\/0\/roles$/)]],
    ['a role twice', one('').replace('[coordinator]', '[person, person]'), [expect.stringMatching(/ DUPLICATE \/signers\/0\/roles\/1$/)]],
    ['a day that is none', one(', valid_from: 2027-02-30'), [expect.stringMatching(/ TIME \/signers\/0\/valid_from$/)]],
    ['a time without a zone', one(', valid_until: "2027-02-03T04:05:06"'), [expect.stringMatching(/ TIME \/signers\/0\/valid_until$/)]],
    ['a time that is a number', one(', valid_until: 2027'), [expect.stringMatching(/ TIME \/signers\/0\/valid_until$/)]],
    ['an end before the beginning', one(', valid_from: 2027-02-03, valid_until: 2027-02-03'), [expect.stringMatching(/ SIGNER_NEVER_VALID \/signers\/0\/valid_until$/)]],
    ['a key twice', `${one('')}  - {principal: bob, key: ${A} again, roles: [person]}\n`, [expect.stringMatching(/^4:\d+ SIGNER_DUPLICATE \/signers\/1\/key$/)]],
  ])('with %s is told so', (_what, text, expected) => {
    expect(faults(text)).toEqual(expected);
  });

  it('mangled anyhow is read without a throw', () => {
    fc.assert(
      fc.property(mangled(GOOD), (text) => {
        const done = readSigners('signers.yaml', text);
        expect(done.ok || done.faults.length > 0).toBe(true);
      }),
    );
  });
});
