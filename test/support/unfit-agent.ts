// An agent's seat whose program is there or not.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RealWorld } from './real-world.ts';

export const STEP = { step_id: 'write', prompt: 'write', role: 'writer' };
export const AGENT = { seat: 'robot', roles: ['writer'], harness: 'claude' };

/** A program in the place of the agent's: it says its version, and does nothing else. */
export function install(world: RealWorld, version: string): string {
  const path = join(world.scratch, 'bin/agent');
  mkdirSync(join(world.scratch, 'bin'), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n[ "$1" = --version ] && echo "${version}" >> '${world.out('asked')}' && echo '${version}'\n`);
  chmodSync(path, 0o755);
  return path;
}

/** Names the agent's program as an operator would. */
export function seats(world: RealWorld, more: object): void {
  const org = { version: 1, target: 'main', integrate: 'merge', seats: [{ seat: 'dev', roles: ['developer'], harness: 'shell' }, { ...AGENT, ...more }], limits: { lease: '4s', beat: '500ms' }, breaker: { failures: 1_000 } };
  world.drop('_plans/coo.yaml', JSON.stringify(org));
}
