import { layoutOf } from '../../src/app/layout.ts';

/** Where the simulated repository is. */
export const REPO = '/repo';
/** Another worktree of it. */
export const OTHER = '/other';
export const layout = layoutOf({ worktree: REPO, common: `${REPO}/.git`, stateHome: '/state' });
/** The branch that plans go into. */
export const TARGET = 'refs/heads/main';
/** The ledger's id. */
export const LEDGER = 'ledger-1';
