import type { Org, Seat } from './org.ts';

/** What a new organisation lets through that the one in force does not, in words; empty where it is as strict. Of seats that coo runs: people are not confined. */
export function loosenings(before: Org, after: Org): readonly string[] {
  const found: string[] = [];
  if (before.mode === 'governed' && after.mode === 'dev') found.push('mode: dev');
  const [had = 1, has = 1] = [before.approvals, after.approvals];
  if (has < had) found.push(`approvals: ${String(has)}, which were ${String(had)}`);
  if (after.seats_open === true && before.seats_open !== true) found.push('seats_open');
  const old = new Map(before.seats.map((seat) => [seat.seat, seat]));
  for (const seat of after.seats) if (seat.harness !== 'person' && seat.harness !== 'bus') found.push(...widened(old.get(seat.seat), seat));
  return found;
}

/** A new seat begins confined, and with nothing. */
function widened(before: Seat | undefined, after: Seat): readonly string[] {
  const isOpen = before?.sandbox !== after.sandbox && after.sandbox !== undefined && after.sandbox !== 'required';
  const more = (has: readonly string[] = [], had: readonly string[] = []): readonly string[] => has.filter((name) => !had.includes(name));
  const hosts = more(after.network, before?.network);
  const logins = more(after.login, before?.login);
  return [
    ...(isOpen ? [`sandbox: ${after.sandbox} of ${after.seat}`] : []),
    ...(hosts.length === 0 ? [] : [`network of ${after.seat}: ${hosts.join(', ')}`]),
    ...(logins.length === 0 ? [] : [`login of ${after.seat}: ${logins.join(', ')}`]),
  ];
}
