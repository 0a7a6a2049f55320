// A project of the command line whose one seat beside a person is an agent.
import { join } from 'node:path';
import type { Scratch } from './cli.ts';

const PREAMBLE = `import { readFileSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
const task = JSON.parse(readFileSync(0, 'utf8'));
const say = (value) => console.log(JSON.stringify(value));
`;

/** Makes it with this script as the agent; `say(object)` writes a line, `task` is what it was given. Returns its folder. */
export async function robotProject(place: Scratch, script: string, seat: object = {}, org: object = {}): Promise<string> {
  const agent = place.write(join(place.top, 'agent.mjs'), `${PREAMBLE}${script}`);
  const repo = await place.project({ 'README.md': 'a project\n' });
  place.write(join(repo, '_plans/coo.yaml'), JSON.stringify({ version: 1, target: 'main', seats: [{ seat: 'robot', roles: ['developer'], harness: 'command', command: [process.execPath, agent], ...seat }, { seat: 'you', roles: ['approver'], harness: 'person' }], ...org }));
  return repo;
}
