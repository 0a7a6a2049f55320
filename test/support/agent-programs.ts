import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect } from 'vitest';
import type { Run } from '../../src/format/run.ts';
import { ModelServer, fail } from './model-server.ts';
import type { Turn } from './model-server.ts';
import { processesAbout } from './processes.ts';
import { inWorld } from './real-world.ts';
import type { RealWorld, RealWorldOptions } from './real-world.ts';

/** Where `npm run test:agents` put the programs. */
const FOLDER = process.env['COO_AGENTS'] ?? join(import.meta.dirname, '../../.cache/agents');
/** Where transcripts are kept, for `test/transcripts`. */
const RECORD = process.env['COO_RECORD'];
/** The log-in that the scripted provider takes from anyone; a value that must not show. */
export const KEY = 'sk-scripted-4fA9xQ27LmZp0RtB';

/** A real agent program, and how it is led to the scripted model. */
export interface AgentProgram {
  readonly harness: 'claude' | 'codex' | 'acp';
  readonly package: string;
  readonly path: string;
  /** Arguments that come first. */
  readonly args?: readonly string[];
  readonly seat: Readonly<Record<string, unknown>>;
  readonly env: (url: string) => Readonly<Record<string, string>>;
  /** Files of the operator's home. */
  readonly home: (url: string, settings: object) => Readonly<Record<string, string>>;
}

/** One whose provider can be made to say when it takes requests again. */
export interface LimitedProgram extends AgentProgram {
  /** A seat with a subscription, whose provider tells of limits otherwise than for a key. */
  readonly subscribed: object;
  /** As it comes: it asks its provider as often as it likes. */
  readonly patient: { readonly seat?: object; readonly settings?: object };
  /** Its provider takes no more before this time, in seconds since 1970. */
  readonly limited: (until_s: number) => Turn;
}

const CLAUDE: LimitedProgram = {
  harness: 'claude',
  package: '@anthropic-ai/claude-code',
  path: join(FOLDER, 'node_modules/.bin/claude'),
  seat: { login: ['ANTHROPIC_API_KEY', 'ANTHROPIC_BASE_URL', 'CLAUDE_CODE_MAX_RETRIES'] },
  env: (url) => ({ ANTHROPIC_API_KEY: KEY, CLAUDE_CODE_OAUTH_TOKEN: `sk-ant-oat01-${KEY}`, ANTHROPIC_BASE_URL: url, CLAUDE_CODE_MAX_RETRIES: '1' }),
  home: () => ({}),
  subscribed: { login: ['CLAUDE_CODE_OAUTH_TOKEN', 'ANTHROPIC_BASE_URL'] },
  patient: { seat: { login: ['ANTHROPIC_API_KEY', 'ANTHROPIC_BASE_URL'] } },
  limited: (until_s) => fail(429, { type: 'rate_limit_error', headers: { 'anthropic-ratelimit-unified-status': 'rejected', 'anthropic-ratelimit-unified-reset': String(until_s), 'anthropic-ratelimit-unified-representative-claim': 'five_hour' } }),
};

const CODEX: LimitedProgram = {
  harness: 'codex',
  package: '@openai/codex',
  path: join(FOLDER, 'node_modules/.bin/codex'),
  seat: { login: ['SCRIPTED_KEY', '~/.codex/config.toml'], model: 'gpt-5.3-codex' },
  env: () => ({ SCRIPTED_KEY: KEY }),
  home: (url, { retries = 1 }: { readonly retries?: number }) => ({
    '.codex/config.toml': `model_provider = "scripted"\n[model_providers.scripted]\nname = "scripted"\nbase_url = "${url}/v1"\nwire_api = "responses"\nenv_key = "SCRIPTED_KEY"\nrequest_max_retries = ${String(retries)}\nstream_max_retries = ${String(retries)}\n`,
  }),
  subscribed: {},
  patient: { settings: { retries: 5 } },
  limited: (until_s) => fail(429, { type: 'usage_limit_reached', message: 'The usage limit has been reached', more: { resets_at: until_s, plan_type: 'plus' } }),
};

/** Over the Agent Client Protocol. Its model is one of its own settings. */
export const OPENCODE: AgentProgram = {
  harness: 'acp',
  package: 'opencode-ai',
  path: join(FOLDER, 'node_modules/.bin/opencode'),
  args: ['acp'],
  seat: { login: ['SCRIPTED_KEY', '~/.config/opencode/opencode.json'] },
  env: () => ({ SCRIPTED_KEY: KEY }),
  home: (url, settings) => ({
    '.config/opencode/opencode.json': JSON.stringify({
      ...settings,
      model: 'scripted/m-1',
      small_model: 'scripted/m-1',
      autoupdate: false,
      share: 'disabled',
      provider: { scripted: { npm: '@ai-sdk/anthropic', name: 'scripted', options: { baseURL: `${url}/v1`, apiKey: '{env:SCRIPTED_KEY}' }, models: { 'm-1': { name: 'one', tool_call: true, limit: { context: 100_000, output: 8_000 }, cost: { input: 1, output: 2, cache_read: 0.1, cache_write: 1 } } } } },
    }),
  }),
};

export const PROGRAMS: readonly LimitedProgram[] = [CLAUDE, CODEX].filter(({ path }) => existsSync(path));

export interface AgentWorld {
  readonly world: RealWorld;
  readonly model: ModelServer;
}

/** A world with one seat whose agent is this program, and a model that follows a script. */
export async function withProgram(program: AgentProgram, script: readonly Turn[], test: (at: AgentWorld) => Promise<void>, { seat = {}, env = {}, settings = {}, ...options }: RealWorldOptions & { readonly seat?: object | ((host: string) => object); /** Of the program's own file. */ readonly settings?: object } = {}): Promise<void> {
  const model = await ModelServer.start(script);
  try {
    const more = [{ seat: 'robot', roles: ['developer'], harness: program.harness, command: [program.path, ...(program.args ?? [])], ...program.seat, ...(typeof seat === 'function' ? seat(new URL(model.url).host) : seat) }];
    await inWorld({ seats: 1, ...options, more, env: { ...program.env(model.url), ...env } }, async (world) => {
      for (const [path, text] of Object.entries(program.home(model.url, settings))) {
        mkdirSync(dirname(join(world.scratch, 'home', path)), { recursive: true });
        writeFileSync(join(world.scratch, 'home', path), text);
      }
      await test({ world, model });
      if (RECORD !== undefined) await record(world, program, model.url, RECORD);
    });
  } finally {
    await model.close();
  }
}

/** Keeps what the program wrote in each attempt, without this machine's paths and ports. */
async function record(world: RealWorld, program: AgentProgram, url: string, folder: string): Promise<void> {
  const name = (expect.getState().currentTestName ?? '').split(' > ').at(-1) ?? '';
  const runs = await receiptsOf(world);
  for (const [at, run] of runs.entries()) {
    const text = transcriptOf(world, run).replaceAll(world.scratch, '/scratch').replaceAll(world.scratch.replaceAll('/', '-'), '-scratch').replaceAll(url, 'http://127.0.0.1:18999').replaceAll(url.slice('http://'.length), '127.0.0.1:18999').replaceAll(FOLDER, '/agents');
    writeFileSync(join(folder, `${program.harness}.${name.replaceAll(/[^a-z0-9]+/gi, '-').slice(0, 32).replace(/-$/, '')}.${String(at + 1)}.jsonl`), text);
  }
}

/** Receipts of all attempts that ended, in their order. */
export async function receiptsOf(world: RealWorld): Promise<readonly Run[]> {
  const paths = (await world.events()).flatMap((event) => (event.type === 'run.accepted' || event.type === 'run.ended' ? [event.receipt] : []));
  return paths.map((path) => JSON.parse(world.repo.git('show', `coo/ledger:${path}`)) as Run);
}

/** The pid of the program itself, among all processes of a world. */
export function processOf({ scratch }: RealWorld, { path }: AgentProgram): number {
  const names = new Set([basename(path), basename(realpathSync(path))]);
  return processesAbout(scratch).find((pid) => readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8').split('\0').slice(0, 2).some((word) => names.has(basename(word)))) ?? 0;
}

/** What an agent's program wrote, as it is kept in this clone. */
export function transcriptOf(world: RealWorld, run: Run | undefined): string {
  const sha256 = run?.agent?.transcript.sha256 ?? '';
  return readFileSync(join(world.repo.gitDir, 'coo/logs', sha256.slice(0, 2), sha256.slice(2)), 'utf8');
}
