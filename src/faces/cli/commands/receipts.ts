import { resolve } from 'node:path';
import { Option } from 'commander';
import { exportReceipts } from '../../../app/report/export.ts';
import type { ExportFormat } from '../../../app/report/export.ts';
import { receiptMarkdown } from '../../../app/report/receipt-markdown.ts';
import { openLedger } from '../../../app/operations/by-hand.ts';
import { checkNames } from '../../../app/operations/find.ts';
import { listReceipts, showReceipt } from '../../../app/operations/receipts.ts';
import { parseStepKey } from '../../../kernel/ids.ts';
import { count, examples } from '../command.ts';
import type { Define } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { plain } from '../plain.ts';
import { receiptLines } from '../receipt-lines.ts';
import { table } from '../width.ts';

/** `coo receipts`: what each attempt was ordered, did and showed. */
export const defineReceipts: Define = (program, act) => {
  const command = program.command('receipts').description('run receipts: what each attempt was ordered, did and showed').addHelpText('after', examples('coo receipts list hello', 'coo receipts show hello.greet.1'));
  command
    .command('list', { isDefault: true })
    .description('the receipts in the ledger, newest last')
    .argument('[subject]', 'a plan_id or <plan_id>/<step_id>')
    .option('--seat <seat>', 'only those of this seat')
    .option('--limit <n>', 'the newest so many', count)
    .addHelpText('after', examples('coo receipts list hello/greet'))
    .action(async (subject: string | undefined, options: { seat?: string; limit?: number }) =>
      act(async ({ out, ledger }) => {
        const session = await openLedger(await ledger());
        const about = subject === undefined ? {} : (parseStepKey(subject) ?? { plan_id: subject });
        const wanted = { ...about, ...(options.seat === undefined ? {} : { seat: options.seat }) };
        const all = await listReceipts(session, wanted);
        // A seat that left coo.yaml has receipts still; only where nothing is found may the name be wrong.
        if (all.length === 0) await checkNames(session, wanted);
        const receipts = options.limit === undefined ? all : all.slice(-options.limit);
        out.show({ schema: 'coo/receipts.v1', receipts }, () => (receipts.length === 0 ? ['no receipts'] : table(receipts.map(({ order_id, seat, date, path }) => [order_id, seat, date, path].map(plain)))));
        return EXIT.ok;
      }),
    );
  command
    .command('export')
    .description('a statement for each accepted step (in-toto Statement v1): what was merged, what it made, the receipt it rests on')
    .addOption(new Option('--format <format>', 'dsse: in signed envelopes; in-toto: bare').choices(['dsse', 'in-toto']).default('dsse'))
    .option('--plan <plan_id>', 'of this plan alone')
    .option('--out <dir>', 'a file for each in this folder, instead of standard output')
    .addHelpText('after', examples('coo receipts export --plan hello --out attestations', 'coo receipts export --format in-toto --plan hello'))
    .action(async (options: { format: ExportFormat; plan?: string; out?: string }) =>
      act(async ({ out, ledger, host }) => {
        const exported = await exportReceipts(await openLedger(await ledger()), { format: options.format, ...(options.plan === undefined ? {} : { plan_id: options.plan }), ...(options.out === undefined ? {} : { out: resolve(host.cwd, options.out) }) });
        out.show(exported, () => exported.attestations.map(({ path, text }) => path ?? text?.trimEnd() ?? ''));
        return EXIT.ok;
      }),
    );
  command
    .command('show')
    .description('one receipt, readable')
    .argument('<receipt>', 'an order (<plan>.<step>.<fence>) or a path from the list')
    .addOption(new Option('--format <format>', 'how it is written').choices(['text', 'markdown']).default('text'))
    .addHelpText('after', examples('coo receipts show hello.greet.1', 'coo receipts show hello.greet.1 --format markdown', 'coo receipts show hello.greet.1 --json'))
    .action(async (subject: string, options: { format: 'text' | 'markdown' }) =>
      act(async ({ out, ledger }) => {
        const { path, run } = await showReceipt(await openLedger(await ledger()), subject);
        // The receipt is the document: what stands in the ledger, not a copy in another shape.
        out.show(run, () => (options.format === 'markdown' ? receiptMarkdown(path, run) : receiptLines(path, run, out.style)));
        return EXIT.ok;
      }),
    );
};
