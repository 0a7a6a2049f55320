// What was recorded of a step, played back: nothing is run, and what this clone does not have is said to be absent.
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLedger } from '../../src/app/operations/by-hand.ts';
import { recording } from '../../src/app/operations/recording.ts';
import type { Frame, Recording } from '../../src/app/operations/recording.ts';
import { recordingLines } from '../../src/faces/cli/recording-lines.ts';
import { styleFor } from '../../src/faces/cli/style.ts';
import { shapeErrors } from '../../tools/generate.ts';
import { RealWorld } from '../support/real-world.ts';

const STEP = { plan_id: 'p', step_id: 'a' };
const BARE = styleFor({ env: { NO_COLOR: '1' } }, { isTTY: false });
let world: RealWorld;

beforeAll(async () => {
  world = await RealWorld.make({});
  world.plan({ plan_id: 'p', steps: [{ step_id: 'a', commands: [`echo hello; echo ran >> ${world.out('ran')}; test $(wc -l < ${world.out('ran')}) = 2`, 'echo a > a.txt'], outputs: ['a.txt'], checks: { after: ['test -f a.txt'] } }] });
  await world.run();
}, 120_000);
afterAll(async () => world.close());

async function recorded(fence?: number): Promise<Recording> {
  return recording(await openLedger(await world.another()), STEP, fence);
}

const kinds = ({ frames }: Recording): readonly string[] => frames.map((frame) => (frame.kind === 'event' ? frame.type : frame.kind === 'command' ? `${frame.phase} ${String(frame.exit)} ${frame.log.state}` : frame.kind === 'finding' ? frame.code : frame.kind));
const ofKind = <K extends Frame['kind']>({ frames }: Recording, kind: K): readonly Extract<Frame, { readonly kind: K }>[] => frames.filter((frame): frame is Extract<Frame, { readonly kind: K }> => frame.kind === kind);

describe('a step is played back', () => {
  it('attempt by attempt: order, start, commands with exit, time and output by digest, judgement, merge', async () => {
    const ran = world.lines('ran').length;
    const all = await recorded();
    expect(kinds(all)).toEqual([
      'step.claimed', 'order', 'run.started', 'receipt', 'command 1 here', 'COMMAND_FAILED', 'run.ended', 'step.ready',
      'step.claimed', 'order', 'run.started', 'receipt', 'command 0 here', 'command 0 empty', 'change', 'file', 'run.reported', 'check 0 empty', 'run.accepted', 'merge',
    ]);
    expect(shapeErrors('coo/recording.v1', { schema: 'coo/recording.v1', ...all })).toEqual([]);
    const [first] = ofKind(all, 'command');
    expect(first).toMatchObject({ fence: 1, ending: 'exited', head: 'hello\n', log: { bytes: 6, kept: 6 } });
    expect(ofKind(all, 'receipt').map(({ mode, sandbox, here }) => ({ mode, sandbox, here }))).toEqual([{ mode: 'dev', sandbox: 'off', here: true }, { mode: 'dev', sandbox: 'off', here: true }]);
    expect(ofKind(all, 'merge')).toEqual([{ kind: 'merge', fence: 2, commit: world.repo.git('rev-parse', 'coo/p'), here: true }]);
    expect(new Set((await recorded(1)).frames.map(({ fence }) => fence))).toEqual(new Set([1]));
    expect(world.lines('ran').length).toBe(ran);
  });

  it('in lines for a person', async () => {
    const lines = recordingLines(await recorded(2), BARE);
    expect(lines[0]).toBe('p/a  done');
    expect(lines.filter((line) => /^ {4}command /.test(line))).toEqual([expect.stringMatching(/echo hello.* {2}exit 0, \d/), expect.stringMatching(/echo a > a\.txt {2}exit 0, \d/)]);
    expect(lines).toContain('           | hello');
  });

  it('says what lies where an output should, and what is not in this clone', async () => {
    const logs = join(world.repo.gitDir, 'coo/logs');
    const path = ofKind(await recorded(1), 'command')[0]?.log.path ?? '';
    writeFileSync(path, 'other\n');
    expect(ofKind(await recorded(1), 'command')[0]?.log.state).toBe('other');
    for (const name of readdirSync(logs)) rmSync(join(logs, name), { recursive: true });
    const gone = await recorded(1);
    expect(ofKind(gone, 'command')[0]?.log.state).toBe('absent');
    expect(recordingLines(gone, BARE).join('\n')).toContain('6 bytes: absent from this clone');
    await expect(recording(await openLedger(world.world), { ...STEP, step_id: 'b' })).rejects.toMatchObject({ code: 'STEP_UNKNOWN' });
  });

  it('of an attempt whose receipt was taken away says so', async () => {
    const session = await openLedger(await world.another());
    const path = ofKind(await recording(session, STEP), 'receipt')[0]?.path ?? '';
    const file = session.file.bind(session);
    session.file = async (at, cap) => (at === path ? null : file(at, cap));
    expect(ofKind(await recording(session, STEP, 1), 'receipt')).toMatchObject([{ path, here: false, mode: null }]);
  });
});
