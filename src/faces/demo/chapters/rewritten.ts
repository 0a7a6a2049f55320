import { PLAN_ID } from '../project/plan.ts';
import { findingsOf, forged, receiptPath } from './tampered.ts';
import type { Chapter } from '../story.ts';

const TAMPERED = 7;

/** Somebody rewrites the record in git itself, in a copy: the copy notices, and so does every clone of the forgery. */
export const rewritten: Chapter = {
  name: 'A copy in which git itself was rewritten',
  async play(stage) {
    const { at, disk } = stage;
    const copy = `${at.folder}/copy`;
    const clone = `${at.folder}/clone`;
    await disk.copy(at.repo, copy);
    const path = receiptPath(await stage.coo(['receipts', 'list', PLAN_ID, '--json']), `${PLAN_ID}.test-wrap.1`);

    const forgery = `${at.folder}/forgery`;
    await stage.git(['worktree', 'add', '-q', forgery, 'coo/ledger'], copy);
    const text = await disk.read(`${forgery}/${path}`);
    await disk.write(`${forgery}/${path}`, forged(text));
    await stage.git(['commit', '-q', '--all', '--amend', '--no-edit'], forgery);
    stage.say('in a copy, the last commit of coo/ledger is amended: "failed" is "passed"');

    const noticed = await stage.coo(['verify', '--json'], copy);
    const remembers = findingsOf(noticed).some(({ code }) => code === 'LEDGER_REWOUND');
    stage.holds({ text: `the copy remembers the head it saw: LEDGER_REWOUND, exit ${String(noticed.exit)}`, is: forged(text) !== text && noticed.exit === TAMPERED && remembers, found: noticed.text, look: noticed.file });

    await stage.git(['clone', '-q', '--no-hardlinks', copy, clone]);
    await stage.git(['branch', '-q', 'coo/ledger', 'origin/coo/ledger'], clone);
    const caught = await stage.coo(['verify', '--json'], clone);
    const found = findingsOf(caught).filter((finding) => finding.path === path);
    stage.holds({ text: `a clone that never saw the true one finds it too: RECEIPT_CHANGED, exit ${String(caught.exit)}`, is: caught.exit === TAMPERED && found.some(({ code }) => code === 'RECEIPT_CHANGED'), found: caught.text, look: caught.file });

    const home = await stage.coo(['verify']);
    stage.holds({ text: 'the true one is as it was', is: home.exit === 0, found: home.text, look: home.file });
  },
};
