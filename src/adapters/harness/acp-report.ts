import type { PromptResponse, RequestPermissionRequest, RequestPermissionResponse, SessionUpdate, StopReason } from '@agentclientprotocol/sdk/unstable';
import type { Used } from '../../ports/harness.ts';
import { microOf } from './lines.ts';
import type { Report } from './report.ts';

/** Of its last words, in UTF-16 code units. */
const WORDS_CAP = 16_384;
const TITLE_CAP = 300;
/** Agents whose turn names the tokens of its last model call, not of all of them (seen with OpenCode 1.18): a figure that is known to be short is none. */
const LAST_CALL_ONLY: ReadonlySet<string> = new Set(['OpenCode']);

export type Ended = Pick<Report, 'end' | 'detail' | 'fix' | 'until_ms'>;

/** What an agent says in one session, by the Agent Client Protocol. */
export class AcpReport {
  readonly #used: (used: Used) => void;
  /** Names of tools, or kinds of tool calls, that it may use without a person's word. */
  readonly #tools: ReadonlySet<string>;
  readonly #denials: string[] = [];
  #words = '';
  #isSilent = true;
  #tokens: Used['tokens'] = null;
  #cost: Used['cost'] = null;

  constructor(tools: readonly string[], used: (used: Used) => void) {
    this.#tools = new Set(tools);
    this.#used = used;
  }

  update(update: SessionUpdate): void {
    switch (update.sessionUpdate) {
      case 'agent_message_chunk':
        this.#isSilent = false;
        if (update.content.type === 'text') this.#words = (this.#words + update.content.text).slice(-WORDS_CAP);
        return;
      case 'tool_call':
        // What it said before it went on working is not its last word.
        this.#isSilent = false;
        this.#words = '';
        return;
      case 'usage_update': {
        const { cost } = update;
        const micro_usd = cost?.currency === 'USD' ? microOf(cost.amount) : undefined;
        if (micro_usd === undefined) return;
        this.#cost = { micro_usd, source: 'given' };
        this.#used({ tokens: this.#tokens, cost: this.#cost });
        return;
      }
      default:
    }
  }

  /** The seat's word on what an agent asks to do: what is not allowed is denied, and told. */
  permit({ toolCall, options }: RequestPermissionRequest): RequestPermissionResponse {
    const { kind, name, title } = toolCall;
    const isAllowed = [kind, name].some((one) => typeof one === 'string' && this.#tools.has(one));
    const wanted = isAllowed ? (['allow_once', 'allow_always'] as const) : (['reject_once', 'reject_always'] as const);
    const option = wanted.flatMap((one) => options.filter((offered) => offered.kind === one)).at(0);
    if (!isAllowed || option === undefined) this.#denials.push(`${kind ?? name ?? 'a tool'}: ${(title ?? '').slice(0, TITLE_CAP).toWellFormed()}`);
    return { outcome: option === undefined ? { outcome: 'cancelled' } : { outcome: 'selected', optionId: option.optionId } };
  }

  /** The end of the one turn that it is asked for. `name`: what the agent calls itself. */
  answered({ stopReason, usage }: PromptResponse, name: string | undefined): Ended {
    if (usage !== undefined && usage !== null && !LAST_CALL_ONLY.has(name ?? '')) {
      const { inputTokens, outputTokens, thoughtTokens, cachedReadTokens, cachedWriteTokens } = usage;
      this.#tokens = { input: inputTokens, output: outputTokens + (thoughtTokens ?? 0), cache_read: cachedReadTokens ?? 0, cache_write: cachedWriteTokens ?? 0 };
      this.#used({ tokens: this.#tokens, cost: this.#cost });
    }
    return endOf(stopReason, this.#isSilent);
  }

  over(): Pick<Report, 'tokens' | 'cost' | 'denials' | 'summary'> {
    const words = this.#words.trim();
    return { tokens: this.#tokens, cost: this.#cost, denials: this.#denials, summary: words === '' ? null : words };
  }
}

function endOf(reason: StopReason, isSilent: boolean): Ended {
  switch (reason) {
    case 'end_turn':
      return { end: isSilent ? 'silent' : 'done', until_ms: null };
    case 'max_turn_requests':
      return { end: 'turns', until_ms: null };
    case 'max_tokens':
      return { end: 'error', detail: 'its answer was cut at the most tokens of one answer', until_ms: null };
    case 'refusal':
      return { end: 'error', detail: 'its model refused to go on', until_ms: null };
    case 'cancelled':
      return { end: 'error', detail: 'it was cancelled', until_ms: null };
    default:
      return reason satisfies never;
  }
}
