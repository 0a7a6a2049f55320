import type { Machine } from '../../../ports/machine.ts';
import type { Found } from './check.ts';

const OLDEST_NODE = 24;
const OLDEST_GIT = [2, 39] as const;

export function nodeCheck(machine: Pick<Machine, 'node'>): Found {
  if (Number.parseInt(machine.node, 10) >= OLDEST_NODE) return { check: 'node', state: 'ok', message: `Node ${machine.node}` };
  return { check: 'node', state: 'bad', message: `Node ${machine.node} is too old: coo needs ${String(OLDEST_NODE)}`, fix: `npx -p node@${String(OLDEST_NODE)} -p git-coo coo doctor` };
}

export async function gitCheck(machine: Pick<Machine, 'git'>): Promise<Found> {
  const said = await machine.git();
  if (!said.ok) return { check: 'git', state: 'bad', message: `git cannot be run: ${said.why}`, fix: 'install git, or put it on the PATH' };
  const [, major = '0', minor = '0'] = /([0-9]+)\.([0-9]+)/.exec(said.version) ?? [];
  const isOld = Number(major) < OLDEST_GIT[0] || (Number(major) === OLDEST_GIT[0] && Number(minor) < OLDEST_GIT[1]);
  if (isOld) return { check: 'git', state: 'bad', message: `${said.version} is too old: coo needs ${OLDEST_GIT.join('.')}`, fix: 'install a newer git' };
  return { check: 'git', state: 'ok', message: said.version };
}
