import type { Asked, ForgeFault } from '../../ports/forge.ts';
import { isoTime } from '../../kernel/iso.ts';
import { Failure } from '../failure.ts';

/** "Try again later". */
const TRY_AGAIN = 75;

/** What was asked for, or a failure that says what to do. */
export function given<T>(answer: Asked<T>): T {
  if (answer.ok) return answer.value;
  throw forgeFailure(answer.fault);
}

function forgeFailure(fault: ForgeFault): Failure {
  const { code, message } = fault;
  switch (code) {
    case 'FORGE_AUTH':
      return new Failure({ code, message, fix: 'give a token that may read and write contents and pull requests: export COO_GITHUB_TOKEN=...' });
    case 'FORGE_NOT_FOUND':
      return new Failure({ code, message, fix: "check the remote's URL, and that the token may see that repository" });
    case 'FORGE_RATE_LIMITED':
      return new Failure({ code, message, fix: `run the command again after ${isoTime(fault.retry_at_ms)}`, exit: TRY_AGAIN });
    case 'FORGE_INVALID':
      return new Failure({ code, message: fault.what.length === 0 ? message : `${message}: ${fault.what.join('; ')}`, fix: 'mend what it names, then run the command again' });
    case 'FORGE_STRANGE':
      return new Failure({ code, message, fix: "see what answers at the API's address: a proxy, a page to log in at, a wrong GITHUB_API_URL; then run the command again" });
    case 'FORGE_DOWN':
      return new Failure({ code, message, fix: 'run the command again later: what was done is found and not done twice', exit: TRY_AGAIN });
    default:
      return fault satisfies never;
  }
}
