import type { SecretScanner } from '../../ports/secrets.ts';
import { mayHoldSecret } from './marks.ts';

/** Secretlint, loaded with the first text that could hold anything. */
export function secretlintScanner(): SecretScanner {
  let rules: Promise<SecretScanner> | undefined;
  return {
    async scan(path, text) {
      if (!mayHoldSecret(text)) return [];
      rules ??= import('./rules.ts').then(({ secretlintRules }) => secretlintRules());
      return (await rules).scan(path, text);
    },
  };
}
