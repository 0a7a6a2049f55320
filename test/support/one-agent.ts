// A world whose one agent is a script, and what it left in the record.
import type { Run } from '../../src/format/run.ts';
import { inWorld } from './real-world.ts';
import type { RealWorld, RealWorldOptions } from './real-world.ts';

/** A world with one seat whose agent is this script; `say(object)` writes a line, `task` is what it was given. */
export async function withAgent(script: string, test: (world: RealWorld) => Promise<void>, seat: object = {}, options: RealWorldOptions = {}): Promise<void> {
  await inWorld({ seats: 1, ...options, more: [{ seat: 'robot', roles: ['developer'], harness: 'command', command: ['node', 'agent.mjs'], ...seat }], files: { 'agent.mjs': `${PREAMBLE}${script}` }, env: { ROBOT_KEY: 'sk-robot-0123456789', OTHER: 'not for it', ...options.env } }, test);
}

const PREAMBLE = `import { readFileSync, writeFileSync, appendFileSync, existsSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
const task = JSON.parse(readFileSync(0, 'utf8'));
const say = (value) => console.log(JSON.stringify(value));
`;
export const STEP = { step_id: 'write', prompt: 'write answer.txt', role: 'developer', outputs: ['answer.txt'] };

export async function receipts(world: RealWorld): Promise<readonly Run[]> {
  const events = await world.events();
  const paths = events.flatMap((event) => (event.type === 'run.accepted' || event.type === 'run.ended' ? [event.receipt] : []));
  return paths.map((path) => JSON.parse(world.repo.git('show', `coo/ledger:${path}`)) as Run);
}
