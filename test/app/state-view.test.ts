// `state.json` on the ledger's branch: who stopped what, why, and until when.
import { expect, it } from 'vitest';
import { recordFault } from '../../src/format/record-shape.ts';
import { isoTime } from '../../src/kernel/iso.ts';
import { STATE_PATH, viewsOf } from '../../src/app/manager/checkpoint.ts';
import { finding, finishedOf, org, plan, REASON, World } from '../support/state-builder.ts';

it('names every breaker that is not closed, the widest first, as its schema says', () => {
  const world = World.started(org({ breaker: { failures: 9, cooldown_ms: 1_000, empty: 1 } })).submit(plan('p', ['a', 'b']));
  world.yes(finishedOf(world.claim('p/a', 'dev-1', 'beating'), 'failed', [finding()], true));
  world.yes({ type: 'breaker', scope: 'p', action: 'open', ...REASON });
  world.yes({ type: 'incident', scope: 'all', cause: 'ledger', detail: 'an entry was edited' });
  const view = viewsOf(world.state, 7, world.now).find(({ path }) => path === STATE_PATH)?.view;
  expect(recordFault('state', view)).toBeUndefined();
  expect(view).toMatchObject({
    breaker: { state: 'open', scope: 'all', reason: 'an entry was edited' },
    breakers: [
      { scope: 'all', state: 'open', by: 'coo', cause: 'ledger', until: null, trips: 1 },
      { scope: 'seat:dev', state: 'open', by: 'coo', cause: 'empty', until: isoTime(world.now + 1_000), trips: 1 },
      { scope: 'p', state: 'open', reason: 'because', by: 'op', until: null, trips: 1 },
    ],
  });
});
