import { describe, expect, it } from 'vitest';
import { mayHoldSecret } from '../../src/adapters/secretlint/marks.ts';
import { secretlintRules } from '../../src/adapters/secretlint/rules.ts';
import { secretlintScanner } from '../../src/adapters/secretlint/scanner.ts';

/** The name is computed: the preset's declarations name packages that it does not bring. */
const PRESET = ['@secretlint', 'secretlint-rule-preset-recommend'].join('/');
const L = 'aB3dE6gH9jK2mN5pQ8sT';
/** Some letters and digits, `count` of them. None of it is anybody's. */
const some = (count: number): string => L.repeat(Math.ceil(count / L.length)).slice(0, count);
const hex = (count: number): string => '0123456789abcdef'.repeat(20).slice(0, count);

/** A sample of what each rule finds; joined, so that no scanner stops at this file. */
const SAMPLES: Readonly<Record<string, readonly string[]>> = {
  '1password': [`ops_${Buffer.from(JSON.stringify({ email: some(91) })).toString('base64')}`],
  anthropic: [['sk-ant', `api03-${some(93)}AA`].join('-')],
  aws: [`AWS_SECRET_ACCESS_KEY = ${some(40)}`],
  basicauth: [['https://someone:', 'passw0rd9x@host.example.org'].join('')],
  cloudflare: [['cfut', `${some(40)}${hex(8)}`].join('_')],
  'database-connection-string': [['postgres://app:', 's3cretpw9@db.internal.example.org:5432/app'].join('')],
  databricks: [['dap', `i${hex(32)}`].join('')],
  docker: [['dckr_pat', some(27)].join('_')],
  figma: [['figd', some(40)].join('_')],
  github: [['ghp', some(36)].join('_'), ['github_pat', some(82)].join('_')],
  gitlab: [['glpat', some(20)].join('-')],
  grafana: [['glsa', `${some(32)}_${hex(8)}`].join('_')],
  groq: [['gsk', some(52)].join('_')],
  'hashicorp-vault': [['hvs', some(95)].join('.')],
  huggingface: [['hf', 'AbCdEfGhIjKlMnOpQrStUvWxYzAbCdEfGh'].join('_')],
  linear: [['lin_api', some(40)].join('_')],
  notion: [['ntn', `12345678901${some(35)}`].join('_')],
  npm: [['npm', some(36)].join('_')],
  openai: [['sk', `${some(20)}T3BlbkFJ${some(20)}`].join('-')],
  privatekey: [`-----BEGIN RSA PRIVATE KEY-----\nMI${some(1_000)}\n-----END RSA PRIVATE KEY-----`],
  sendgrid: [['SG', some(22), some(43)].join('.')],
  shopify: [['shpat', hex(32)].join('_')],
  slack: [['xoxb', '123456789012', '1234567890123', some(24)].join('-'), ['https://hooks.slack.com/services', `T${some(9)}`, `B${some(9)}`, some(24)].join('/')],
  stripe: [['sk_live', some(24)].join('_')],
  tailscale: [['tskey', 'auth', some(12), some(24)].join('-')],
  vercel: [['vcp', some(24)].join('_')],
};
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

  it('has a sample of every rule of the preset: a new one needs its mark', async () => {
    const { rules } = (await import(PRESET)) as { readonly rules: readonly { readonly meta: { readonly id: string } }[] };
    const names = rules.map(({ meta }) => meta.id.replace('@secretlint/secretlint-rule-', ''));
    expect(names.filter((name) => !SILENT.has(name)).toSorted()).toEqual(Object.keys(SAMPLES).toSorted());
  });

  it('hands on nothing of the secret, and finds none in ordinary text', async () => {
    const secret = ['ghp', some(36)].join('_');
    const found = await secretlintScanner().scan('a.txt', `${secret}\n`);
    expect(found).toEqual([{ kind: 'github: GITHUB_TOKEN', line: 1 }]);
    expect(JSON.stringify(found)).not.toContain(some(20));
    for (const text of ['', 'export const accountName = installEverything(DEFAULT_OPTIONS);', `sha256 ${hex(64)}`, 'https://example.org/path@v2']) expect(await secretlintScanner().scan('a.ts', text)).toEqual([]);
  });
});
