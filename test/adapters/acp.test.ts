import { describe, expect, it } from 'vitest';
import { acpHarness } from '../../src/adapters/harness/acp.ts';
import type { OrderedAgent } from '../../src/kernel/order.ts';
import type { AgentReport, AgentTask, Launch, Used } from '../../src/ports/harness.ts';
import type { Ending, Finished, Running } from '../../src/ports/process.ts';
import { ORDER } from '../format/samples.ts';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: unknown;
  readonly error?: unknown;
}
type Params = Readonly<Record<string, unknown>>;
/** What an agent answers to a request: a result, or throws what becomes the error. `ask` sends the other side a request, `tell` a notification. */
type Answers = Readonly<Record<string, (params: Params, wire: Wire) => unknown>>;

/** An agent in this process, message by message, without the library: JSON lines as the protocol's text has them. */
class Wire {
  readonly heard: Message[] = [];
  readonly asked: OrderedAgent[] = [];
  readonly running: Running;
  readonly #answers: Answers;
  readonly #watch: (chunk: Uint8Array) => void;
  readonly #waiting = new Map<number, (message: Message) => void>();
  readonly #over = Promise.withResolvers<Finished>();
  #serial = 100;
  #rest = '';

  constructor({ watch }: Launch, answers: Answers) {
    this.#answers = answers;
    this.#watch = watch ?? (() => undefined);
    this.running = {
      pid: 1,
      finished: this.#over.promise,
      write: (bytes) => (bytes === null ? this.end({ kind: 'exited', code: 0 }) : this.#take(new TextDecoder().decode(bytes))),
      stop: async () => this.end({ kind: 'stopped' }),
    };
  }

  /** Bytes as they come from a program: in pieces of any size. */
  raw(text: string): void {
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at < bytes.length; at += 7) this.#watch(bytes.subarray(at, at + 7));
  }

  end(ending: Ending): void {
    this.#over.resolve({ ending, ms: 1, outputBytes: 0 });
  }

  tell(method: string, params: object): void {
    this.raw(`${JSON.stringify({ jsonrpc: '2.0', method, params })}\n`);
  }

  async ask(method: string, params: object): Promise<Message> {
    const id = ++this.#serial;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.raw(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    });
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) void this.#hear(JSON.parse(line) as Message);
  }

  async #hear(message: Message): Promise<void> {
    this.heard.push(message);
    const { id, method, params = {} } = message;
    if (method === undefined) return this.#waiting.get(id ?? 0)?.(message);
    const answer = this.#answers[method];
    if (id === undefined) return void answer?.(params, this);
    try {
      this.raw(`${JSON.stringify({ jsonrpc: '2.0', id, result: (await answer?.(params, this)) ?? {} })}\n`);
    } catch (error) {
      const { code, message, data } = error as Error & { readonly code: number; readonly data?: unknown };
      this.raw(`${JSON.stringify({ jsonrpc: '2.0', id, error: { code, message, data } })}\n`);
    }
  }
}

const update = (wire: Wire, what: object): void => wire.tell('session/update', { sessionId: 's', update: what });
const chunk = (text: string): object => ({ sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } });
const USUAL: Answers = {
  initialize: () => ({ protocolVersion: 1, agentInfo: { name: 'fake', version: '3' }, agentCapabilities: {}, authMethods: [{ id: 'browser', name: 'In a browser' }, { id: 'gemini-api-key', name: 'A key' }] }),
  'session/new': () => ({ sessionId: 's' }),
};
const prompt = (turn: (wire: Wire, params: Params) => unknown): Answers => ({ 'session/prompt': async (params, wire) => (await turn(wire, params)) ?? { stopReason: 'end_turn' } });

interface Session {
  readonly report: AgentReport;
  readonly wire: Wire;
  readonly used: readonly Used[];
}

async function session(answers: Answers, agent: Partial<OrderedAgent> = {}, signal: AbortSignal = new AbortController().signal): Promise<Session> {
  const wires: Wire[] = [];
  const used: Used[] = [];
  const task: AgentTask = {
    order: ORDER,
    agent: { kind: 'acp', command: ['fake', 'acp'], ...agent },
    prompt: 'do it',
    folder: '/work',
    home: '/home',
    write: async () => Promise.resolve(),
    start: (launch) => {
      expect(launch).toMatchObject({ argv: ['fake', 'acp'], stdin: 'open' });
      const wire = new Wire(launch, { ...USUAL, ...answers });
      wires.push(wire);
      return wire.running;
    },
    used: (now) => used.push(now),
    signal,
    inbox: '/inbox',
    confined: false,
  };
  const report = await acpHarness.run(task);
  const [wire] = wires;
  if (wire === undefined) throw new Error('nothing was started');
  return { report, wire, used };
}

const LEAVE = { sessionId: 's', toolCall: { toolCallId: 'c', kind: 'execute', title: 'rm -rf /' }, options: [{ optionId: 'always', name: 'Always', kind: 'allow_always' }, { optionId: 'once', name: 'Once', kind: 'allow_once' }, { optionId: 'no', name: 'No', kind: 'reject_once' }] };

describe('a session', () => {
  it('is one prompt in the workspace, with no files and no terminal of ours', async () => {
    const { report, wire } = await session(prompt((at) => update(at, chunk('hello'))));
    expect(wire.heard.map(({ method, params }) => [method, params])).toEqual([
      ['initialize', { protocolVersion: 1, clientInfo: { name: 'coo', version: '1' }, clientCapabilities: {} }],
      ['session/new', { cwd: '/work', mcpServers: [] }],
      ['session/prompt', { sessionId: 's', prompt: [{ type: 'text', text: 'do it' }] }],
    ]);
    expect(report).toMatchObject({ version: 'fake 3', session: 's', model: null, end: 'done', summary: 'hello', tokens: null, cost: null, denials: [], finished: { ending: { kind: 'exited', code: 0 } } });
  });

  it.each(['fs/read_text_file', 'fs/write_text_file', 'terminal/create'])('answers %s with: no such method', async (method) => {
    let answer: Message = {};
    await session(prompt(async (at) => {
      answer = await at.ask(method, { sessionId: 's', path: '/etc/passwd', content: '', command: 'id' });
    }));
    expect(answer.error).toMatchObject({ code: -32_601 });
  });

  it("keeps its last words, and counts what it used: cost as it goes, tokens at the turn's end", async () => {
    const { report, used } = await session(prompt((at) => {
      update(at, chunk('I will look'));
      update(at, { sessionUpdate: 'tool_call', toolCallId: 'c', title: 'look' });
      update(at, { sessionUpdate: 'usage_update', used: 7, size: 10, cost: { amount: 0.5, currency: 'EUR' } });
      update(at, { sessionUpdate: 'usage_update', used: 7, size: 10, cost: { amount: 0.25, currency: 'USD' } });
      update(at, chunk('It is '));
      update(at, chunk('done'));
      return { stopReason: 'end_turn', usage: { totalTokens: 26, inputTokens: 10, outputTokens: 5, thoughtTokens: 2, cachedReadTokens: 6, cachedWriteTokens: 3 } };
    }));
    expect(report).toMatchObject({ summary: 'It is done', tokens: { input: 10, output: 7, cache_read: 6, cache_write: 3 }, cost: { micro_usd: 250_000, source: 'given' } });
    expect(used).toEqual([{ tokens: null, cost: { micro_usd: 250_000, source: 'given' } }, { tokens: report.tokens, cost: report.cost }]);
  });

  it('has no count of tokens from an agent that names those of its last call only', async () => {
    const { report } = await session({ initialize: () => ({ protocolVersion: 1, agentInfo: { name: 'OpenCode', version: '1' } }), ...prompt(() => ({ stopReason: 'end_turn', usage: { totalTokens: 12, inputTokens: 7, outputTokens: 5 } })) });
    expect(report).toMatchObject({ version: 'OpenCode 1', tokens: null });
  });

  it('goes on over lines that are no message', async () => {
    const { report } = await session(prompt((at) => {
      at.raw('Warning: something\n{"broken": \n[1]\n"text"\n\n{"jsonrpc":"2.0","method":"session/unheard","params":{}}\n');
      update(at, chunk('still here'));
    }));
    expect(report).toMatchObject({ end: 'done', summary: 'still here' });
  });

  it.each([
    [{ stopReason: 'end_turn' }, { end: 'silent' }],
    [{ stopReason: 'max_turn_requests' }, { end: 'turns' }],
    [{ stopReason: 'max_tokens' }, { end: 'error', detail: 'its answer was cut at the most tokens of one answer' }],
    [{ stopReason: 'refusal' }, { end: 'error', detail: 'its model refused to go on' }],
    [{ stopReason: 'cancelled' }, { end: 'error', detail: 'it was cancelled' }],
  ])('that ends with %j is told as %j', async (answer, end) => {
    expect((await session(prompt(() => answer))).report).toMatchObject(end);
  });

  it.each([
    [{ code: -32_603, message: 'Internal error', data: { details: 'HTTP 429: resets at 2027-01-15T08:00:00Z' } }, { end: 'quota', until_ms: Date.UTC(2027, 0, 15, 8) }],
    [{ code: -32_603, message: 'Rate limit reached' }, { end: 'quota', until_ms: null }],
    [{ code: -32_603, message: 'Internal error', data: { details: '401 Unauthorized: no such key' } }, { end: 'login', detail: 'Internal error {"details":"401 Unauthorized: no such key"}', until_ms: null }],
    [{ code: -32_000, message: 'Authentication required' }, { end: 'login', until_ms: null }],
    [{ code: -32_603, message: 'line 4010 of the log' }, { end: 'error' }],
    [{ code: -32_603, message: 'overflow at line 4290' }, { end: 'error', detail: 'overflow at line 4290', until_ms: null }],
  ])('that fails with %j is told as %j', async (error, end) => {
    const { code, message, data } = error as typeof error & { readonly data?: unknown };
    const thrown = prompt(() => {
      throw Object.assign(new Error(), { code, message, data });
    });
    expect((await session(thrown)).report).toMatchObject(end);
  });

  it('whose program dies is told by how it died', async () => {
    const { report } = await session(prompt((at) => {
      at.end({ kind: 'exited', code: 9 });
      return new Promise(() => undefined);
    }));
    expect(report).toMatchObject({ end: 'error', detail: 'it exited with 9', until_ms: null });
  });

  it('is asked to end before it is ended', async () => {
    const over = new AbortController();
    const { wire, report } = await session({
      ...prompt((at) => {
        over.abort();
        return new Promise((resolve) => {
          setTimeout(() => at.end({ kind: 'stopped' }), 0);
          void resolve;
        });
      }),
    }, {}, over.signal);
    expect(wire.heard.at(-1)).toMatchObject({ method: 'session/cancel', params: { sessionId: 's' } });
    expect(report).toMatchObject({ end: 'error', detail: 'it was ended: stopped' });
  });
});

describe('leave', () => {
  const asks = async (tools: readonly string[], request: object = LEAVE): Promise<{ readonly outcome: unknown; readonly denials: readonly string[] }> => {
    let outcome: unknown;
    const { report } = await session(prompt(async (at) => {
      const { result } = await at.ask('session/request_permission', request);
      ({ outcome } = result as { outcome: unknown });
    }), { tools });
    return { outcome, denials: report.denials };
  };

  it('is given once for a kind or a name that the seat allows', async () => {
    expect(await asks(['read', 'execute'])).toEqual({ outcome: { outcome: 'selected', optionId: 'once' }, denials: [] });
    expect(await asks(['run_shell'], { ...LEAVE, toolCall: { ...LEAVE.toolCall, kind: 'other', name: 'run_shell' } })).toEqual({ outcome: { outcome: 'selected', optionId: 'once' }, denials: [] });
  });

  it('is denied for anything else, and that is told; a title gives no leave', async () => {
    expect(await asks([])).toEqual({ outcome: { outcome: 'selected', optionId: 'no' }, denials: ['execute: rm -rf /'] });
    expect(await asks(['read', 'rm'], { ...LEAVE, toolCall: { toolCallId: 'c', title: 'read' } })).toMatchObject({ outcome: { optionId: 'no' }, denials: ['a tool: read'] });
  });

  it('is denied where the agent offers no such answer', async () => {
    expect(await asks(['execute'], { ...LEAVE, options: LEAVE.options.slice(2) })).toEqual({ outcome: { outcome: 'cancelled' }, denials: ['execute: rm -rf /'] });
  });
});

describe('model and effort', () => {
  const OPTIONS = [
    { id: 'm', name: 'Model', category: 'model', type: 'select', currentValue: 'a', options: [{ group: 'g', name: 'G', options: [{ value: 'a', name: 'A' }, { value: 'b', name: 'B' }] }] },
    { id: 't', name: 'Effort', category: 'thought_level', type: 'select', currentValue: 'low', options: [{ value: 'low', name: 'Low' }, { value: 'high', name: 'High' }] },
  ];
  const offered: Answers = { 'session/new': () => ({ sessionId: 's', configOptions: OPTIONS }), 'session/set_config_option': () => ({ configOptions: OPTIONS }), ...prompt((at) => update(at, chunk('x'))) };

  it('are set where they differ', async () => {
    const { wire, report } = await session(offered, { model: 'b', effort: 'low' });
    expect(wire.heard.filter(({ method }) => method === 'session/set_config_option').map(({ params }) => params)).toEqual([{ sessionId: 's', configId: 'm', value: 'b' }]);
    expect(report).toMatchObject({ end: 'done', model: 'b' });
    expect((await session(offered)).report.model).toBe('a');
  });

  it('that the agent does not have end the session before it begins', async () => {
    const { wire, report } = await session(offered, { model: 'z' });
    expect(report).toMatchObject({ end: 'error', detail: 'it has no model z; it has a, b' });
    expect(wire.heard.some(({ method }) => method === 'session/prompt')).toBe(false);
    expect((await session(prompt(() => undefined), { effort: 'high' })).report).toMatchObject({ end: 'error', detail: 'it offers no choice of effort: leave effort out of the seat, or set it in its own files' });
  });
});

describe('a log-in', () => {
  let tries = 0;
  const locked: Answers = {
    'session/new': () => {
      tries += 1;
      if (tries === 1) throw Object.assign(new Error(), { code: -32_000, message: 'Authentication required' });
      return { sessionId: 's' };
    },
    ...prompt((at) => update(at, chunk('x'))),
  };

  it('is by the key that the seat brings', async () => {
    tries = 0;
    const { wire, report } = await session(locked, { login: ['GEMINI_API_KEY'] });
    expect(wire.heard.find(({ method }) => method === 'authenticate')?.params).toEqual({ methodId: 'gemini-api-key' });
    expect(report.end).toBe('done');
  });

  it.each([[[]], [['~/.gemini/oauth.json']]])('that needs a person is told: %j', async (login) => {
    tries = 0;
    const { wire, report } = await session(locked, { login });
    expect(wire.heard.some(({ method }) => method === 'authenticate')).toBe(false);
    expect(report).toMatchObject({ end: 'login', fix: expect.stringMatching(/^log in with its program/) as string, detail: 'it wants a log-in (In a browser, A key): name what holds one in login: of the seat, a variable or a file such as ~/.config/agent/auth.json' });
  });
});

describe('whether it could work now', () => {
  const standing = async (start: (launch: Launch) => Running): ReturnType<typeof acpHarness.standing> => acpHarness.standing({ command: ['fake', 'acp'] }, start);
  const gone = (ending: Ending): Running => ({ pid: 0, finished: Promise.resolve({ ending, ms: 0, outputBytes: 0 }), write: () => undefined, stop: async () => Promise.resolve() });

  it('is found without a session', async () => {
    const wires: Wire[] = [];
    expect(await standing((launch) => {
      const wire = new Wire(launch, USUAL);
      wires.push(wire);
      return wire.running;
    })).toEqual({ ok: true, version: 'fake 3' });
    expect(wires[0]?.heard.map(({ method }) => method)).toEqual(['initialize']);
  });

  it('is said where the program is not there, and where it speaks something else', async () => {
    expect(await standing(() => gone({ kind: 'not_started', cause: 'spawn fake ENOENT' }))).toMatchObject({ ok: false, code: 'AGENT_ABSENT', message: 'fake acp could not be started: spawn fake ENOENT' });
    expect(await standing(() => gone({ kind: 'exited', code: 2 }))).toMatchObject({ ok: false, code: 'AGENT_BROKEN', message: 'fake acp does not answer in the Agent Client Protocol: it exited with 2' });
  });
});
