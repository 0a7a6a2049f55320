import { describe, expect, it } from 'vitest';
import { mayHoldSecret } from '../../src/adapters/secretlint/marks.ts';
import { secretlintRules } from '../../src/adapters/secretlint/rules.ts';
import { secretlintScanner } from '../../src/adapters/secretlint/scanner.ts';
import { SAMPLES, hex, some } from '../support/secret-samples.ts';

/** The name is computed: the preset's declarations name packages that it does not bring. */
const PRESET = ['@secretlint', 'secretlint-rule-preset-recommend'].join('/');
/** Rules that report nothing by themselves, or only about files that are no text. */
const SILENT = new Set(['filter-comments', 'gcp']);

describe('the scanner for secrets', () => {
  it.each(Object.entries(SAMPLES))('finds what %s gives out, and no text of it lacks a mark', async (rule, samples) => {
    const rules = await secretlintRules();
    for (const sample of samples) {
      const text = `first line\nvalue = ${sample}\n`;
      const found = await rules.scan('settings.txt', text);
      expect(found.map(({ kind }) => kind.split(':')[0])).toContain(rule);
      expect(found[0]?.line).toBe(2);
      expect(mayHoldSecret(text)).toBe(true);
    }
  });

  it('finds the token of an .npmrc', async () => {
    const text = ['//registry.npmjs.org/:_auth', `Token=${some(36)}`].join('');
    expect((await secretlintScanner().scan('.npmrc', text)).map(({ kind }) => kind)).toEqual(['npm: Npmrc_authToken']);
  });

  it('finds in a long text what stands far behind, at its place and line, and once', async () => {
    const secret = ['ghp', some(36)].join('_');
    const text = `${'a line of no interest\n'.repeat(20_000)}x ${secret}\n${'https://someone@example.org/\n'.repeat(20_000)}${secret}`;
    const found = await secretlintScanner().scan('a.txt', text);
    expect(found.map(({ kind, line }) => [kind, line])).toEqual([['github: GITHUB_TOKEN', 20_001], ['github: GITHUB_TOKEN', 40_002]]);
    expect(found.map(({ from, to }) => text.slice(from, to))).toEqual([secret, secret]);
  });

  it('has a sample of every rule of the preset: a new one needs its mark', async () => {
    const { rules } = (await import(PRESET)) as { readonly rules: readonly { readonly meta: { readonly id: string } }[] };
    const names = rules.map(({ meta }) => meta.id.replace('@secretlint/secretlint-rule-', ''));
    expect(names.filter((name) => !SILENT.has(name)).toSorted()).toEqual(Object.keys(SAMPLES).toSorted());
  });

  it('hands on nothing of the secret, and finds none in ordinary text', async () => {
    const secret = ['ghp', some(36)].join('_');
    const found = await secretlintScanner().scan('a.txt', `${secret}\n`);
    expect(found).toEqual([{ kind: 'github: GITHUB_TOKEN', line: 1, from: 0, to: 40 }]);
    expect(JSON.stringify(found)).not.toContain(some(20));
    for (const text of ['', 'export const accountName = installEverything(DEFAULT_OPTIONS);', `sha256 ${hex(64)}`, 'https://example.org/path@v2']) expect(await secretlintScanner().scan('a.ts', text)).toEqual([]);
  });
});
