import { newKey, showKeys } from '../../../app/operations/key.ts';
import type { KeyView, NewKey } from '../../../app/operations/key.ts';
import { examples } from '../command.ts';
import type { Call, Define } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { plain } from '../plain.ts';

/** `coo key`: what this machine signs the ledger's entries with. */
export const defineKey: Define = (program, act) => {
  const command = program.command('key').description("this machine's key for the ledger: it signs entries where _plans/signers.yaml lists it").addHelpText('after', examples('coo key new', 'coo key show'));
  command
    .command('new')
    .description('make a key outside of the repository, and the first signers.yaml with it where there is none')
    .option('--principal <name>', 'whose key it is (default: your e-mail address as git has it)')
    .option('--next', 'one that is to follow the key that is there')
    .addHelpText('after', examples('coo key new', 'coo key new --principal build@example.com', 'coo key new --next'))
    .action(async ({ principal, next }: { readonly principal?: string; readonly next?: true }) =>
      act(async (call) => {
        const made = await newKey(await call.ledger(), { principal: principal ?? (await whoTypes(call)), slot: next === true ? 'next' : 'current' });
        call.out.show(made, () => newLines(made));
        return EXIT.ok;
      }),
    );
  command
    .command('show', { isDefault: true })
    .description('the public half of each key, and as whom it signs')
    .addHelpText('after', examples('coo key show', 'coo key show --json'))
    .action(async () =>
      act(async ({ out, ledger }) => {
        const view = await showKeys(await ledger());
        out.show(view, () => keyLines(view));
        return EXIT.ok;
      }),
    );
};

async function whoTypes({ host, folder }: Call): Promise<string> {
  return (await (await host.operator(folder)).email()) ?? host.user;
}

function newLines({ key, line, wrote, version }: NewKey): readonly string[] {
  const made = [`made ${plain(key.path)}`, `     ${key.fingerprint}`, ''];
  if (wrote !== null && key.signs_as !== null) return [...made, `wrote ${plain(wrote)}: the first list of signers, taken on trust. From here on entries are signed as ${plain(key.signs_as)}.`];
  return [...made, `Add this to _plans/signers.yaml, and write version: ${String(version)} there:`, '', plain(line)];
}

function keyLines({ keys, signers_version }: KeyView): readonly string[] {
  if (keys.length === 0) return ['this machine has no key for the ledger: coo key new'];
  const list = signers_version === 0 ? 'there are no signers: add it to _plans/signers.yaml' : `version ${String(signers_version)} of the signers does not list it as a coordinator's`;
  return keys.flatMap(({ path, key, fingerprint, signs_as }) => [plain(path), `  ${key}`, `  ${fingerprint}`, `  ${signs_as === null ? `signs nothing: ${list}` : `signs entries as ${plain(signs_as)}`}`]);
}
