import type { TargetCode } from './event.ts';

/** What a group's attempts lack, and what to do about it. */
export interface Unfit {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
}

/** What is wrong with the branch that a plan goes into, and what to do about it. */
export interface TargetFault extends Unfit {
  readonly code: TargetCode;
}
