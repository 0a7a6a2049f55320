/**
 * What every text has in it that one of the scanner's rules finds something in: the fixed beginning of a token, the head of a key, a URL with a
 * password. Loading the rules takes as long as starting Node; texts without a mark need none. A test holds a sample of each rule against it.
 */
const MARKS = [
  '-----BEGIN',
  String.raw`:\/\/[^\s@]{1,600}@`,
  'x-oauth-basic',
  '_authToken=',
  String.raw`npm_\w{36}`,
  'xox[abopr]-',
  'xapp-',
  String.raw`hooks\.slack\.com`,
  String.raw`sk-[\w-]{20}`,
  'sk-ant-',
  String.raw`gsk_\w{20}`,
  'hf_[a-z]{34}',
  'lin_api_',
  'ntn_[0-9]{11}',
  String.raw`SG\.\w`,
  'shp(?:pa|ca|at|ss)_',
  '[sr]k_(?:live|test)_',
  String.raw`gh[pousr]_\w{8}`,
  'ghs_[0-9]',
  'github_pat_',
  'glpat-',
  'glc_',
  'glsa_',
  'ops_ey',
  String.raw`hv[sbr]\.[\w-]{20}`,
  String.raw`vc[piark]_\w{20}`,
  'dapi[a-f0-9]{32}',
  'dckr_pat_',
  'figd_',
  'cf(?:k|ut|at)_',
  'tskey-',
  'secret_?access_?key',
  'private_key',
];
const MARK = new RegExp(MARKS.join('|'), 'i');

export function mayHoldSecret(text: string): boolean {
  return MARK.test(text);
}
