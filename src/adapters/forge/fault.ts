import type { ForgeFault } from '../../ports/forge.ts';
import { StrangeAnswer } from './answers.ts';

/** What Octokit throws, as far as it is looked at here. */
interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
  readonly data: unknown;
}

/** The forge named an address that is not its API's. */
export class OutsideApi extends Error {}

/** Of a forge's own words. */
const MESSAGE_UNITS = 500;
/** After a secondary limit that names no time, wait at least this long, in milliseconds ("Best practices for using the REST API"). */
const SECONDARY_MS = 60_000;

/** What a failed call means, or undefined for an error that is none of the forge's. `asked` = method and path. */
export function faultOf(error: unknown, asked: string, now_ms: number, token: string): ForgeFault | undefined {
  if (error instanceof StrangeAnswer) return { code: 'FORGE_STRANGE', message: `${asked}: ${error.message}` };
  const answer = answerOf(error);
  if (answer === undefined || !(error instanceof Error)) return undefined;
  if (error.cause instanceof OutsideApi) return { code: 'FORGE_INVALID', message: `${asked}: ${error.cause.message}`, what: [] };
  const { status } = answer;
  const said = spoken(answer, error, token);
  const message = `${asked}: ${said}`;
  const retry_at_ms = limitedUntil(answer, said, now_ms);
  if (retry_at_ms !== undefined) return { code: 'FORGE_RATE_LIMITED', message, retry_at_ms };
  if (status === 401 || status === 403) return { code: 'FORGE_AUTH', message };
  if (status === 404) return { code: 'FORGE_NOT_FOUND', message };
  if (status >= 500) return { code: 'FORGE_DOWN', message };
  return { code: 'FORGE_INVALID', message, what: whatOf(answer.data, token) };
}

/** Wall time in milliseconds from which it may be asked again; undefined when it is no matter of limits. */
function limitedUntil({ status, headers }: Answer, said: string, now_ms: number): number | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const after = Number(headers['retry-after'] ?? Number.NaN);
  if (Number.isFinite(after) && after >= 0) return now_ms + after * 1_000;
  const reset = Number(headers['x-ratelimit-reset'] ?? Number.NaN);
  if (String(headers['x-ratelimit-remaining'] ?? '') === '0' && Number.isFinite(reset)) return reset * 1_000;
  return status === 429 || /secondary rate limit/i.test(said) ? now_ms + SECONDARY_MS : undefined;
}

function answerOf(error: unknown): Answer | undefined {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return undefined;
  const response = 'response' in error ? (error.response as { readonly headers?: Answer['headers']; readonly data?: unknown } | undefined) : undefined;
  return { status: error.status, headers: response?.headers ?? {}, data: response?.data };
}

/** The forge's own words, or those of the network; never the token, whoever said it. */
function spoken({ status, data }: Answer, error: Error, token: string): string {
  const own = typeof data === 'object' && data !== null && 'message' in data && typeof data.message === 'string' ? data.message : undefined;
  const text = own ?? (data === undefined ? error.message : `HTTP ${String(status)}`);
  return redacted(own === undefined || status < 400 ? text : `${text} (HTTP ${String(status)})`, token);
}

function whatOf(data: unknown, token: string): readonly string[] {
  const errors: unknown = typeof data === 'object' && data !== null && 'errors' in data ? data.errors : undefined;
  if (!Array.isArray(errors)) return [];
  return errors.slice(0, 20).map((one: unknown) => {
    const { message, resource, field, code } = (typeof one === 'object' && one !== null ? one : { message: one }) as Readonly<Record<string, unknown>>;
    return redacted(typeof message === 'string' ? message : [resource, field, code].filter((part) => typeof part === 'string').join(' '), token);
  });
}

function redacted(text: string, token: string): string {
  const one = text.replaceAll(/\s+/g, ' ').slice(0, MESSAGE_UNITS);
  return token === '' ? one : one.replaceAll(token, '[token]');
}
