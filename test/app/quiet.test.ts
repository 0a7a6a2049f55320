import { describe, expect, it } from 'vitest';
import { Silence, watchSilence } from '../../src/app/worker/quiet.ts';
import { layoutOf } from '../../src/app/layout.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { fakeFiles } from '../support/fake-files.ts';
import { fakeProcesses } from '../support/fake-processes.ts';

const MINUTE = 60_000;

describe('silence', () => {
  it('of an agent that has said nothing yet begins to count after two minutes, of one that has after five', () => {
    const silence = new Silence(0);
    expect(silence.look({ bytes: 0, cpu_ms: 50 }, 2 * MINUTE - 1)).toBeUndefined();
    expect(silence.look({ bytes: 0, cpu_ms: 50 }, 2 * MINUTE)).toEqual({ since: 0, why: 'first_output' });
    expect(silence.look({ bytes: 10, cpu_ms: 50 }, 3 * MINUTE)).toBeUndefined();
    expect(silence.look({ bytes: 10, cpu_ms: 50 }, 8 * MINUTE - 1)).toBeUndefined();
    expect(silence.look({ bytes: 10, cpu_ms: 50 }, 8 * MINUTE)).toEqual({ since: 3 * MINUTE, why: 'idle' });
  });

  it('is no silence while its processes compute, also when one of them ended', () => {
    const silence = new Silence(0);
    expect(silence.look({ bytes: 10, cpu_ms: 5_000 }, MINUTE)).toBeUndefined();
    expect(silence.look({ bytes: 10, cpu_ms: 4_000 }, 7 * MINUTE)).toBeUndefined();
    expect(silence.look({ bytes: 10, cpu_ms: 4_100 }, 14 * MINUTE)).toBeUndefined();
  });

  it('is silence while a program only waits and blinks', () => {
    const silence = new Silence(0);
    silence.look({ bytes: 10, cpu_ms: 1_000 }, 0);
    expect(silence.look({ bytes: 10, cpu_ms: 1_099 }, 5 * MINUTE)).toEqual({ since: 0, why: 'idle' });
  });
});

describe('a note of silence', () => {
  it('stands while it lasts, and goes with a sign of life or the end', async () => {
    const clock = fakeClock();
    const files = fakeFiles(clock);
    const layout = layoutOf({ worktree: '/repo', common: '/repo/.git', stateHome: '/state' });
    let cpu_ms = 0;
    const world = { clock, files, layout, processes: { ...fakeProcesses({ clock }), cpuMs: (marker: string) => (marker === 'COO_RUN=x' ? cpu_ms : 99_999) } };
    const path = `${layout.coo}/quiet/p.s.1.json`;
    const note = async (): Promise<unknown> => ((await files.info(path)) === undefined ? null : JSON.parse(new TextDecoder().decode(await files.read(path, 1_000))));
    const over = new AbortController();
    const began = clock.now();
    const watching = watchSilence(world, { order_id: 'p.s.1', output: '/out', marker: 'COO_RUN=x' }, over.signal);
    await clock.advance(105_000);
    expect(await note()).toBeNull();
    for (let looks = 0; looks < 3; looks += 1) await clock.advance(15_000);
    expect(await note()).toEqual({ schema: 'coo/quiet.v1', order_id: 'p.s.1', since: new Date(began).toISOString(), why: 'first_output' });
    cpu_ms = 1_000;
    await clock.advance(15_000);
    expect(await note()).toBeNull();
    for (let looks = 0; looks < 9; looks += 1) await clock.advance(15_000);
    expect(await note()).toMatchObject({ why: 'first_output' });
    over.abort();
    await watching;
    expect(await note()).toBeNull();
  });

  it('that cannot be written ends nothing', async () => {
    const clock = fakeClock();
    const files = { ...fakeFiles(clock), folder: async () => Promise.reject(Object.assign(new Error('disk full'), { fault: { code: 'FILE_IO' } })) };
    const over = new AbortController();
    const watching = watchSilence({ clock, files, layout: layoutOf({ worktree: null, common: '/r', stateHome: '/s' }), processes: fakeProcesses({ clock }) }, { order_id: 'p.s.1', output: '/out', marker: 'm' }, over.signal);
    for (let looks = 0; looks < 10; looks += 1) await clock.advance(15_000);
    over.abort();
    expect(await watching).toBeUndefined();
  });
});
