import type { Answer } from '../step.ts';
import { atOnce } from '../at-once.ts';
import type { Pending } from './offers.ts';

/**
 * The offers of many items, which are all settled at once when the last of them is: a file or two for each would otherwise wait for the one before.
 * Those of one item are settled in their order.
 */
export function settleTogether(items: readonly (readonly Pending[])[]): readonly Pending[] {
  const all = items.flat();
  const answers = new Map<Pending, Answer | undefined>();
  const settle = async (offer: Pending, answer: Answer | undefined): Promise<void> => {
    answers.set(offer, answer);
    if (answers.size === all.length) await atOnce(items, async (offers) => settleInTurn(offers, answers));
  };
  const together: Pending[] = [];
  for (const offer of all) together.push({ ...offer, settle: async (answer) => settle(offer, answer) });
  return together;
}

async function settleInTurn(offers: readonly Pending[], answers: ReadonlyMap<Pending, Answer | undefined>): Promise<void> {
  for (const offer of offers) await offer.settle?.(answers.get(offer));
}
