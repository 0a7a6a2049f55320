import { isoTime } from '../../kernel/iso.ts';
import type { Order, OrderedAgent } from '../../kernel/order.ts';
import type { AgentKind, Seat } from '../../kernel/org.ts';
import { DEFAULT_LIMITS } from '../../kernel/limits.ts';
import { duration } from '../../format/time-span.ts';
import type { AgentReport } from '../../ports/harness.ts';
import { readIfRegular } from '../faults.ts';
import { workspacesPath } from '../layout.ts';
import { spentOf } from '../spent-words.ts';
import type { World } from '../world.ts';
import { makeHome } from './agent-home.ts';
import { openCell, runIn } from './cell.ts';
import { freshLog, start } from './commands.ts';
import type { Bench } from './commands.ts';
import { attemptEnv, secretsOf } from './environment.ts';
import { excerpt, lastComplaint } from './excerpt.ts';
import { redactor } from './redact.ts';

/** What came of asking an agent for one word. `isPassing`: time alone mends it. */
export type Trial = { readonly ok: true; readonly message: string } | { readonly ok: false; readonly isPassing: boolean; readonly message: string; readonly fix: string };

const PROMPT = 'This is a test of the connection. Use no tool and change no file. Answer with one word: ready\n';
/** Longest that an agent may take for a word, and for its version, in milliseconds. */
const WALL_MS = 180_000;
const NAME_BYTES = 6;
const SHOWN = 80;
const DETAIL = 500;

/** Sends one word through a seat's agent, in an empty folder with the seat's own log-in and sandbox. Nothing of it is recorded; all of it is gone afterwards. */
export async function agentTrial(world: World, ledger: string, seat: Seat & { readonly harness: AgentKind }): Promise<Trial> {
  const agent: OrderedAgent = { kind: seat.harness, ...seat.agent, ...(seat.login === undefined ? {} : { login: seat.login }) };
  const name = `.doctor.${world.random.hex(NAME_BYTES)}`;
  const folder = `${workspacesPath(world.layout, ledger)}/${name}`;
  const [inbox, homeFolder] = [`${folder}.inbox`, `${folder}.home`];
  const order = orderOf(seat, agent, world.clock.now());
  await world.files.folder(folder);
  await world.files.folder(inbox);
  const home = await makeHome(world, homeFolder, seat.login ?? []);
  const opened = await openCell(world, order, { workspace: folder, inbox, home: homeFolder, quarantine: false });
  const clear = async (): Promise<void> => {
    for (const path of [folder, inbox, homeFolder, `${folder}.cell`]) await world.files.removeAll(path);
  };
  if (!opened.ok) {
    await clear();
    return { ok: false, isPassing: false, message: opened.finding.message, fix: 'coo doctor says what a sandbox needs' };
  }
  const { cell } = opened;
  try {
    const env = { ...attemptEnv(order, world.env, { folder, inbox, orderFile: '', token: '', tree: name, binFolder: `${world.layout.coo}/bin` }), ...home.env };
    const clean = redactor(world.secrets, [...secretsOf(env), ...home.secrets]);
    const bench: Bench = { world, run: runIn(world.processes, cell), layout: world.layout, folder, env, marker: name, limits: order.limits, redactor: clean, signal: new AbortController().signal };
    const file = await freshLog(bench, 'trial');
    try {
      const harness = await world.harness(seat.harness);
      const standing = await harness.standing(agent, (launch) => start(bench, { ...launch, file, wallMs: WALL_MS }));
      if (!standing.ok) return { ok: false, isPassing: false, message: `${standing.message} [${standing.code}]`, fix: standing.fix };
      const began = world.clock.monotonic();
      const report = await harness.run({ order, agent, prompt: PROMPT, folder, home: home.folder, inbox, confined: cell.kind !== 'off', write: async (path, bytes) => home.write(path, bytes), start: (launch) => start(bench, { ...launch, file, wallMs: WALL_MS }), used: () => undefined, signal: bench.signal });
      const said = report.end === 'error' ? `${report.detail ?? ''}${lastComplaint(excerpt((await readIfRegular(world.files, file, order.limits.log_bytes + 1)) ?? new Uint8Array(), order.limits.excerpt_bytes))}` : report.detail;
      const told = { ...report, summary: report.summary === null ? null : await clean.text(report.summary), ...(said === undefined ? {} : { detail: await clean.text(said) }) };
      return trialOf(told, { version: report.version === '' ? standing.version : report.version, ms: world.clock.monotonic() - began });
    } finally {
      await world.files.remove(file);
    }
  } finally {
    await cell.close();
    await clear();
  }
}

/** A report as a sentence: what came back, how long it took, what it cost. */
function trialOf({ end, detail, fix, summary, tokens, cost, until_ms, denials, finished }: AgentReport, { version, ms }: { readonly version: string; readonly ms: number }): Trial {
  const total = tokens === null ? 0 : tokens.input + tokens.output + tokens.cache_read + tokens.cache_write;
  const used = tokens === null && cost === null ? 'what it used it did not say' : spentOf({ tokens: total, usd: (cost?.micro_usd ?? 0) / 1_000_000 });
  const who = version === '' ? 'its program' : version;
  const why = (detail ?? summary ?? '').slice(0, DETAIL);
  if (finished.ending.kind === 'timed_out') return { ok: false, isPassing: false, message: `${who} gave no answer in ${duration(WALL_MS)}`, fix: 'look whether its provider is reached from here: network: of the seat, and the log-in' };
  if (end === 'done' || end === 'asked') return { ok: true, message: `${who} said ${JSON.stringify((summary ?? '').slice(0, SHOWN))} in ${duration(Math.max(1, ms))}; ${used}` };
  if (end === 'quota') return { ok: false, isPassing: true, message: `${who} is there, and its provider takes no more now${why === '' ? '' : `: ${why}`}`, fix: until_ms === null ? 'try again later' : `try again after ${isoTime(until_ms)}` };
  if (end === 'login') return { ok: false, isPassing: false, message: `${who} is there, and its provider does not take its log-in${why === '' ? '' : `: ${why}`}`, fix: fix ?? 'log in anew' };
  return { ok: false, isPassing: false, message: `${who} ended with ${end}${why === '' ? '' : `: ${why}`}${denials.length === 0 ? '' : `; it was not allowed: ${denials.slice(0, 3).join('; ')}`}`, fix: 'log in with the program once, and name what holds the log-in in login: of the seat' };
}

/** As much of an order as a word needs. */
function orderOf({ seat, sandbox, network }: Seat, agent: OrderedAgent, now_ms: number): Order {
  const { beat_ms, check_ms, log_bytes, excerpt_bytes, import_bytes, receipt_bytes } = DEFAULT_LIMITS;
  return {
    schema: 'coo/order.v1', order_id: 'doctor.word.1', plan_id: 'doctor', step_id: 'word', attempt: 1, fence: 1, seat, objective: 'answer with one word', prompt: PROMPT,
    inputs: [], outputs: [], expected_receipts: [], checks: { before: [], after: [] }, gates: [], scope: [], rollback: [], setup: [], start_commit: null, env: ['PATH', 'LANG'],
    budget: { wall_ms: WALL_MS }, deadline_ms: now_ms + WALL_MS, limits: { beat_ms, check_ms, log_bytes, excerpt_bytes, import_bytes, receipt_bytes }, mode: 'dev', agent,
    ...(sandbox === undefined ? {} : { sandbox }), ...(network === undefined ? {} : { network }),
  };
}
