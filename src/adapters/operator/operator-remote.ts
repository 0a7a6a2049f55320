import { simpleGit } from 'simple-git';
import type { Pushed, Remote } from '../../ports/remote.ts';
import { gitMissing } from '../git-store/errors.ts';
import { checkRefName } from '../git-store/ref-names.ts';
import { asking } from './ask.ts';

/** Without a word from git for so long, it is ended. Long enough to type a passphrase. */
const SILENT_MS = 120_000;
/** A name that git takes for a remote, and that is no path, no URL and no option. */
const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/;
const OID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
/** `<flag> TAB <from>:<to> TAB <summary>`, as `git push --porcelain` says it of each branch. */
const LINE = /^([ +*=!-])\t[0-9a-f]*:(refs\/[^\t]+)\t(.*)$/;
const OUTCOMES: Readonly<Record<string, Pushed['outcome']>> = { ' ': 'moved', '*': 'new', '=': 'same', '!': 'refused' };
const WHY_UNITS = 500;

/** Objects only: no tags, no FETCH_HEAD, no ref of the operator's own map. */
const FETCH = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance', '--no-recurse-submodules', '--refmap=', '--end-of-options'];

/** A fetch or a push that reached nobody. */
export class RemoteError extends Error {
  readonly code: 'FETCH_FAILED' | 'PUSH_FAILED';
  readonly fix: string;

  constructor(act: 'fetch' | 'push', remote: string, why: string) {
    super(`git ${act} ${remote}: ${why}`);
    this.name = 'RemoteError';
    this.code = act === 'fetch' ? 'FETCH_FAILED' : 'PUSH_FAILED';
    this.fix = `git ls-remote ${remote} says whether it can be reached and whether you may; then run the command again`;
  }
}

/** The remotes of the operator's repository, through simple-git. Fixed argument lists; nothing of the caller's becomes an option, and nothing is forced. */
export function operatorRemote(folder: string): Remote {
  const git = simpleGit({ baseDir: folder, timeout: { block: SILENT_MS } });
  const ask = asking(git);
  return {
    async nameFor(branch) {
      checkRefName(`refs/heads/${branch}`);
      const names = ((await ask('remote')) ?? '').split('\n').filter((name) => NAME.test(name));
      const upstream = await ask('config', '--get', `branch.${branch}.remote`);
      return [upstream, 'origin', names.length === 1 ? names[0] : null].find((name) => typeof name === 'string' && names.includes(name)) ?? null;
    },
    url: async (name) => (NAME.test(name) ? ask('config', '--get', `remote.${name}.url`) : null),
    async fetch(name, ref) {
      if (!NAME.test(name)) throw new RemoteError('fetch', name, 'this is no name of a remote');
      checkRefName(ref);
      const said = async (args: readonly string[]): Promise<string> => {
        try {
          return await git.raw([...args]);
        } catch (cause) {
          throw new RemoteError('fetch', name, words(saidInFailing(cause)) || 'git said nothing');
        }
      };
      const [id = ''] = (await said(['ls-remote', '--quiet', '--end-of-options', name, ref])).split('\t');
      if (!OID.test(id)) return null;
      await said([...FETCH, name, ref]);
      return id;
    },
    async push(name, wishes) {
      if (!NAME.test(name)) throw new RemoteError('push', name, 'this is no name of a remote');
      const specs = wishes.map(({ ref, commit }) => {
        checkRefName(ref);
        if (!OID.test(commit)) throw new RemoteError('push', name, `${commit} is no commit`);
        return `${commit}:${ref}`;
      });
      const said = await git.raw(['push', '--porcelain', '--no-follow-tags', '--recurse-submodules=no', '--end-of-options', name, ...specs]).catch(saidInFailing);
      const pushed = said.split('\n').flatMap((line) => {
        const [, flag = '', ref = '', summary = ''] = LINE.exec(line) ?? [];
        const outcome = OUTCOMES[flag];
        return outcome === undefined ? [] : [{ ref, outcome, why: outcome === 'refused' ? words(summary) : '' }];
      });
      if (pushed.length < wishes.length) throw new RemoteError('push', name, words(said) || 'git said nothing');
      return pushed;
    },
  };
}

/** Git ends with an error where one branch was refused, and says of each what became of it all the same. */
function saidInFailing(cause: unknown): string {
  if (!(cause instanceof Error)) throw cause;
  if (cause.message.includes('spawn git ENOENT')) throw gitMissing();
  return cause.message;
}

/** Git's own words on one line. A URL's user part may be a password. */
function words(text: string): string {
  const lines = text.split('\n').filter((line) => !/^(?:hint:|To |Done$)/.test(line));
  return lines.join(' ').replaceAll(/:\/\/[^@/\s]+@/g, '://***@').replaceAll(/\s+/g, ' ').trim().slice(0, WHY_UNITS);
}
