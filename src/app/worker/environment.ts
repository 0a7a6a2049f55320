import { badEnvName } from '../../format/env-name.ts';
import type { Order } from '../../kernel/order.ts';
import type { PortRange } from './ports.ts';

/** Names of variables whose values never go into a receipt. */
const SECRET_NAME = ['TOKEN', 'KEY', 'SECRET', 'PASSWORD', 'PASSWD', 'CREDENTIAL', 'AUTH'];

/**
 * The variable by which every process of one attempt is found. It names the ledger too: another repository on this machine may have a plan,
 * a step and a fence of the same name, and its processes are none of ours.
 */
export function treeMark(ledger: string, order_id: string): { readonly name: 'COO_TREE'; readonly value: string; readonly marker: string } {
  const value = `${ledger}.${order_id}`;
  return { name: 'COO_TREE', value, marker: `COO_TREE=${value}` };
}

/** What a worker process needs for itself, whatever its order. */
const OWN_NAMES = ['HOME', 'XDG_STATE_HOME', 'XDG_CONFIG_HOME', 'TMPDIR', 'LANG'];

/** What a worker process gets of its manager's environment: what it needs for itself, and what its order allows. */
export function workerEnv(inherited: Readonly<Record<string, string>>, { env: allowed, agent }: Pick<Order, 'env' | 'agent'>): Record<string, string> {
  const { PATH = '/usr/local/bin:/usr/bin:/bin' } = inherited;
  const env: Record<string, string> = { PATH };
  for (const name of [...allowed, ...(agent?.login ?? []), ...OWN_NAMES]) {
    const value = inherited[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}

/** The whole environment of an attempt's commands: the allowed names that are set, and coo's own. Nothing else is inherited. */
export function attemptEnv(order: Order, inherited: Readonly<Record<string, string>>, own: { readonly folder: string; readonly inbox: string; readonly orderFile: string; readonly token: string; /** Of `treeMark`. */ readonly tree: string; readonly binFolder: string; readonly ports?: PortRange | undefined }): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of order.env) {
    const value = inherited[name];
    if (value !== undefined && badEnvName(name) === undefined) env[name] = value;
  }
  env['PATH'] = `${own.binFolder}:${env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin'}`;
  return {
    ...env,
    COO_ORDER: order.order_id,
    COO_ORDER_FILE: own.orderFile,
    COO_PLAN: order.plan_id,
    COO_STEP: order.step_id,
    COO_FENCE: String(order.fence),
    COO_ATTEMPT: String(order.attempt),
    COO_SEAT: order.seat,
    COO_WORKSPACE: own.folder,
    COO_INBOX: own.inbox,
    COO_TOKEN: own.token,
    COO_TREE: own.tree,
    ...(own.ports === undefined ? {} : { COO_PORT_BASE: String(own.ports.base), COO_PORTS: String(own.ports.count) }),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
  };
}

/** Values in an environment that must be taken out of what is stored. */
export function secretsOf(env: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(env).flatMap(([name, value]) => (SECRET_NAME.some((part) => name.toUpperCase().includes(part)) && value !== '' ? [value] : []));
}
