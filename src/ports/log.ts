/** What a long-running command tells the person in front of it. Lines are facts, not prose; the face decides how they look. */
export interface Log {
  say(line: LogLine): void;
}
export interface LogLine {
  readonly at_ms: number;
  readonly level: 'info' | 'warn' | 'error';
  /** A stable code, e.g. `step.claimed`. */
  readonly code: string;
  readonly message: string;
  readonly fields?: Readonly<Record<string, string | number | boolean | null>>;
}
