import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Tokens of one answer, in the Anthropic sense: `input` is what was in no cache. */
export interface TurnUsage {
  readonly input: number;
  readonly output: number;
  readonly cache_read?: number;
  readonly cache_write?: number;
}

/**
 * What the model does when it is asked. `shell` calls the agent's own shell tool and `tool` any by name; `text` says something and ends the turn;
 * `hang` never answers, or stops in the middle of a sentence; `fail` is an answer that is none.
 */
export type Turn =
  | { readonly kind: 'shell'; readonly command: string; readonly usage?: TurnUsage }
  | { readonly kind: 'tool'; readonly name: string; readonly input: Readonly<Record<string, unknown>>; readonly usage?: TurnUsage }
  | { readonly kind: 'text'; readonly text: string; readonly outcome?: Outcome; readonly usage?: TurnUsage }
  | { readonly kind: 'hang'; readonly said?: string }
  | { readonly kind: 'fail'; readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly type?: string; readonly message?: string; /** More members of the error. */ readonly more?: Readonly<Record<string, unknown>> };

/** How an agent ends, where it is held to a form: coo's own. */
type Outcome = 'done' | 'blocked' | 'question';

export const shell = (command: string, usage?: TurnUsage): Turn => ({ kind: 'shell', command, ...(usage && { usage }) });
export const say = (text: string, usage?: TurnUsage, outcome: Outcome = 'done'): Turn => ({ kind: 'text', text, outcome, ...(usage && { usage }) });
export const fail = (status: number, rest: Omit<Extract<Turn, { kind: 'fail' }>, 'kind' | 'status'> = {}): Turn => ({ kind: 'fail', status, ...rest });

/** One request for an answer, for a test to look at. */
export interface Asked {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Body;
}

interface Body {
  readonly model?: string;
  readonly stream?: boolean;
  readonly tools?: readonly { readonly name?: string; readonly type?: string }[];
  readonly messages?: readonly unknown[];
  readonly input?: readonly unknown[];
  /** The Responses API's form of an answer. */
  readonly text?: { readonly format?: unknown };
}

/** The tool by which Claude Code is told an answer in a form. */
const FORM = 'StructuredOutput';

const USAGE: TurnUsage = { input: 10, output: 5 };
/** Requests without tools are the programs' own errands: titles, probes. */
const ERRAND: Turn = say('an errand');

/**
 * A model that follows a script, on loopback: the real agent programs talk to it as to their providers. It speaks Anthropic's Messages API
 * (`POST /v1/messages`, plain and streamed) and OpenAI's Responses API (`POST /v1/responses`, streamed). Which turn is next follows from the tool
 * results that the conversation holds, so that a request that is sent again gets the same answer, and a new session begins anew.
 */
export class ModelServer {
  readonly asked: Asked[] = [];
  /** Answers out of turn, each for one request. */
  readonly faults: Turn[] = [];
  readonly #server: Server;
  #script: readonly Turn[];
  #serial = 0;

  private constructor(script: readonly Turn[]) {
    this.#script = script;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(script: readonly Turn[]): Promise<ModelServer> {
    const model = new ModelServer(script);
    await new Promise<void>((resolve) => {
      model.#server.listen(0, '127.0.0.1', resolve);
    });
    return model;
  }

  /** `http://127.0.0.1:<port>`, without a path. */
  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  /** From now on it follows another script; its last turn is repeated. */
  follow(script: readonly Turn[]): void {
    this.#script = script;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk as Uint8Array);
    const path = request.url ?? '';
    const dialect = path.startsWith('/v1/messages') ? anthropic : path.includes('/responses') ? openai : undefined;
    if (dialect === undefined || request.method !== 'POST') {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{}');
      return;
    }
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Body;
    if (path.includes('count_tokens')) {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"input_tokens":10}');
      return;
    }
    const isWork = (body.tools ?? []).length > 0;
    if (isWork) this.asked.push({ path, headers: request.headers, body });
    const turn = isWork ? (this.faults.shift() ?? this.#script[Math.min(resultsIn(body), this.#script.length - 1)] ?? ERRAND) : ERRAND;
    if (turn.kind === 'fail') {
      const { status, headers = {}, type = 'api_error', message = 'scripted', more } = turn;
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify({ type: 'error', error: { type, message, ...more } }));
      return;
    }
    if (turn.kind === 'hang' && turn.said === undefined) return;
    this.#serial += 1;
    dialect(body, turn, response, String(this.#serial));
  }
}

type Dialect = (body: Body, turn: Exclude<Turn, { kind: 'fail' }>, response: ServerResponse, serial: string) => void;

/** How many results of tools a conversation holds. */
function resultsIn({ messages, input }: Body): number {
  return (JSON.stringify(messages ?? input ?? []).match(/"type":"(?:tool_result|function_call_output|custom_tool_call_output)"/g) ?? []).length;
}

/** The tool by which a turn acts, as the program at the other end offers it; undefined for words. */
function callOf({ tools = [] }: Body, turn: Parameters<Dialect>[1]): { readonly name: string; readonly input: Readonly<Record<string, unknown>> } | undefined {
  if (turn.kind === 'tool') return { name: turn.name, input: turn.input };
  if (turn.kind === 'text' && tools.some((tool) => tool.name === FORM)) return { name: FORM, input: { outcome: turn.outcome ?? 'done', summary: turn.text } };
  if (turn.kind !== 'shell') return undefined;
  const { command } = turn;
  const name = tools.map((tool) => tool.name ?? tool.type ?? '').find((one) => /^(?:bash|exec_command|shell|local_shell)$/i.test(one));
  if (name === undefined) return undefined;
  if (name === 'exec_command') return { name, input: { cmd: command } };
  return { name, input: /^bash$/i.test(name) ? { command, description: 'as scripted' } : { command: ['bash', '-c', command] } };
}

function wordsOf({ text }: Body, turn: Parameters<Dialect>[1]): string {
  if (turn.kind === 'text') return text?.format === undefined ? turn.text : JSON.stringify({ outcome: turn.outcome ?? 'done', summary: turn.text });
  return turn.kind === 'hang' ? (turn.said ?? '') : 'there is no such tool here';
}

function usageOf(turn: Parameters<Dialect>[1]): Required<TurnUsage> {
  return { cache_read: 0, cache_write: 0, ...(turn.kind === 'hang' ? USAGE : (turn.usage ?? USAGE)) };
}

function events(response: ServerResponse): (type: string, data: object) => void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  return (type, data) => response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
}

function anthropic(body: Body, turn: Parameters<Dialect>[1], response: ServerResponse, serial: string): void {
  const call = callOf(body, turn);
  const used = usageOf(turn);
  const usage = { input_tokens: used.input, output_tokens: used.output, cache_read_input_tokens: used.cache_read, cache_creation_input_tokens: used.cache_write };
  const block = call === undefined ? { type: 'text', text: wordsOf(body, turn) } : { type: 'tool_use', id: `toolu_${serial}`, name: call.name, input: call.input };
  const end = { stop_reason: call === undefined ? 'end_turn' : 'tool_use', stop_sequence: null };
  const message = { id: `msg_${serial}`, type: 'message', role: 'assistant', model: body.model ?? '', content: [block], ...end, usage };
  if (body.stream !== true) {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(message));
    return;
  }
  const send = events(response);
  send('message_start', { message: { ...message, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } } });
  if (call === undefined) {
    send('content_block_start', { index: 0, content_block: { type: 'text', text: '' } });
    send('content_block_delta', { index: 0, delta: { type: 'text_delta', text: wordsOf(body, turn) } });
  } else {
    send('content_block_start', { index: 0, content_block: { ...block, input: {} } });
    send('content_block_delta', { index: 0, delta: { type: 'input_json_delta', partial_json: JSON.stringify(call.input) } });
  }
  if (turn.kind === 'hang') return;
  send('content_block_stop', { index: 0 });
  send('message_delta', { delta: end, usage });
  send('message_stop', {});
  response.end();
}

function openai(body: Body, turn: Parameters<Dialect>[1], response: ServerResponse, serial: string): void {
  const call = callOf(body, turn);
  const { input, output, cache_read } = usageOf(turn);
  const all = input + cache_read;
  const item =
    call === undefined
      ? { type: 'message', role: 'assistant', id: `m_${serial}`, content: [{ type: 'output_text', text: wordsOf(body, turn) }] }
      : { type: 'function_call', id: `fc_${serial}`, call_id: `call_${serial}`, name: call.name, arguments: JSON.stringify(call.input) };
  const send = events(response);
  send('response.created', { response: { id: `r_${serial}` } });
  if (turn.kind === 'hang') {
    send('response.output_item.added', { output_index: 0, item: { ...item, content: [] } });
    send('response.output_text.delta', { item_id: `m_${serial}`, output_index: 0, content_index: 0, delta: wordsOf(body, turn) });
    return;
  }
  send('response.output_item.done', { output_index: 0, item });
  const usage = { input_tokens: all, input_tokens_details: { cached_tokens: cache_read }, output_tokens: output, output_tokens_details: { reasoning_tokens: 0 }, total_tokens: all + output };
  send('response.completed', { response: { id: `r_${serial}`, output: [item], usage } });
  response.end();
}
