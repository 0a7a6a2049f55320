// How long something waits is told from when it began to, not from when its plan came.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Since } from '../../src/app/since.ts';
import { inbox } from '../../src/app/operations/inbox.ts';
import type { Event } from '../../src/kernel/event.ts';
import { World, plan } from '../support/state-builder.ts';
import { byHand } from '../support/plans.ts';
import { eventually } from '../support/processes.ts';
import { inWorld } from '../support/real-world.ts';

const at = (seconds: number): string => new Date(Date.UTC(2030, 0, 1, 0, 0, seconds)).toISOString();
const entry = (seconds: number, ...events: readonly Event[]): Parameters<Since['take']>[0][number] => ({ at: at(seconds), events }) as unknown as Parameters<Since['take']>[0][number];
const of = (plan_id: string, step_id: string): { readonly plan_id: string; readonly step_id: string; readonly fence: number } => ({ plan_id, step_id, fence: 1 });

it('a step waits since it or what it depends on went on, a plan since it did as a whole, and words change nothing', () => {
  const made = World.started().submit(plan('p', ['a', 'b<-a'])).state.plans.get('p');
  if (made === undefined) throw new Error('no plan');
  const since = new Since();
  const told = (id: string | null): string => new Date(since.of(made, id === null ? null : (made.steps.get(id) ?? null))).toISOString();
  const accepted = new Date(made.accepted_at_ms).toISOString();
  expect([told('a'), told('b'), told(null)]).toEqual([accepted, accepted, accepted]);
  since.take([entry(10, { type: 'claim.released', ...of('p', 'a'), reason: 'no', next: { kind: 'block', reason: 'no' } }), entry(20, { type: 'run.progress', ...of('p', 'a'), text: 'x' }), entry(30, { type: 'noted', by: 'x', text: 'x', plan_id: 'p', step_id: 'a' }), entry(40, { type: 'claim.renewed', ...of('other', 'a'), renewals: 1, authenticated: true })]);
  expect([told('a'), told('b'), told(null)]).toEqual([at(10), at(10), accepted]);
  since.take([entry(50, { type: 'step.retried', plan_id: 'p', step_id: 'b', by: 'x', reason: 'x' }, { type: 'plan.awaiting_merge', plan_id: 'p' })]);
  expect([told('a'), told('b'), told(null)]).toEqual([at(10), at(50), at(50)]);
});

it('the inbox and the offers say so', async () => {
  await inWorld({ agents: 1 }, async (world) => {
    world.plan({ plan_id: 'p', steps: [byHand('a', { role: 'writer' }), byHand('b', { role: 'writer', depends_on: ['a'] }), byHand('c', { role: 'writer' })] });
    const manager = world.manager('stopped');
    await world.untilStep('p/a', 'ready');
    const timeOf = async (type: string): Promise<string | undefined> => (await world.entries()).find(({ events }) => events.some((event) => event.type === type))?.at;
    world.ask('p', 'a', 'ada-1');
    const { start } = await world.untilClaim('p/a');
    world.message('done', { type: 'step.done', plan_id: 'p', step_id: 'a', fence: 1, commit: start });
    await world.untilStep('p/b', 'ready');
    const offer = join(world.folder, '_bus/out/roles.writer/p.b.json');
    await eventually(() => 'an offer', () => existsSync(offer) || undefined);
    expect((JSON.parse(readFileSync(offer, 'utf8')) as { since: string }).since).toBe(await timeOf('run.accepted'));
    world.ask('p', 'c', 'ada-1');
    await world.untilClaim('p/c');
    world.message('stuck', { type: 'step.blocked', plan_id: 'p', step_id: 'c', fence: 1, reason: 'no key' });
    await world.untilStep('p/c', 'blocked');
    const { waiting } = await inbox(await world.session(), { kind: 'anybody' }, 10);
    expect(waiting).toMatchObject([{ step_id: 'c', code: 'BLOCKED', since: await timeOf('claim.released') }]);
    await manager.drain();
  });
});
