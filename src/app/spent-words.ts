import type { Allowance } from '../kernel/org.ts';
import type { Room, SpentView } from '../kernel/spending-views.ts';

/** `$0.25 of $30.00, 127 of 200,000,000 tokens`. */
export function spentOf({ usd, tokens }: SpentView, cap: Allowance = {}): string {
  const ofUsd = cap.usd === undefined ? '' : ` of ${dollars(cap.usd)}`;
  const ofTokens = cap.tokens === undefined ? '' : ` of ${grouped(cap.tokens)}`;
  return `${dollars(usd)}${ofUsd}, ${grouped(tokens)}${ofTokens} tokens`;
}

/** `$5.00 or 200,000 tokens`; empty where nothing is capped. */
export function capOf({ usd, tokens }: Allowance): string {
  return [usd === undefined ? '' : dollars(usd), tokens === undefined ? '' : `${grouped(tokens)} tokens`].filter((part) => part !== '').join(' or ');
}

/** `plan p: $0.10 or 200 tokens left of $5.00 or 1,000 tokens`. */
export function roomWords({ of, cap, left }: Room): string {
  return `${of}: ${capOf(left)} left of ${capOf(cap)}`;
}

function dollars(usd: number): string {
  return `$${usd.toFixed(2)}`;
}

/** Thousands apart, in the same way everywhere. */
function grouped(count: number): string {
  return String(count).replaceAll(/\B(?=(?:[0-9]{3})+$)/g, ',');
}
