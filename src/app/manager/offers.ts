import type { Answer, Offer } from '../step.ts';

/** An offer whose maker wants to know what became of it: published, refused, or dropped because the publish failed. */
export interface Pending extends Offer {
  readonly settle?: (answer: Answer | undefined) => Promise<void> | void;
}
