import type { Integrate } from '../kernel/plan.ts';
import { isAgent } from '../kernel/org.ts';
import type { BreakerLimits, Org, Seat, SetupCache } from '../kernel/org.ts';
import { RECENT_RUNS } from '../kernel/limits.ts';
import { badTarget } from './branch-name.ts';
import { argvAt, commandsIn } from './commands.ts';
import { readDocument } from './document.ts';
import { badEnvName } from './env-name.ts';
import { Faults, pointerOf } from './fault.ts';
import type { Fault, PathPart } from './fault.ts';
import { badId, Fields, kindOf } from './fields.ts';
import { limitsIn } from './org-limits.ts';
import { seatsIn } from './org-seats.ts';
import { badInput, badProduct } from './plan-paths.ts';
import { badTemplate } from './prompts/template.ts';
import { UPGRADE, VERSIONS, checkVersion } from './versions.ts';

export type ReadOrg = { readonly ok: true; readonly org: Org; readonly warnings: readonly Fault[] } | { readonly ok: false; readonly faults: readonly Fault[] };

export interface OrgOptions {
  /** Prefix of coo's own branches; no plan may target one. */
  readonly prefix: string;
  /** Used where the file names none. */
  readonly target?: string;
  readonly integrate?: Integrate;
}

const FIELDS = ['version', 'mode', 'target', 'integrate', 'seats', 'seats_open', 'env', 'workspace', 'checks', 'limits', 'breaker', 'notify', 'prompts', 'approvals'];
const DEFAULT_ENV = ['PATH', 'HOME', 'LANG'];
const DEFAULT_PORTS = 10;
const DEFAULT_BREAKER = { failures: 3, cooldown_ms: 600_000, rate: 50, window: 20, alike: 3, repeats: 5, empty: 3, undone: 3 } satisfies BreakerLimits;
/** What a breaker may count; 0 = it does not. */
const COUNTS = ['rate', 'alike', 'repeats', 'empty', 'undone'] as const;
const PATH_CAP = 4_096;
/** Of one role's template, in UTF-16 code units: it stands in each of its orders. */
const PROMPT_CAP = 16_384;
/** Paths of each kind that a cache may name. */
const MAX_PATHS = 100;
const WEEK_MS = 604_800_000;

/** Reads coo.yaml: checked, seats expanded, every limit filled in. All faults at once. */
export function readOrg(name: string, bytes: Uint8Array, options: OrgOptions): ReadOrg {
  const read = readDocument(name, bytes);
  if (!read.ok) return read;
  const faults = new Faults(name, read.document.placeOf);
  const fields = newerVersion(faults, read.document.value) || !checkVersion(faults, 'org', read.document.value) ? undefined : Fields.of(faults, [], read.document.value, 'the organisation', FIELDS);
  const org = fields === undefined ? undefined : orgOf(fields, options);
  return org === undefined || faults.failed ? { ok: false, faults: faults.all } : { ok: true, org, warnings: faults.all };
}

/** A newer version may mean anything: only that is said, not what else is strange about it. */
function newerVersion(faults: Faults, value: unknown): boolean {
  const version: unknown = typeof value === 'object' && value !== null && Object.hasOwn(value, 'version') ? (value as { readonly version: unknown }).version : VERSIONS.org;
  if (typeof version !== 'number' || version <= VERSIONS.org) return false;
  faults.error('VERSION_NEWER', '/version', `this file is of version ${String(version)}; this coo knows version ${String(VERSIONS.org)}`, UPGRADE);
  return true;
}

function orgOf(fields: Fields, options: OrgOptions): Org {
  if (fields.need('version', `add version: ${String(VERSIONS.org)} as the first line`)) fields.number('version', VERSIONS.org, VERSIONS.org);
  const mode = fields.oneOf('mode', ['dev', 'governed']) ?? 'dev';
  const approvals = fields.number('approvals', 1, 100);
  if (approvals !== undefined && mode === 'dev') fields.warning('approvals', 'NOT_ENFORCED', 'approvals counts in governed mode alone', 'write mode: governed, or remove it');
  const target = fields.text('target', { cap: 1_024, check: (text) => badTarget(text, options.prefix) });
  const integrate = fields.oneOf('integrate', ['merge', 'pull_request', 'none']);
  const seats = seatsIn(fields, mode);
  return {
    mode,
    seats,
    ...(fields.flag('seats_open') === true ? { seats_open: true } : {}),
    env: fields.texts('env', { check: badEnvName }) ?? DEFAULT_ENV,
    workspace: workspaceOf(fields.inner('workspace', ['setup', 'ports', 'cache'])),
    checks: checksOf(fields.inner('checks', ['before', 'after'])),
    limits: limitsIn(fields),
    breaker: breakerOf(fields.inner('breaker', ['failures', 'cooldown', 'window', ...COUNTS])),
    notify: fields.list('notify', 100, (item, at) => notifyAt(fields, [...fields.path, ...at], item)) ?? [],
    ...(approvals === undefined ? {} : { approvals }),
    ...promptsOf(fields, seats),
    branch_prefix: options.prefix,
    target: target ?? options.target ?? 'main',
    integrate: integrate ?? options.integrate ?? 'merge',
  };
}

/** Templates by role: a name of each role, a text. */
function promptsOf(fields: Fields, seats: readonly Seat[]): Pick<Org, 'prompts'> {
  const raw = fields.raw('prompts');
  const roles = typeof raw === 'object' && raw !== null ? Object.keys(raw) : [];
  const inner = fields.inner('prompts', roles);
  if (inner === undefined) return {};
  if (roles.length > MAX_PATHS) return fields.error('prompts', 'LIST_TOO_LONG', `prompts has ${String(roles.length)} roles; at most ${String(MAX_PATHS)} are taken`, 'shorten it') ?? {};
  const known = new Set(seats.flatMap((seat) => (isAgent(seat.harness) ? seat.roles : [])));
  const prompts = roles.flatMap((role): readonly (readonly [string, string])[] => {
    const wrong = badId(role);
    if (wrong !== undefined) inner.error(role, wrong.code, wrong.message, wrong.fix);
    const text = inner.text(role, { cap: PROMPT_CAP, check: badTemplate });
    if (wrong === undefined && !known.has(role)) inner.warning(role, 'PROMPT_UNUSED', `no seat with an agent has the role ${role}`, `roles of agents are ${[...known].join(', ') || 'none'}`);
    return wrong !== undefined || text === undefined ? [] : [[role, text]];
  });
  return { prompts: Object.fromEntries(prompts) };
}

function workspaceOf(fields: Fields | undefined): Org['workspace'] {
  if (fields === undefined) return { setup: [], ports: DEFAULT_PORTS };
  const cache = cacheOf(fields);
  return { setup: commandsIn(fields, 'setup') ?? [], ports: fields.number('ports', 0, 1_000) ?? DEFAULT_PORTS, ...(cache === undefined ? {} : { cache }) };
}

function cacheOf(workspace: Fields): SetupCache | undefined {
  const fields = workspace.inner('cache', ['key', 'paths']);
  if (fields === undefined) return undefined;
  const isNamed = [fields.need('key', 'name the files that tell what setup makes: [package-lock.json]'), fields.need('paths', 'name what setup makes: [node_modules]')].every(Boolean);
  const [key, paths] = [fields.texts('key', { check: badInput, cap: PATH_CAP }, MAX_PATHS), fields.texts('paths', { check: badProduct, cap: PATH_CAP }, MAX_PATHS)];
  if (!isNamed || key === undefined || paths === undefined) return undefined;
  for (const name of ['key', 'paths']) {
    const list = fields.raw(name);
    if (Array.isArray(list) && list.length === 0) fields.error(name, 'CACHE_EMPTY', `cache.${name} names nothing, so nothing could be kept`, 'name something, or leave cache out');
  }
  if (paths.some((path) => paths.some((other) => other.startsWith(`${path}/`)))) fields.error('paths', 'CACHE_NESTED', 'one of the paths lies in another', 'name the outer one only');
  return { key, paths };
}

function checksOf(fields: Fields | undefined): Org['checks'] {
  if (fields === undefined) return { before: [], after: [] };
  return { before: commandsIn(fields, 'before') ?? [], after: commandsIn(fields, 'after') ?? [] };
}

function breakerOf(fields: Fields | undefined): Org['breaker'] {
  if (fields === undefined) return DEFAULT_BREAKER;
  const counts = COUNTS.map((name) => [name, fields.number(name, 0, RECENT_RUNS) ?? DEFAULT_BREAKER[name]] as const);
  return {
    ...DEFAULT_BREAKER,
    failures: fields.number('failures', 1, 1_000) ?? DEFAULT_BREAKER.failures,
    cooldown_ms: fields.duration('cooldown', 1, WEEK_MS) ?? DEFAULT_BREAKER.cooldown_ms,
    window: fields.number('window', 2, RECENT_RUNS) ?? DEFAULT_BREAKER.window,
    ...Object.fromEntries(counts),
  };
}

function notifyAt(fields: Fields, at: readonly PathPart[], item: unknown): readonly string[] | undefined {
  if (Array.isArray(item)) return argvAt(fields.faults, at, item);
  fields.faults.error('WRONG_TYPE', pointerOf(at), `an item of notify is ${kindOf(item)}, not an argv`, 'write a list of texts: ["notify-send", "coo"]');
  return undefined;
}
