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
const EVERY_MARK = new RegExp(MARKS.join('|'), 'gi');

export function mayHoldSecret(text: string): boolean {
  return MARK.test(text);
}

/** Before and after a mark, in UTF-16 code units, so much belongs to it: a private key of 16,384 bits has 13,000 letters. */
const BEFORE = 1_024;
const AFTER = 16_384;
/** A part grows together with the next one up to this. */
const LONGEST_PART = 262_144;

/** Parts of a long text that may hold a secret, each whole: the rules take their time with every letter. */
export function partsWithMarks(text: string): readonly { readonly from: number; readonly to: number }[] {
  const parts: { from: number; to: number }[] = [];
  for (const { index } of text.matchAll(EVERY_MARK)) {
    const last = parts.at(-1);
    const to = Math.min(text.length, index + AFTER);
    if (last !== undefined && index - BEFORE <= last.to && to - last.from <= LONGEST_PART) last.to = to;
    else parts.push({ from: Math.max(0, index - BEFORE), to });
  }
  return parts;
}
