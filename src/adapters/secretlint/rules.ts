import { lintSource } from '@secretlint/core';
import type { SecretScanner } from '../../ports/secrets.ts';

/** A variable, and not a literal: its declarations name packages that it does not bring along, and the compiler would look for them. */
const PRESET: string = '@secretlint/secretlint-rule-preset-recommend';
type Rule = Parameters<typeof lintSource>[0]['options']['config']['rules'][number];
const RULE_PREFIX = '@secretlint/secretlint-rule-';

/** Secretlint with the rules that its authors recommend. Works on the text alone: no file is read, and nothing of the secret is handed on. */
export async function secretlintRules(): Promise<SecretScanner> {
  const { creator } = (await import(PRESET)) as { readonly creator: Rule['rule'] };
  return {
    async scan(path, text) {
      const { messages } = await lintSource({
        source: { filePath: path, content: text, contentType: 'text', ext: /\.[^./]*$/.exec(path)?.[0] ?? '' },
        options: { config: { rules: [{ id: PRESET, rule: creator } as Rule] }, noPhysicFilePath: true, maskSecrets: true },
      });
      return messages.map(({ ruleId, messageId, loc, range: [from, to] }) => ({ kind: `${ruleId.replace(RULE_PREFIX, '')}: ${messageId}`, line: loc.start.line, from, to }));
    },
  };
}
