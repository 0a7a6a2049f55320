import { styleFor } from '../cli/style.ts';
import type { DemoHost } from './host.ts';
import { plainScreen, silentScreen } from './screen.ts';
import type { Screen } from './screen.ts';
import { Interrupted, Unheld } from './story.ts';
import type { Chapter } from './story.ts';
import { openTheatre } from './theatre.ts';
import type { Told } from './theatre.ts';
import { whatToLookAt } from './what-to-look-at.ts';

export interface DemoOptions {
  readonly json: boolean;
  /** Leave the folder there. It also stays when something did not hold. */
  readonly keep: boolean;
}

/** What `coo demo --json` prints. */
export interface DemoDocument {
  readonly schema: 'coo/demo.v1';
  readonly ok: boolean;
  readonly chapters: readonly PlayedChapter[];
  /** Absolute; gone again unless `kept`. */
  readonly folder: string;
  readonly kept: boolean;
  readonly ms: number;
}

export interface PlayedChapter {
  readonly name: string;
  readonly ok: boolean;
  readonly facts: readonly Told[];
  readonly ms: number;
  /** Why it ended early: what did not hold, what was found, where to look. */
  readonly fault?: { readonly text: string; readonly found: string; readonly look: string };
}

const INTERRUPTED = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Plays the chapters one after the other until one does not hold. Returns the exit code: 0, 1, or that of the signal. */
export async function runDemo(host: DemoHost, options: DemoOptions, chapters: readonly Chapter[]): Promise<number> {
  const { clock, stdout } = host;
  const screen = options.json ? silentScreen() : plainScreen((text) => stdout.write(text), styleFor(host, stdout));
  const stop = new AbortController();
  let exit = 0;
  const off = host.interrupts((signal) => {
    exit = INTERRUPTED[signal];
    stop.abort();
  });
  const began = clock.monotonic();
  const folder = await host.scratch();
  screen.begins(folder);
  let played: readonly PlayedChapter[] = [];
  try {
    played = await playAll(host, folder, screen, stop.signal, chapters);
  } finally {
    off();
  }
  const ok = played.length === chapters.length && played.every((chapter) => chapter.ok);
  const kept = options.keep || (!ok && !stop.signal.aborted);
  if (!kept) await host.files.removeAll(folder);
  const document: DemoDocument = { schema: 'coo/demo.v1', ok, chapters: played, folder, kept, ms: Math.round(clock.monotonic() - began) };
  screen.ends(lastLines(document, stop.signal.aborted));
  if (options.json) stdout.write(`${JSON.stringify(document, undefined, stdout.isTTY ? 2 : undefined)}\n`);
  return stop.signal.aborted ? exit : ok ? 0 : 1;
}

async function playAll(host: DemoHost, folder: string, screen: Screen, signal: AbortSignal, chapters: readonly Chapter[]): Promise<readonly PlayedChapter[]> {
  let facts: Told[] = [];
  const theatre = await openTheatre({ host, folder, screen, signal, tell: (told) => facts.push(told) });
  const played: PlayedChapter[] = [];
  try {
    for (const [index, { name, play }] of chapters.entries()) {
      const began = host.clock.monotonic();
      facts = [];
      screen.chapter(index + 1, name);
      const unheld = await faultOf(async () => play(theatre.stage), folder);
      if (unheld !== undefined && !signal.aborted) screen.failed(unheld);
      const fault = unheld === undefined ? {} : { fault: { text: unheld.claim, found: unheld.found, look: unheld.look } };
      played.push({ name, ok: unheld === undefined, facts, ms: Math.round(host.clock.monotonic() - began), ...fault });
      if (unheld !== undefined) break;
    }
  } finally {
    await theatre.clear();
  }
  return played;
}

/** What did not hold, or undefined. A file that is not there, or not as it should be, is no fact either. */
async function faultOf(play: () => Promise<void>, folder: string): Promise<Unheld | undefined> {
  try {
    await play();
    return undefined;
  } catch (cause) {
    if (cause instanceof Unheld) return cause;
    if (cause instanceof Interrupted) return new Unheld({ text: 'the demo was left to end', found: 'it was interrupted', look: folder });
    return new Unheld({ text: 'what the chapter needs is there', found: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause), look: folder });
  }
}

function lastLines({ ok, folder, kept, ms, chapters }: DemoDocument, interrupted: boolean): readonly string[] {
  const facts = chapters.reduce((sum, chapter) => sum + chapter.facts.length, 0);
  const seconds = (ms / 1_000).toFixed(1);
  if (interrupted) return [`interrupted; ${kept ? `kept: ${folder}` : 'every process is ended, the folder is removed'}`];
  if (!ok) return [`Something that the demo says does not hold. Kept to look at: ${folder}`, 'What each command printed lies in output/ there.'];
  return [`All ${String(facts)} facts hold, in ${seconds} s.`, '', ...whatToLookAt(folder, kept)];
}
