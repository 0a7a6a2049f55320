import { PROTOCOL_VERSION, RequestError, client, methods } from '@agentclientprotocol/sdk/unstable';
import type { ClientContext, InitializeRequest, InitializeResponse, NewSessionResponse } from '@agentclientprotocol/sdk/unstable';
import type { OrderedAgent } from '../../kernel/order.ts';
import type { AgentReport, AgentStanding, AgentTask, Harness, Launch } from '../../ports/harness.ts';
import type { Finished, Running } from '../../ports/process.ts';
import { logInWith, optionsFor } from './acp-options.ts';
import { AcpReport } from './acp-report.ts';
import type { Ended } from './acp-report.ts';
import { openStream } from './acp-stream.ts';
import { brokenOff } from './report.ts';

/** How long a program gets to end when its input is closed, in milliseconds; what it said is whole by then. */
const LEAVE_MS = 2_000;
/** The protocol's own number for: log in first. */
const LOG_IN = -32_000;
const LOGIN_FIX = 'log in with its program, with what holds the log-in in login: of the seat; for a variable, start coo run again';
/** Words for a log-in that is not taken. */
const REFUSED = /\b401\b|unauthori[sz]ed|authentication_error|invalid (?:x-)?api.?key/i;
const ME: InitializeRequest = { protocolVersion: PROTOCOL_VERSION, clientInfo: { name: 'coo', version: '1' }, clientCapabilities: {} };

type Session = Pick<AgentReport, 'version' | 'model' | 'session'>;

/**
 * An agent that speaks the Agent Client Protocol on standard input and output (agentclientprotocol.com, version 1): one session, one prompt. It
 * works in its own folder with its own tools: it is offered no files and no terminal of ours, and asks for leave where its settings say so.
 */
export const acpHarness: Harness = {
  async run(task: AgentTask): Promise<AgentReport> {
    const report = new AcpReport(task.agent.tools ?? [], (used) => task.used(used));
    const session: { -readonly [K in keyof Session]: Session[K] } = { version: '', model: null, session: null };
    const { stream, running } = openStream((watch) => task.start(launchOf(task.agent, watch)));
    const app = client({ name: 'coo' })
      .onRequest(methods.client.session.requestPermission, ({ params }) => report.permit(params))
      .onNotification(methods.client.session.update, ({ params }) => report.update(params.update));
    let ended: Ended;
    try {
      ended = await app.connectWith(stream, async (agent) => {
        const about = await agent.request(methods.agent.initialize, ME);
        session.version = versionOf(about);
        const opened = await openSession(agent, about, task);
        if ('detail' in opened) return { ...failed(opened.detail), end: 'login', fix: LOGIN_FIX };
        session.session = opened.sessionId;
        const wanted = optionsFor(task.agent, opened.configOptions ?? []);
        if (!wanted.ok) return failed(wanted.detail);
        for (const { configId, value } of wanted.set) await agent.request(methods.agent.session.setConfigOption, { sessionId: opened.sessionId, configId, value });
        session.model = wanted.model;
        const forget = onAbort(task.signal, () => void agent.notify(methods.agent.session.cancel, { sessionId: opened.sessionId }).catch(() => undefined));
        const answer = await agent.request(methods.agent.session.prompt, { sessionId: opened.sessionId, prompt: [{ type: 'text', text: task.prompt }] });
        forget();
        return report.answered(answer, about.agentInfo?.name);
      });
    } catch (cause) {
      ended = endOf(cause);
    }
    const finished = await leave(running);
    const why = ended.end === 'error' && ended.detail === undefined ? { detail: howItEnded(finished) } : {};
    return { ...session, ...report.over(), ...ended, ...why, turns: null, question: null, finished };
  },
  async standing(agent, start): Promise<AgentStanding> {
    const { stream, running } = openStream((watch) => start(launchOf(agent, watch)));
    try {
      const about = await client({ name: 'coo' }).connectWith(stream, async (context) => context.request(methods.agent.initialize, ME));
      return { ok: true, version: versionOf(about) };
    } catch (cause) {
      const { ending } = await leave(running);
      const program = agent.command?.join(' ') ?? '';
      if (ending.kind === 'not_started') return { ok: false, code: 'AGENT_ABSENT', message: `${program} could not be started: ${ending.cause}`, fix: 'install it, or correct command: of the seat in _plans/coo.yaml' };
      return { ok: false, code: 'AGENT_BROKEN', message: `${program} does not answer in the Agent Client Protocol: ${endOf(cause).detail ?? howItEnded({ ending })}`, fix: `try it: ${program}; it must speak the protocol on standard input and output` };
    } finally {
      await leave(running);
    }
  },
};

function launchOf({ command }: Pick<OrderedAgent, 'command'>, watch: (chunk: Uint8Array) => void): Launch {
  const [program = 'false', ...args] = command ?? [];
  return { argv: [program, ...args], stdin: 'open', watch };
}

function versionOf({ agentInfo }: InitializeResponse): string {
  return agentInfo === undefined || agentInfo === null ? '' : `${agentInfo.name} ${agentInfo.version}`;
}

/** A session in the workspace; where the agent wants a log-in first, by a key that the seat brings. `detail`: why there is none. */
async function openSession(agent: ClientContext, { authMethods = [] }: InitializeResponse, { folder, agent: { login = [] } }: AgentTask): Promise<NewSessionResponse | { readonly detail: string }> {
  const open = { cwd: folder, mcpServers: [] };
  try {
    return await agent.request(methods.agent.session.new, open);
  } catch (cause) {
    if (!(cause instanceof RequestError) || cause.code !== LOG_IN) throw cause;
    const methodId = logInWith(authMethods, login);
    if (methodId === undefined) return { detail: `it wants a log-in (${authMethods.map(({ name }) => name).join(', ')}): name what holds one in login: of the seat, a variable or a file such as ~/.config/agent/auth.json` };
    await agent.request(methods.agent.authenticate, { methodId });
    return agent.request(methods.agent.session.new, open);
  }
}

/** Ends a program that has nothing more to say: its input first, then itself. */
async function leave(running: Running): Promise<Finished> {
  running.write(null);
  await running.stop(LEAVE_MS);
  return running.finished;
}

function onAbort(signal: AbortSignal, act: () => void): () => void {
  signal.addEventListener('abort', act, { once: true });
  if (signal.aborted) act();
  return () => signal.removeEventListener('abort', act);
}

/** What a broken session means. Without a detail the end of its program says it. */
function endOf(cause: unknown): Ended {
  if (!(cause instanceof RequestError)) return { end: 'error', until_ms: null };
  const said = `${cause.message} ${cause.data === undefined ? '' : JSON.stringify(cause.data)}`.trim();
  if (cause.code === LOG_IN || REFUSED.test(said)) return { end: 'login', detail: said, fix: LOGIN_FIX, until_ms: null };
  const isLimit = /\b429\b|rate.?limit|quota|usage limit/i.test(said);
  return { end: isLimit ? 'quota' : 'error', detail: said, until_ms: isLimit ? timeIn(said) : null };
}

/** A time that an error names, such as a reset. */
function timeIn(said: string): number | null {
  const [found] = /\b20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-9:.]{5,15}(?:Z|[+-][0-9]{2}:[0-9]{2})/.exec(said) ?? [];
  const at = Date.parse(found ?? '');
  return Number.isNaN(at) ? null : at;
}

function howItEnded({ ending }: Pick<Finished, 'ending'>): string {
  return brokenOff(ending) ?? 'it ended before it was done';
}

function failed(detail: string): Ended {
  return { end: 'error', detail, until_ms: null };
}
