import { HOSTILE } from './hostile.ts';
import { READERS, outcomeOf } from './readers.ts';

/** Reads every hostile input with the reader that is named, and prints a line each: milliseconds of this thread, what came of it, its name. */
const [, , name] = process.argv;
const reader = READERS.find((one) => one.name === name);
if (reader === undefined) throw new Error(`there is no reader ${String(name)}`);
for (const [what, bytes] of HOSTILE) {
  const before = process.threadCpuUsage();
  const outcome = await outcomeOf(reader, bytes);
  const { user, system } = process.threadCpuUsage(before);
  process.stdout.write(`${String(Math.round((user + system) / 1_000))} ${outcome} ${what}\n`);
}
