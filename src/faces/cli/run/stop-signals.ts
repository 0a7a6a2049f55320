import { EXIT } from '../exit-codes.ts';
import type { Host } from '../host.ts';

/** How a person or the system ends a long command, in steps. */
export interface StopSignals {
  /** First Ctrl-C or SIGHUP: finish what runs, begin nothing. */
  readonly drain: AbortSignal;
  /** Second Ctrl-C or SIGTERM: leave now. */
  readonly stop: AbortSignal;
  /** The exit code that the signal asks for, once `stop` is aborted. */
  readonly exit: () => number;
  off(): void;
}

/** What is told when a signal came in. */
export type Told = (what: 'draining' | 'hung up' | 'stopping') => void;

/**
 * First Ctrl-C drains, the second stops, the third kills: after a stop was asked for nobody listens any more,
 * so that the system's own default ends the process even where it hangs.
 */
export function stopSignals(host: Pick<Host, 'interrupts'>, told: Told): StopSignals {
  const drain = new AbortController();
  const stop = new AbortController();
  let exit: number = EXIT.interrupted;
  const halt = (code: number): void => {
    exit = code;
    told('stopping');
    off();
    stop.abort();
  };
  const off = host.interrupts((_count, signal) => {
    if (signal === 'SIGTERM') halt(EXIT.terminated);
    else if (signal === 'SIGINT' && drain.signal.aborted) halt(EXIT.interrupted);
    else {
      told(signal === 'SIGHUP' ? 'hung up' : 'draining');
      drain.abort();
    }
  });
  return { drain: drain.signal, stop: stop.signal, exit: () => exit, off };
}
