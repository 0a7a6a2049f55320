/** Something in a text that looks like a secret. Never the secret itself. */
export interface FoundSecret {
  /** Which kind, in the scanner's words, e.g. `github: GITHUB_TOKEN`. */
  readonly kind: string;
  /** From 1. */
  readonly line: number;
}

/** Looks for keys, tokens and passwords by their form. */
export interface SecretScanner {
  scan(path: string, text: string): Promise<readonly FoundSecret[]>;
}
