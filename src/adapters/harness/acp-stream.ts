import type { AnyMessage, Stream } from '@agentclientprotocol/sdk/unstable';
import type { Running } from '../../ports/process.ts';
import { lineReader, objectIn } from './lines.ts';

/**
 * A program's standard input and output as a stream of messages. What it writes that is no JSON object is transcript and nothing else; the
 * stream ends with the program.
 */
export function openStream(start: (watch: (chunk: Uint8Array) => void) => Running): { readonly stream: Stream; readonly running: Running } {
  let incoming: ReadableStreamDefaultController<AnyMessage> | undefined;
  const readable = new ReadableStream<AnyMessage>({
    start: (controller) => {
      incoming = controller;
    },
    cancel: () => {
      incoming = undefined;
    },
  });
  const lines = lineReader((line) => {
    const message = objectIn(line);
    if (message !== undefined) incoming?.enqueue(message as AnyMessage);
  });
  const running = start((chunk) => lines.push(chunk));
  void running.finished.then(() => {
    lines.end();
    incoming?.close();
  });
  const encoder = new TextEncoder();
  const writable = new WritableStream<AnyMessage>({ write: (message) => running.write(encoder.encode(`${JSON.stringify(message)}\n`)) });
  return { stream: { readable, writable }, running };
}
