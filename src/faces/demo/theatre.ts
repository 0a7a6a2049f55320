import { treeMark } from '../../app/worker/environment.ts';
import type { Start } from '../../app/worker/host.ts';
import { diskOf } from './disk.ts';
import { Feed } from './feed.ts';
import type { DemoHost } from './host.ts';
import type { Screen } from './screen.ts';
import { Shell } from './shell.ts';
import type { Background } from './shell.ts';
import { Unheld } from './story.ts';
import type { Claim, Places, Stage } from './story.ts';

/** A stage, and how it is cleared: every process that the demo caused is ended by its id. */
export interface Theatre {
  readonly stage: Stage;
  clear(): Promise<void>;
}

/** One fact that was asserted. */
export interface Told {
  readonly text: string;
  readonly ok: boolean;
}

export interface TheatreOptions {
  readonly host: DemoHost;
  readonly folder: string;
  readonly screen: Screen;
  readonly tell: (told: Told) => void;
  /** Aborted when the user asks for the end. */
  readonly signal: AbortSignal;
}

const HOME_CAP = 65_536;
const START_CAP = 65_536;

/** Sets the stage in an empty folder: a home without the user's settings, a place for the project, one for what commands print. */
export async function openTheatre({ host, folder, screen, tell, signal }: TheatreOptions): Promise<Theatre> {
  const at: Places = { folder, repo: `${folder}/textkit`, home: `${folder}/home` };
  const logs = `${folder}/output`;
  for (const path of [at.repo, at.home, logs]) await host.files.folder(path);
  const shell = new Shell(host, environment(host, at), logs, signal);
  const began = host.clock.monotonic();
  let background: Background | undefined;

  const feed = new Feed({
    files: host.files,
    clock: host.clock,
    worktree: at.repo,
    signal,
    onEvent: (event) => screen.happened(event, host.clock.monotonic() - began),
    over: () => (background?.ran === undefined ? undefined : `${background.typed} ended with exit ${String(background.ran.exit)}: ${lastLine(background.ran.text)} (${background.ran.file})`),
  });
  const stage: Stage = {
    at,
    feed,
    disk: diskOf(host),
    async coo(args, cwd = at.repo) {
      screen.typed(typedFrom(at, args, cwd));
      return shell.run('coo', args, cwd);
    },
    git: async (args, cwd = at.repo) => shell.run('git', args, cwd),
    begin(args) {
      screen.typed(`${typedFrom(at, args, at.repo)} &`);
      background = shell.background('coo', args, at.repo);
    },
    async end() {
      if (background === undefined) throw new Unheld({ text: 'a program runs in the background', found: 'none was begun', look: folder });
      const ran = await background.ended;
      await feed.look();
      return ran;
    },
    say: (text) => screen.said(text),
    holds(claim: Claim) {
      tell({ text: claim.text, ok: claim.is });
      if (!claim.is) throw new Unheld(claim);
      screen.held(claim.text);
    },
  };
  return {
    stage,
    async clear() {
      await shell.kill();
      await endWorkers(host, at);
    },
  };
}

/** Workers outlive their manager: each attempt's tree is found by the mark that names this very ledger, and ended. */
async function endWorkers({ files, processes }: DemoHost, at: Places): Promise<void> {
  const coo = `${at.repo}/.git/coo`;
  if ((await files.info(`${coo}/home.json`)) === undefined) return;
  const { ledger } = JSON.parse(new TextDecoder().decode(await files.read(`${coo}/home.json`, HOME_CAP))) as { readonly ledger: string };
  const attempts = new Set([...(await files.list(`${coo}/orders`)), ...(await files.list(`${coo}/start`))].map((name) => name.replace(/\.json$/, '')));
  for (const order_id of attempts) {
    const owner = await workerOf(files, `${coo}/start/${order_id}.json`);
    await processes.killTree({ marker: treeMark(ledger, order_id).marker, ...(owner === null ? {} : { owner }) }, 0);
  }
}

/** The process that is there for one attempt alone, if one announced itself. */
async function workerOf(files: DemoHost['files'], path: string): Promise<Start['owner']> {
  if ((await files.info(path)) === undefined) return null;
  const { owner, dedicated } = JSON.parse(new TextDecoder().decode(await files.read(path, START_CAP))) as Start;
  return dedicated ? owner : null;
}

/** Nothing of the user's reaches the children: not his home, not his git settings, not his coo. */
function environment({ env }: DemoHost, at: Places): Readonly<Record<string, string>> {
  return { ...env, HOME: at.home, XDG_STATE_HOME: `${at.home}/.local/state`, XDG_CONFIG_HOME: `${at.home}/.config`, GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0', NO_COLOR: '1' };
}

function typedFrom(at: Places, args: readonly string[], cwd: string): string {
  const where = cwd === at.repo ? [] : ['-C', cwd.slice(at.folder.length + 1)];
  return ['coo', ...where, ...args].join(' ');
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? '';
}
