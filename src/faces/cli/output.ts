import type { Event } from '../../kernel/event.ts';
import type { Rejection } from '../../kernel/rejection.ts';
import { reportRejection } from './errors.ts';
import type { Report } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import type { Host } from './host.ts';
import { plain, plainLines } from './plain.ts';
import { styleFor } from './style.ts';
import type { Style } from './style.ts';

const PIPED_COLUMNS = 100;

/** What a command says, and in which form. */
export class Output {
  readonly json: boolean;
  readonly style: Style;
  readonly #host: Host;

  constructor(host: Host, json: boolean) {
    this.#host = host;
    this.json = json;
    this.style = json ? styleFor(host, { isTTY: false }) : styleFor(host, host.stdout);
  }

  /** Columns to fit into; a pipe has no edge, but tables still need a measure. */
  get columns(): number {
    const { isTTY, columns } = this.#host.stdout;
    return isTTY && columns > 0 ? columns : PIPED_COLUMNS;
  }

  /** One document, or the same as lines for a person. Documents are compact in a pipe and indented on a terminal. */
  show<Document extends { readonly schema: string }>(document: Document, lines: () => readonly string[]): void {
    if (this.json) this.#host.stdout.write(`${JSON.stringify(document, undefined, this.#host.stdout.isTTY ? 2 : undefined)}\n`);
    else this.lines(lines());
  }

  /** The help of a command, or of coo itself (null). */
  help(command: string | null, text: string): void {
    this.show({ schema: 'coo/help.v1', command, text }, () => [text.replace(/\n$/, '')]);
  }

  /** One document of a stream, always on one line. */
  record<Document extends { readonly schema: string }>(document: Document): void {
    this.#host.stdout.write(`${JSON.stringify(document)}\n`);
  }

  /** Lines as they are: whoever makes them escapes what comes from outside. */
  lines(lines: readonly string[]): void {
    if (lines.length > 0) this.#host.stdout.write(`${lines.join('\n')}\n`);
  }

  /** A remark beside the result; never on stdout. */
  note(text: string): void {
    this.#host.stderr.write(`${text}\n`);
  }

  /** Shows an error in the form that was asked for. Returns its exit code. */
  fail(report: Report): number {
    if (this.json) {
      const { code, message, fix, where, why } = report;
      this.show({ schema: 'coo/error.v1', code, message, fix, ...(where === undefined ? {} : { where }), ...(why === undefined ? {} : { why }) }, () => []);
    } else this.#host.stderr.write(`${errorLines(report, styleFor(this.#host, this.#host.stderr)).join('\n')}\n`);
    return report.exit;
  }

  /** Shows a "no" of the domain; one that only says "it is so already" is no error. */
  refuse(rejection: Rejection): number {
    const report = reportRejection(rejection);
    if (report.exit !== EXIT.ok) return this.fail(report);
    this.show({ schema: 'coo/unchanged.v1', ...rejection }, () => [`nothing to change: ${plain(rejection.message)}`]);
    return EXIT.ok;
  }

  /** Shows what became a fact. */
  done(events: readonly Event[], lines: () => readonly string[]): number {
    this.show({ schema: 'coo/done.v1', events }, lines);
    return EXIT.ok;
  }
}

/** An error for a person: what, where, why, next. */
export function errorLines(report: Report, style: Style): readonly string[] {
  const [first = '', ...rest] = plainLines(report.message);
  const lines = [`${style.red('coo:')} ${first} ${style.dim(`[${report.code}]`)}`, ...rest.map((line) => `  ${line}`)];
  if (report.where !== undefined) lines.push(`  where: ${plain(report.where)}`);
  if (report.why !== undefined) lines.push(...plainLines(report.why).map((line, at) => (at === 0 ? `  why:   ${line}` : `         ${line}`)));
  lines.push(...plainLines(report.fix).map((line, at) => (at === 0 ? `  next:  ${line}` : `         ${line}`)));
  return lines;
}
