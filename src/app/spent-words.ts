import { duration } from '../format/time-span.ts';
import type { Allowance } from '../kernel/org.ts';
import type { Room, SpentView } from '../kernel/spending-views.ts';

/** `$0.25 of $30.00, 127 of 200,000,000 tokens, 3 of 12 attempts`; without money and tokens where only the rest says something. */
export function spentOf({ usd, tokens, attempts = 0, wall_ms = 0, lines = 0 }: SpentView, cap: Allowance = {}): string {
  const ofUsd = cap.usd === undefined ? '' : ` of ${dollars(cap.usd)}`;
  const ofTokens = cap.tokens === undefined ? '' : ` of ${grouped(cap.tokens)}`;
  const own = [
    cap.attempts === undefined ? '' : `${grouped(attempts)} of ${grouped(cap.attempts)} attempts`,
    cap.wall_ms === undefined ? '' : `${duration(wall_ms)} of ${duration(cap.wall_ms)} of work`,
    cap.lines === undefined ? '' : `${grouped(lines)} of ${grouped(cap.lines)} lines`,
  ].filter((part) => part !== '');
  const isPaid = own.length === 0 || usd > 0 || tokens > 0 || ofUsd !== '' || ofTokens !== '';
  return [...(isPaid ? [`${dollars(usd)}${ofUsd}, ${grouped(tokens)}${ofTokens} tokens`] : []), ...own].join(', ');
}

/** `$5.00 or 200,000 tokens or 12 attempts`; empty where nothing is capped. */
export function capOf({ usd, tokens, attempts, wall_ms, lines }: Allowance): string {
  const parts = [
    usd === undefined ? '' : dollars(usd),
    tokens === undefined ? '' : `${grouped(tokens)} tokens`,
    attempts === undefined ? '' : `${grouped(attempts)} attempts`,
    wall_ms === undefined ? '' : `${duration(wall_ms)} of work`,
    lines === undefined ? '' : `${grouped(lines)} lines`,
  ];
  return parts.filter((part) => part !== '').join(' or ');
}

/** `plan p: $0.10 or 200 tokens left of $5.00 or 1,000 tokens`. */
export function roomWords({ of, cap, left }: Room): string {
  return `${of}: ${capOf(left)} left of ${capOf(cap)}`;
}

/** `$0.25`; what is under a cent as exactly as it is counted, in millionths. */
export function dollars(usd: number): string {
  return `$${usd > 0 && usd < 0.01 ? usd.toFixed(6).replace(/0+$/, '') : usd.toFixed(2)}`;
}

/** Thousands apart, in the same way everywhere. */
function grouped(count: number): string {
  return String(count).replaceAll(/\B(?=(?:[0-9]{3})+$)/g, ',');
}
