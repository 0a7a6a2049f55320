// An agent's seat whose program is not there: what a person is shown, and what to type.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { scratch } from '../support/cli.ts';

it('is said by run, status, explain and the doctor, with the fix; nothing is tried in vain', async () => {
  const place = scratch();
  try {
    const repo = await place.project({ 'a.txt': 'one\n' });
    const path = join(repo, '_plans/coo.yaml');
    const org = readFileSync(path, 'utf8');
    place.write(path, org.replace(/^seats:.*\n/m, (line) => `${line}  - {seat: robot, roles: [writer], harness: codex, command: [/nowhere/codex]}\n`));
    place.write(join(repo, '_plans/p.plan.yaml'), 'plan_id: p\ntitle: p\nsteps:\n  - {step_id: s, objective: s, prompt: write, role: writer}\n');
    const run = await place.coo(repo, 'run', '--until-idle');
    expect([run.code, run.stdout]).toEqual([4, expect.stringMatching(/seat robot gets nothing: \/nowhere\/codex cannot be started/) as string]);
    expect(JSON.parse((await place.coo(repo, 'status', '--json')).stdout)).toMatchObject({ seats: expect.arrayContaining([{ seat: 'robot', state: 'idle', why: expect.stringContaining('/nowhere/codex cannot be started') as string }]) as object, plans: [{ steps: [{ state: 'ready' }] }] });
    expect((await place.coo(repo, 'status')).stdout).toContain('robot gets nothing: /nowhere/codex cannot be started');
    expect(JSON.parse((await place.coo(repo, 'explain', 'p/s', '--json')).stdout)).toMatchObject({ blockers: [{ code: 'SEAT_UNFIT', next: 'npm install --global @openai/codex' }] });
    const doctor = await place.coo(repo, 'doctor', '--seat', 'robot', '--json');
    expect([doctor.code, JSON.parse(doctor.stdout)]).toMatchObject([1, { findings: expect.arrayContaining([{ check: 'seats', state: 'bad', message: expect.stringContaining('robot: /nowhere/codex cannot be started') as string, fix: 'npm install --global @openai/codex' }]) as object }]);
  } finally {
    place.remove();
  }
});
