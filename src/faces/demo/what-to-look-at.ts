import { PLAN_ID } from './project/plan.ts';

/** What a reader can do next: with the kept repository, or with a new one. */
export function whatToLookAt(folder: string, kept: boolean): readonly string[] {
  const repo = kept ? `${folder}/textkit` : 'textkit';
  const commands = [
    ['git log --oneline --graph main', 'the work, step by step'],
    ['git log --oneline coo/ledger', 'the record, entry by entry'],
    [`coo explain ${PLAN_ID}/measure`, 'what happened to the killed step'],
    [`coo receipts show ${PLAN_ID}.test-wrap.1`, 'the attempt that failed'],
    ['less _report/ledger/000/000/001.json', 'the first entry, a plain file'],
    ['less _bus/README.md', 'how to work with files alone'],
  ] as const;
  const lines = commands.map(([command, what]) => `  ${command.padEnd(44)} ${what}`);
  const where = kept ? [`Look around:  cd ${repo}`] : ['The folder is removed. To look around:  coo demo --keep, then in its textkit/'];
  return [...where, ...lines, '', 'In a repository of your own:  coo init && coo run'];
}
