/** Something in a text that looks like a secret. Never the secret itself. */
export interface FoundSecret {
  /** Which kind, in the scanner's words, e.g. `github: GITHUB_TOKEN`. */
  readonly kind: string;
  /** From 1. */
  readonly line: number;
  /** Where it stands in the text, in UTF-16 code units: from, and up to but not with. */
  readonly from: number;
  readonly to: number;
}

/** Looks for keys, tokens and passwords by their form. */
export interface SecretScanner {
  readonly scan: (path: string, text: string) => Promise<readonly FoundSecret[]>;
}
