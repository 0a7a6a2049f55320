import { describe, expect, it } from 'vitest';
import type { Host } from '../../src/faces/cli/host.ts';
import { Output } from '../../src/faces/cli/output.ts';
import { foreseenLines } from '../../src/faces/cli/run/dry-run.ts';
import { stopSignals } from '../../src/faces/cli/run/stop-signals.ts';
import { jsonTeller, lineTeller } from '../../src/faces/cli/run/teller.ts';
import { fakeHost } from './fake-host.ts';

type Handler = Parameters<Host['interrupts']>[0];

/** Signals that a test sends; `listening` tells whether anybody would hear the next. */
function signals(): { readonly send: (signal: Parameters<Handler>[1]) => void; readonly told: string[]; readonly listening: () => boolean; readonly stop: ReturnType<typeof stopSignals> } {
  let handler: Handler | undefined;
  let count = 0;
  const told: string[] = [];
  const host: Pick<Host, 'interrupts'> = {
    interrupts: (given) => {
      handler = given;
      return () => (handler = undefined);
    },
  };
  const stop = stopSignals(host, (what) => told.push(what));
  return { stop, told, listening: () => handler !== undefined, send: (signal) => handler?.((count += 1), signal) };
}

describe('signals', () => {
  it('drain, then stop, then are left to the system, which kills', () => {
    const { send, stop, told, listening } = signals();
    send('SIGINT');
    expect({ drain: stop.drain.aborted, stop: stop.stop.aborted, listening: listening() }).toEqual({ drain: true, stop: false, listening: true });
    send('SIGINT');
    expect({ stop: stop.stop.aborted, exit: stop.exit(), listening: listening() }).toEqual({ stop: true, exit: 130, listening: false });
    expect(told).toEqual(['draining', 'stopping']);
  });

  it('SIGTERM stops at once with 143', () => {
    const { send, stop } = signals();
    send('SIGTERM');
    expect({ stop: stop.stop.aborted, exit: stop.exit() }).toEqual({ stop: true, exit: 143 });
  });

  it('SIGHUP drains, as often as it comes', () => {
    const { send, stop, told } = signals();
    send('SIGHUP');
    send('SIGHUP');
    expect({ drain: stop.drain.aborted, stop: stop.stop.aborted, told }).toEqual({ drain: true, stop: false, told: ['hung up', 'hung up'] });
  });
});

const LINE = { at_ms: Date.UTC(2026, 10, 21, 8, 50, 33), level: 'error', code: 'org.rejected', message: '_plans/coo.yaml:3: \u001b[2J\n  fix: mend it', fields: { line: 3 } } as const;

describe('what a manager tells', () => {
  it('is a timestamped line in a pipe', () => {
    const host = fakeHost();
    lineTeller(new Output(host, false)).log.say(LINE);
    expect(host.out).toBe('2026-11-21T08:50:33Z  error  _plans/coo.yaml:3: \\u{1b}[2J\n                      fix: mend it\n');
  });

  it('is a document a line with --json, on a terminal too', () => {
    const host = fakeHost({ tty: true });
    const teller = jsonTeller(new Output(host, true));
    teller.log.say(LINE);
    teller.remark('draining');
    expect(host.out.trim().split('\n').map((line) => JSON.parse(line) as unknown)).toEqual([{ schema: 'coo/log.v1', at: '2026-11-21T08:50:33.000Z', level: 'error', code: 'org.rejected', message: LINE.message, fields: { line: 3 } }]);
    expect(host.err).toBe('draining\n');
  });

  it('before it does it, is a list', () => {
    const foreseen = {
      schema: 'coo/dry-run.v1',
      plans: [{ path: '_plans/a.plan.yaml', plan_id: 'a', refused: null }, { path: '_plans/b.plan.yaml', plan_id: null, refused: 'it has no steps' }],
      grants: [{ step: 'a/b', seat: 'dev-1', fence: 1 }],
      performs: [{ kind: 'start', subject: 'a.b.1', key: 'start a.b.1' }],
    } as const;
    expect(foreseenLines(foreseen)).toEqual(['would accept   a from _plans/a.plan.yaml', 'would refuse   _plans/b.plan.yaml: it has no steps', 'would grant    a/b to dev-1 under fence 1', 'would perform  start a.b.1']);
    expect(foreseenLines({ ...foreseen, plans: [], grants: [], performs: [] })).toEqual(['nothing would be done']);
  });
});
