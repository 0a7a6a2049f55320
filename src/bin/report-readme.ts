/**
 * The page on how the record is checked without coo; `coo init` writes it to `_report/README.md`. Kept as a module like its neighbour. A test runs its
 * commands in a repository, on what is right and on what is not.
 */
export const REPORT_README = `# The record, and how to check it by hand

Here are entries of the ledger (\`ledger/000/000/001.json\`), run receipts (\`agent/<seat>/runs/<date>/\`), and two views (\`agent/coo/state.json\`,
\`usage/coordinator/summary.json\`). The truth is the branch \`coo/ledger\`; in a worktree these are copies that git ignores. On a plan's branch the run receipts
stand beside the change that they are about. \`coo verify\` does all of the below for every entry at once; \`coo log\`, \`coo receipts\` and \`coo report\` say it in words.

Run the blocks in one shell, in the repository. In a clone: \`LEDGER=origin/coo/ledger\`.

\`\`\`sh
LEDGER=coo/ledger
N=4                                                       # the entry to look at
entry() { printf '_report/ledger/%s.json' "$(printf '%09d' "$1" | sed 's|\\(...\\)\\(...\\)|\\1/\\2/|')"; }
blob() { git cat-file blob "$LEDGER:$1"; }
blob "$(entry $N)"                                        # what came in, what became a fact, which files came with it
\`\`\`

**1. Its digest.** An entry states the sha256 of all lines above its \`digest\`: two lines that are the same.

\`\`\`sh
blob "$(entry $N)" | sed '/^"digest":/,$d' | sha256sum | cut -c1-64
blob "$(entry $N)" | sed -n 's/^"digest":"\\([0-9a-f]*\\)".*/\\1/p'
\`\`\`

**2. Its place.** \`prev\` is the sha256 of the whole entry before, so that none can be changed without changing all that follow: again the same.

\`\`\`sh
blob "$(entry $((N - 1)))" | sha256sum | cut -c1-64
blob "$(entry $N)" | sed -n '1s/.*"prev":"\\([0-9a-f]*\\)".*/\\1/p'
\`\`\`

**3. Its files.** Orders, receipts and plans that were committed with it: an \`ok\` for each.

\`\`\`sh
blob "$(entry $N)" | sed -n 's/^{"path":"\\(.*\\)","sha256":"\\(.*\\)"},\\{0,1\\}$/\\2 \\1/p' | while read -r SUM FILE; do
  if [ "$(blob "$FILE" | sha256sum | cut -c1-64)" = "$SUM" ]; then echo "ok $FILE"; else echo "WRONG $FILE"; fi
done
\`\`\`

**4. What was merged.** An entry with \`run.accepted\` names the merge (\`plan_after\`) and the receipt; the receipt names each output with its sha256: an \`ok\` for each.

\`\`\`sh
ACCEPTED=$(blob "$(entry $N)" | grep '"type":"run.accepted"' | head -1)
MERGE=$(printf '%s' "$ACCEPTED" | sed 's/.*"plan_after":"\\([0-9a-f]*\\)".*/\\1/')
RECEIPT=$(printf '%s' "$ACCEPTED" | sed 's/.*"receipt":"\\([^"]*\\)".*/\\1/')
if [ -n "$ACCEPTED" ]; then
  blob "$RECEIPT" | sed -n '/^  "outputs": \\[/,/^  \\]/p' | sed -n -e 's/^      "path": "\\(.*\\)",$/\\1/p' -e 's/^      "sha256": "\\(.*\\)"$/\\1/p' | while read -r FILE && read -r SUM; do
    if [ "$(git cat-file blob "$MERGE:$FILE" | sha256sum | cut -c1-64)" = "$SUM" ]; then echo "ok $FILE"; else echo "WRONG $FILE"; fi
  done
  git show --stat "$MERGE"                                # the change itself
fi
\`\`\`

**5. Who vouches for it.** A last line \`"signature"\` is an SSH signature for \`entry@git-coo\` over the digest's 64 digits and a newline. Whose key counts is said by the
\`_plans/signers.yaml\` that the entry before left. Put principal and key of a signer with the role \`coordinator\` into a file that ssh-keygen reads; it says \`Good\`.

\`\`\`sh
BEFORE=$(git log --format=%H --grep="^Coo-Seq: $((N - 1))\\$" "$LEDGER")
SIGNER=$(blob "$(entry $N)" | sed -n 's/^"signature":{"by":"\\([^"]*\\)".*/\\1/p')
if [ -n "$SIGNER" ]; then
  T=$(mktemp -d)
  git show "$BEFORE:_plans/signers.yaml" | sed -n 's/.*principal: "\\{0,1\\}\\([^",]*\\)"\\{0,1\\}, key: \\(ssh-ed25519 [A-Za-z0-9+/]*\\).*/\\1 \\2/p' > "$T/allowed_signers"
  blob "$(entry $N)" | sed -n 's/^"digest":"\\([0-9a-f]*\\)".*/\\1/p' > "$T/digest"
  { echo '-----BEGIN SSH SIGNATURE-----'
    blob "$(entry $N)" | sed -n 's/^"signature":.*"sshsig":"\\([^"]*\\)".*/\\1/p' | fold -w 70
    echo '-----END SSH SIGNATURE-----'; } > "$T/digest.sig"
  ssh-keygen -Y verify -n entry@git-coo -I "$SIGNER" -f "$T/allowed_signers" -s "$T/digest.sig" < "$T/digest"
  rm -r "$T"
fi
\`\`\`

The first list of signers is taken on trust: nobody could vouch for it. Each later one is in an entry that its forerunners could sign. A signature that was
taken off an entry breaks the \`prev\` of the next one; off the newest, it makes another commit than \`refs/coo/seen\` of a clone that saw it, and \`coo\` there halts.
The \`sed\` reads a list as coo writes it, one signer a line; write those lines by hand where yours looks otherwise.

**6. Outside of this repository.** \`coo receipts export\` gives a signed statement (in-toto, in a DSSE envelope) for each accepted step, for tools that know nothing of coo.
`;
