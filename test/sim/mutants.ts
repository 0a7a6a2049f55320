import { registerHooks } from 'node:module';

/** One change of a file's text, as it is loaded. */
interface Edit {
  readonly file: string;
  readonly find: string;
  readonly put: string;
}

/** Laws broken on purpose, to see that a run finds it. Nothing is written: files are changed on their way into this process. */
export const MUTANTS: Readonly<Record<string, readonly Edit[]>> = {
  /** Whoever speaks under a fence that is over is heard. */
  'no-fence': [{ file: 'src/kernel/rules/find.ts', find: 'if (at.fence < claim.fence) {', put: 'if (at.fence < 0) {' }],
  /** Effects are begun when they are decided, before their entry is published. */
  'perform-first': [
    { file: 'src/app/step.ts', find: '      const published = await publish(', put: '      options.early?.();\n      const published = await publish(' },
    { file: 'src/app/manager/manager.ts', find: "{ writer: 'manager', withinMs: PUBLISH_MS, epoch },", put: "{ writer: 'manager', withinMs: PUBLISH_MS, epoch, early: () => this.#performer.perform('later') }," },
  ],
  /** What an attempt may spend is not held for it while it is at work. */
  'no-hold': [{ file: 'src/kernel/spending.ts', find: 'if (rest.tokens < wanted.tokens || rest.micro_usd < wanted.micro_usd || rest.attempts < wanted.attempts || rest.wall_ms < (wanted.wall_ms ?? 0)) return kind;', put: '' }],
  /** Seats get work though they have spent what they may, or their provider takes no more. */
  'no-rest': [{ file: 'src/kernel/ranking.ts', find: ' && !state.parked.has(seat.group)', put: '' }, { file: 'src/kernel/rules/claim.ts', find: 'if (parked !== undefined) return', put: 'if (parked === null) return' }],
  /** A swap of refs is said to be done before it is on the disk. */
  'no-fsync': [{ file: 'test/sim/sim.ts', find: '    this.#refs.sync();\n', put: '' }],
};

/** Changes the files of a mutant when they are loaded, which must not have happened yet. Throws where one has not the text that is to be changed. */
export function plant(edits: readonly Edit[]): void {
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      const due = edits.filter(({ file }) => url.endsWith(`/${file}`));
      if (due.length === 0) return loaded;
      let text = typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source);
      for (const { file, find, put } of due) {
        if (text.split(find).length !== 2) throw new Error(`${file} has not once the text of the mutant: ${find}`);
        text = text.replace(find, () => put);
      }
      return { ...loaded, source: text };
    },
  });
}
