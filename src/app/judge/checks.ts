import type { CommandRecord } from '../../format/run.ts';
import type { Order } from '../../format/order.ts';
import type { Finding } from '../../kernel/event.ts';
import type { Cell } from '../../ports/sandbox.ts';
import type { Cmd } from '../../kernel/plan.ts';
import { NOT_WORK, cooPaths, workspacePath, workspacesPath } from '../layout.ts';
import { commandFinding } from '../worker/attempt.ts';
import { openCell, runIn } from '../worker/cell.ts';
import { passed, runCommands } from '../worker/commands.ts';
import type { Bench } from '../worker/commands.ts';
import { cellFolder } from '../worker/confinement.ts';
import { watchDisk } from '../worker/disk-watch.ts';
import type { DiskWatch } from '../worker/disk-watch.ts';
import { attemptEnv, secretsOf, treeMark } from '../worker/environment.ts';
import { redactor } from '../worker/redact.ts';
import { collectReceipts } from '../worker/evidence.ts';
import { claimPorts } from '../worker/ports.ts';
import { runSetup } from '../worker/setup.ts';
import type { StoredReceipt } from '../worker/result.ts';
import type { World } from '../world.ts';

export interface Checked {
  readonly records: readonly CommandRecord[];
  readonly findings: readonly Finding[];
  /** Expected receipts found in the checkout, when they were asked for. */
  readonly receipts: readonly StoredReceipt[];
}

export interface CheckOptions {
  readonly name: 'check' | 'integrate';
  /** Of the manager that checks. Folder, log and processes of a check bear it, so that one that was replaced and wakes cannot touch those of the next. */
  readonly epoch: number;
  readonly receipts: boolean;
  readonly signal: AbortSignal;
}

/**
 * Runs commands in a clean checkout of a tree, with an attempt's environment and rights, never in the worker's own folder.
 * With `receipts`, collects the order's expected receipts from it afterwards.
 */
export async function checkTree(world: World, ledger: string, order: Order, tree: string, commands: readonly Cmd[], options: CheckOptions): Promise<Checked> {
  const name = `${order.order_id}.${options.name}.${String(options.epoch)}`;
  const folder = workspacePath(world.layout, ledger, name);
  const evidence = cooPaths.evidence(world.layout, order.order_id);
  await endEarlier(world, ledger, `${order.order_id}.${options.name}.`, options.epoch);
  await world.files.removeAll(folder);
  let cell: Cell | undefined;
  let disk: DiskWatch | undefined;
  const ports = await claimPorts(world, order.ports, `${order.order_id}.${options.name}`);
  try {
    await world.work.workspace({ folder, start: order.start_commit, tree, skip: NOT_WORK, quarantine: true });
    const opened = await openCell(world, order, { workspace: folder, inbox: `${folder}.inbox`, quarantine: true });
    if (!opened.ok) return { records: [], findings: [opened.finding], receipts: [] };
    ({ cell } = opened);
    disk = watchDisk(world, [folder, `${folder}.inbox`, cellFolder(folder)], order.limits.disk_bytes);
    const mark = treeMark(ledger, name).value;
    const env = attemptEnv(order, world.env, { ports: ports.range, folder, inbox: `${folder}.inbox`, orderFile: cooPaths.order(world.layout, order.order_id), token: '', tree: mark, binFolder: `${world.layout.coo}/bin` });
    const bench: Bench = { world, run: runIn(world.processes, cell), layout: world.layout, folder, env: { ...env, COO_ORDER: `${order.order_id}.${options.name}` }, marker: mark, limits: order.limits, redactor: redactor(world.secrets, secretsOf(env)), signal: AbortSignal.any([options.signal, disk.signal]) };
    const time = { deadline: world.clock.monotonic() + order.limits.check_ms, eachMs: order.limits.check_ms };
    // What is checked may have changed what set-up does: nothing of it is kept for others.
    const setup = await runSetup({ world, ledger, order, bench, keep: false }, time);
    const ready = setup.every(passed);
    const checks = ready ? await runCommands(bench, 'check', commands, time) : [];
    const records = [...setup, ...checks];
    const last = records.at(-1);
    const full = disk.finding();
    if (full !== undefined) return { records, findings: [full], receipts: [] };
    const findings = last === undefined || passed(last) ? [] : [commandFinding(last, ready ? checks.length : setup.length)];
    if (findings.length > 0 || !options.receipts) return { records, findings, receipts: [] };
    await world.files.folder(evidence);
    const collected = await collectReceipts(world, order, { folder, into: evidence, redactor: bench.redactor });
    return { records, findings: collected.findings, receipts: collected.receipts };
  } finally {
    disk?.stop();
    await cell?.close();
    await ports.free();
    for (const path of [folder, `${folder}.inbox`, cellFolder(folder)]) await world.files.removeAll(path);
  }
}

/** The same checks of managers before, dead or replaced: their processes may still run. */
async function endEarlier(world: World, ledger: string, prefix: string, epoch: number): Promise<void> {
  const beside = workspacesPath(world.layout, ledger);
  for (const name of await world.files.list(beside)) {
    const earlier = name.startsWith(prefix) && /^[0-9]{1,9}$/.test(name.slice(prefix.length)) && Number(name.slice(prefix.length)) < epoch;
    if (!earlier) continue;
    await world.processes.killTree({ marker: treeMark(ledger, name).marker }, 0);
    for (const path of [`${beside}/${name}`, cellFolder(`${beside}/${name}`)]) await world.files.removeAll(path);
  }
}
