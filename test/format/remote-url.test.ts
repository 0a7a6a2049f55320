import { expect, it } from 'vitest';
import { parseRemoteUrl } from '../../src/format/remote-url.ts';

const ACME = { host: 'github.com', owner: 'acme', repo: 'widget' };

it.each([
  'https://github.com/acme/widget.git',
  'https://github.com/acme/widget',
  'https://github.com/acme/widget/',
  'https://somebody:secret@github.com/acme/widget.git',
  'https://GitHub.com:443/acme/widget.git',
  'ssh://git@github.com/acme/widget.git',
  'ssh://git@github.com:22/acme/widget',
  'git@github.com:acme/widget.git',
  'github.com:acme/widget',
])('names a repository: %s', (url) => {
  expect(parseRemoteUrl(url)).toEqual(ACME);
});

it('keeps what belongs to a name', () => {
  expect(parseRemoteUrl('git@git.example.com:A-1/my.repo_x.git')).toEqual({ host: 'git.example.com', owner: 'A-1', repo: 'my.repo_x' });
});

it.each([
  '',
  '/srv/git/acme/widget.git',
  '../acme/widget',
  'C:\\acme\\widget',
  'file:///acme/widget.git',
  'http://github.com/acme/widget.git',
  'git://github.com/acme/widget.git',
  'ext::sh -c whoami',
  'https://github.com/widget.git',
  'https://github.com/group/acme/widget.git',
  'https://github.com/acme/..',
  'https://github.com/acme/.git',
  'https://github.com/-acme/widget',
  'https://github.com/acme/wid get',
  'https://github.com/acme/widget?x=1',
  'https://github.com/acme/widget#x',
  'https://github.com/acme%2fevil/widget',
  'git@github.com:/acme/widget.git',
  'git@github.com:acme/widget/issues',
  'git@-oProxyCommand=x:acme/widget',
])('names none: %s', (url) => {
  expect(parseRemoteUrl(url)).toBeUndefined();
});
