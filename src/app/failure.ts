/** Something outside the domain went wrong: what, why, and the command that goes on. `exit` is the process's exit code. */
export class Failure extends Error {
  readonly code: string;
  readonly fix: string;
  readonly exit: number;

  constructor(fault: { readonly code: string; readonly message: string; readonly fix: string; readonly exit?: number; readonly cause?: unknown }) {
    super(fault.message, { cause: fault.cause });
    this.name = 'Failure';
    this.code = fault.code;
    this.fix = fault.fix;
    this.exit = fault.exit ?? 1;
  }
}
