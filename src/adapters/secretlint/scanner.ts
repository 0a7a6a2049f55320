import type { FoundSecret, SecretScanner } from '../../ports/secrets.ts';
import { mayHoldSecret, partsWithMarks } from './marks.ts';

/** Longer texts are looked at only where a mark stands, in UTF-16 code units. */
const SHORT = 65_536;

/** Secretlint, loaded with the first text that could hold anything. */
export function secretlintScanner(): SecretScanner {
  let rules: Promise<SecretScanner> | undefined;
  return {
    async scan(path, text) {
      if (!mayHoldSecret(text)) return [];
      rules ??= import('./rules.ts').then(({ secretlintRules }) => secretlintRules());
      const { scan } = await rules;
      return text.length <= SHORT ? scan(path, text) : inParts(scan, path, text);
    },
  };
}

async function inParts(scan: SecretScanner['scan'], path: string, text: string): Promise<readonly FoundSecret[]> {
  const found = new Map<string, FoundSecret>();
  let [line, counted] = [1, 0];
  for (const part of partsWithMarks(text)) {
    line += breaksIn(text.slice(counted, part.from));
    counted = part.from;
    for (const one of await scan(path, text.slice(part.from, part.to))) {
      const [from, to] = [part.from + one.from, part.from + one.to];
      found.set(`${one.kind} ${String(from)}`, { kind: one.kind, line: line + one.line - 1, from, to });
    }
  }
  return [...found.values()];
}

function breaksIn(text: string): number {
  return text.split('\n').length - 1;
}
