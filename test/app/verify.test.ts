import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkpointOffer } from '../../src/app/manager/checkpoint.ts';
import { step } from '../../src/app/step.ts';
import { verify } from '../../src/app/verify/verify.ts';
import type { Verified, VerifyOptions } from '../../src/app/verify/verify.ts';
import { wireLedger } from '../../src/bin/wire.ts';
import { renderFile } from '../../src/format/file.ts';
import { renderOrder, sealOrder } from '../../src/format/order.ts';
import type { Order } from '../../src/format/order.ts';
import type { Run } from '../../src/format/run.ts';
import type { Event } from '../../src/kernel/event.ts';
import { once } from '../support/plans.ts';
import { RealWorld } from '../support/real-world.ts';
import { reseal } from '../support/reseal.ts';
import type { Forged } from '../support/reseal.ts';

const LEDGER = 'refs/heads/coo/ledger';
let world: RealWorld;
let scratch: string;
let copies = 0;

/** One ledger that a manager and workers left behind, with a failure, its retry and a stored proof; each test takes a copy. */
beforeAll(async () => {
  world = await RealWorld.make({});
  const proof = { ...once('c', 'echo {} > sum.json'), expected_receipts: ['sum.json'] };
  world.plan({ plan_id: 'p', steps: [once('a', 'true'), { ...once('b', 'echo b > b.txt'), depends_on: ['a'] }, proof] });
  await world.run();
  const session = await world.fresh();
  await step(session, () => [checkpointOffer(session, 1_900_000_000_000)], { writer: 'manager', withinMs: 1_000 });
  scratch = mkdtempSync(join(tmpdir(), 'coo-verify-'));
}, 120_000);

afterAll(async () => {
  await world.close();
  rmSync(scratch, { recursive: true, force: true });
});

interface Copy {
  readonly folder: string;
  git(...args: readonly string[]): string;
  reseal(change: (entries: Forged[]) => void): Promise<void>;
  verify(options?: VerifyOptions): Promise<Verified>;
}

async function inCopy(use: (copy: Copy) => Promise<void>, made?: (to: string) => void): Promise<void> {
  const folder = join(scratch, String((copies += 1)));
  if (made === undefined) cpSync(world.folder, folder, { recursive: true });
  else made(folder);
  rmSync(join(folder, '.git/coo/cache'), { recursive: true, force: true });
  const here = await wireLedger(folder, world.env);
  try {
    await use({
      folder,
      git: (...args) => execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@example.com', ...args], { cwd: folder, encoding: 'utf8', env: { ...process.env, ...world.env } }).trim(),
      reseal: async (change) => {
        await reseal(here, change);
        // The copies in the worktree are of the ledger as it was.
        for (const top of ['_report', '_bus/orders']) rmSync(join(folder, top), { recursive: true });
      },
      verify: async (options) => verify(here, options),
    });
  } finally {
    await here.git.close();
  }
}

const codes = ({ findings }: Verified): readonly string[] => [...new Set(findings.map(({ code }) => code))].sort();
const entryOf = (entries: Forged[], type: Event['type']): Forged => {
  const found = entries.find(({ entry }) => entry.events.some((event) => event.type === type));
  if (found === undefined) throw new Error(`no entry holds ${type}`);
  return found;
};
const fileIn = (entries: Forged[], part: string): { readonly at: Forged; readonly path: string; readonly value: unknown } => {
  for (const at of entries) for (const [path, bytes] of at.files) if (path.includes(part)) return { at, path, value: JSON.parse(bytes.toString()) };
  throw new Error(`no entry names ${part}`);
};
/** Changes the first event of its type. */
function changeEvent<T extends Event['type']>(entries: Forged[], type: T, change: Partial<Extract<Event, { readonly type: T }>>): void {
  const at = entryOf(entries, type);
  const events = [...at.entry.events];
  const place = events.findIndex((event) => event.type === type);
  events[place] = { ...events[place], ...change } as Event;
  at.entry = { ...at.entry, events };
}
/** Changes the run receipt of a step. */
const changeRun = (entries: Forged[], step: string, change: (run: Run) => Run): void => {
  const { at, path, value } = fileIn(entries, `p.${step}.1.json`);
  at.files.set(path, Buffer.from(renderFile(change(value as Run))));
};
const resealed = ({ seal, ...order }: Order, change: Partial<Order>): Order => sealOrder({ ...order, ...change }, { plan_digest: change.seal?.plan_digest ?? seal.plan_digest, nonce: change.seal?.nonce ?? seal.nonce });

describe('a ledger as coo wrote it', () => {
  it('verifies, with nothing absent where it is kept, and a verdict', async () => {
    await inCopy(async (copy) => {
      const { ok, findings, absent, verdict, receipts, at } = await copy.verify();
      expect(findings).toEqual([]);
      expect({ ok, absent, receipts, at }).toEqual({ ok: true, absent: [], receipts: 3, at: LEDGER });
      expect(verdict).toMatchObject({ changes: 4, accounted: 4, by_people: 0, mode: 'dev' });
    });
  });

  it('verifies when it was written anew as it was', async () => {
    await inCopy(async (copy) => {
      await copy.reseal(() => undefined);
      expect((await copy.verify()).findings).toEqual([]);
    });
  });

  it('verifies in a clone, which tells the branches that it does not have', async () => {
    await inCopy(async (copy) => {
      const { findings, absent, at } = await copy.verify();
      expect(findings).toEqual([]);
      expect(absent.map(({ what }) => what)).toEqual(['branch', 'merge']);
      expect(at).toBe('refs/remotes/origin/coo/ledger');
      copy.git('fetch', '-q', 'origin', 'coo/p:refs/remotes/origin/coo/p');
      expect((await copy.verify()).absent).toEqual([]);
    }, (to) => {
      execFileSync('git', ['clone', '-q', '--single-branch', '--branch', 'coo/ledger', '--no-local', `file://${world.folder}`, to], { env: { ...process.env, ...world.env } });
      execFileSync('git', ['checkout', '-q', '--detach'], { cwd: to });
      execFileSync('git', ['branch', '-q', '-D', 'coo/ledger'], { cwd: to });
    });
  });

  it('verifies at a tag, a branch, an id; in part; and says what it cannot find', async () => {
    await inCopy(async (copy) => {
      const earlier = copy.git('rev-parse', `${LEDGER}~2`);
      copy.git('tag', 'then', earlier);
      copy.git('branch', 'now', LEDGER);
      const all = (await copy.verify()).entries;
      for (const at of ['then', 'refs/tags/then', earlier]) expect(await copy.verify({ at })).toMatchObject({ findings: [], entries: all - 2, commit: earlier });
      expect(await copy.verify({ at: 'now' })).toMatchObject({ findings: [], entries: all });
      expect(await copy.verify({ range: { from: 3, to: 5 } })).toMatchObject({ findings: [], range: { from: 3, to: 5 } });
      expect(await copy.verify({ range: { from: all, to: undefined } })).toMatchObject({ findings: [], range: { from: all, to: all } });
      for (const at of ['nothing', `${LEDGER}~1`, '--all', 'f'.repeat(40).slice(1)]) await expect(copy.verify({ at })).rejects.toMatchObject({ code: 'REV_UNKNOWN' });
      await expect(copy.verify({ range: { from: 3, to: all + 1 } })).rejects.toMatchObject({ code: 'RANGE' });
      await expect(copy.verify({ range: { from: 4, to: 3 } })).rejects.toMatchObject({ code: 'RANGE' });
    });
  });
});

describe('a range of a ledger as coo wrote it', () => {
  it('has nothing to say wherever it begins and ends, also between a grant and what became of it', async () => {
    await inCopy(async (copy) => {
      const { entries } = await copy.verify();
      const wrong: string[] = [];
      for (let from = 1; from <= entries; from += 1) for (const to of new Set([from, Math.ceil((from + entries) / 2), entries])) for (const code of codes(await copy.verify({ range: { from, to } }))) wrong.push(`${String(from)}..${String(to)} ${code}`);
      expect(wrong).toEqual([]);
    });
  });

  it('finds a receipt of the range that is not what was accepted, though its order was granted before', async () => {
    await inCopy(async (copy) => {
      await copy.reseal((entries) => changeRun(entries, 'b', (run) => ({ ...run, order: resealed(run.order, { seat: 'other' }) })));
      const told = (await copy.verify()).findings.find(({ code }) => code === 'RECEIPT_NOT_ACCEPTED');
      const from = Number(/(\d{3})\.json\)$/.exec(told?.message ?? '')?.[1]);
      expect((await copy.verify({ range: { from, to: undefined } })).findings).toContainEqual(told);
    });
  });
});

describe('a ledger that was written anew, with every digest right', () => {
  const cases: Readonly<Record<string, readonly [expected: readonly string[], change: (entries: Forged[]) => void]>> = {
    'an event that does not follow from its input': [['DECISION_OTHER'], (entries) => changeEvent(entries, 'run.started', { worker: '1/2' })],
    'an event that follows from no input': [['DECISION_OTHER'], (entries) => {
      const at = entryOf(entries, 'epoch.began');
      at.entry = { ...at.entry, events: [...at.entry.events, { type: 'noted', by: 'x', text: 'y' }] };
    }],
    'an input that the kernel refuses': [['DECISION_OTHER'], (entries) => {
      const at = entryOf(entries, 'epoch.began');
      at.entry = { ...at.entry, inputs: [...at.entry.inputs, { type: 'resume', scope: 'all', by: 'x', reason: 'y', at_ms: 1 }] };
    }],
    'a fence that skips one': [['DECISION_OTHER', 'FENCE_NOT_LIVE', 'FENCE_NOT_NEXT', 'ORDER_UNGRANTED', 'ORDER_UNNAMED', 'STATE_UNSOUND', 'VIEW_OTHER'], (entries) => changeEvent(entries, 'step.claimed', { fence: 2 })],
    'an epoch that goes back': [['EPOCH_OTHER'], (entries) => {
      const at = entries.at(-1);
      if (at !== undefined) at.entry = { ...at.entry, epoch: 0 };
    }],
    'an epoch that nobody began': [['EPOCH_OTHER'], (entries) => {
      const at = entries.at(-1);
      if (at !== undefined) at.entry = { ...at.entry, epoch: 9 };
    }],
    'an epoch that skips one': [['DECISION_OTHER', 'EPOCH_NOT_NEXT', 'EPOCH_OTHER'], (entries) => changeEvent(entries, 'epoch.began', { epoch: 2 })],
    'an order of another grant': [['ORDER_NOT_GRANTED', 'RECEIPT_NOT_ACCEPTED'], (entries) => {
      const { at, path, value } = fileIn(entries, '_bus/orders/p/a.1.json');
      at.files.set(path, Buffer.from(renderOrder(resealed(value as Order, { seat: 'dev-9' }))));
    }],
    'an order of another plan text': [['ORDER_NOT_GRANTED', 'RECEIPT_NOT_ACCEPTED'], (entries) => {
      const { at, path, value } = fileIn(entries, '_bus/orders/p/a.1.json');
      const order = value as Order;
      at.files.set(path, Buffer.from(renderOrder(resealed(order, { seal: { ...order.seal, plan_digest: '0'.repeat(64) } }))));
    }],
    'a receipt with another result': [['RECEIPT_NOT_ACCEPTED', 'MERGE_OTHER'], (entries) => changeRun(entries, 'a', (run) => ({ ...run, result: 'failed' }))],
    'a receipt of another commit': [['RECEIPT_NOT_ACCEPTED', 'MERGE_OTHER'], (entries) => changeRun(entries, 'b', (run) => ({ ...run, change: run.change === null ? null : { ...run.change, commit: '1'.repeat(40) } }))],
    'a receipt of another tree': [['MERGE_OTHER'], (entries) => changeRun(entries, 'b', (run) => ({ ...run, change: run.change === null ? null : { ...run.change, tree: '1'.repeat(40) } }))],
    'a receipt judged on another tip': [['RECEIPT_NOT_ACCEPTED', 'MERGE_OTHER'], (entries) => changeRun(entries, 'a', (run) => ({ ...run, judgement: run.judgement === null ? null : { ...run.judgement, plan_before: '1'.repeat(40) } }))],
    'a receipt with another order in it': [['RECEIPT_NOT_ACCEPTED', 'MERGE_OTHER'], (entries) => changeRun(entries, 'a', (run) => ({ ...run, order: resealed(run.order, { objective: 'another' }) }))],
    'a receipt whose order has a broken seal': [['RECEIPT_SEAL'], (entries) => changeRun(entries, 'a', (run) => ({ ...run, order: { ...run.order, objective: 'another' } }))],
    'a receipt with other words': [['MERGE_OTHER'], (entries) => changeRun(entries, 'a', (run) => ({ ...run, narration: 'all was well' }))],
    'a proof with another digest': [['EVIDENCE_OTHER', 'MERGE_OTHER'], (entries) => changeRun(entries, 'c', (run) => ({ ...run, receipts: run.receipts.map((one) => ({ ...one, sha256: '1'.repeat(64) })) }))],
    'a run that ends without its receipt': [['RECEIPT_UNNAMED'], (entries) => {
      const { at, path } = fileIn(entries, 'p.a.1.json');
      at.files.delete(path);
    }],
    'a receipt that nobody tells of': [['RECEIPT_UNTOLD'], (entries) => {
      const { path, value } = fileIn(entries, 'p.a.1.json');
      entries.at(-1)?.files.set(path.replace('p.a.1', 'p.a.2'), Buffer.from(renderFile(value)));
    }],
    "a plan's text that is nowhere": [['TEXT_UNNAMED'], (entries) => void fileIn(entries, '_plans/p.plan').at.files.delete(fileIn(entries, '_plans/p.plan').path)],
    "another text than the plan's": [['TEXT_UNNAMED'], (entries) => {
      const { at, path } = fileIn(entries, '_plans/p.plan');
      at.files.set(path, Buffer.from('another'));
    }],
    "another text than the organisation's": [['TEXT_UNNAMED'], (entries) => {
      const { at, path } = fileIn(entries, '_plans/coo.yaml');
      at.files.set(path, Buffer.from('another'));
    }],
    'views that are said to be of an entry before': [['VIEW_OTHER'], (entries) => {
      const at = entryOf(entries, 'checkpointed');
      const before = <T extends object>(one: T): T => ('as_of' in one ? { ...one, as_of: Number(one.as_of) - 1 } : one);
      at.entry = { ...at.entry, inputs: at.entry.inputs.map(before), events: at.entry.events.map(before) };
    }],
    'views that say something else': [['VIEW_OTHER'], (entries) => {
      const { at, path, value } = fileIn(entries, 'coo/state.json');
      at.files.set(path, Buffer.from(renderFile({ ...(value as object), paused: ['all'] })));
    }],
  };

  it.each(Object.entries(cases))('%s', async (_, [expected, change]) => {
    await inCopy(async (copy) => {
      await copy.reseal(change);
      const verified = await copy.verify();
      expect(codes(verified)).toEqual([...expected].sort());
      expect(verified.ok).toBe(false);
    });
  });

  it('a receipt of another tree is told twice: by the merge that names another receipt, and by the commit that has another tree', async () => {
    await inCopy(async (copy) => {
      let commit = '';
      await copy.reseal((entries) => changeRun(entries, 'b', (run) => {
        commit = run.change?.commit ?? '';
        return { ...run, change: run.change === null ? null : { ...run.change, tree: '1'.repeat(40) } };
      }));
      const told = (await copy.verify()).findings.map(({ code, message }) => `${code} ${message}`).sort();
      const [merge, tree] = told;
      expect(told).toHaveLength(2);
      expect(merge).toMatch(/^MERGE_OTHER is not the receipt that the merge [0-9a-f]{40} names$/);
      expect(tree).toBe(`MERGE_OTHER says that ${commit} has the tree ${'1'.repeat(40)}; it has ${copy.git('rev-parse', `${commit}^{tree}`)}`);
    });
  });

  it('views that list the same in another order are the same', async () => {
    await inCopy(async (copy) => {
      await copy.reseal((entries) => {
        const { at, path, value } = fileIn(entries, 'coo/state.json');
        at.files.set(path, Buffer.from(`${JSON.stringify(value)}\n`));
      });
      expect((await copy.verify()).findings).toEqual([]);
    });
  });
});

describe('the history of the branch', () => {
  const put = (copy: Copy, tree: string, parents: readonly string[], message: string): string => copy.git('commit-tree', ...parents.flatMap((id) => ['-p', id]), '-m', message, tree);
  const move = (copy: Copy, to: string): void => {
    for (const ref of [LEDGER, 'refs/coo/seen']) copy.git('update-ref', ref, to);
  };
  /** A tree like another, with one line of `ls-tree -r` changed. */
  const treeWith = (copy: Copy, tree: string, change: (line: string) => string | undefined): string => {
    const lines = copy.git('ls-tree', '-r', tree).split('\n').flatMap((line) => change(line) ?? []);
    const env = { ...process.env, GIT_INDEX_FILE: join(copy.folder, '.git/other-index') };
    execFileSync('git', ['read-tree', '--empty'], { cwd: copy.folder, env });
    execFileSync('git', ['update-index', '--index-info'], { cwd: copy.folder, env, input: `${lines.join('\n')}\n` });
    return execFileSync('git', ['write-tree'], { cwd: copy.folder, env, encoding: 'utf8' }).trim();
  };
  /** Puts a commit into the branch before the last, and the last on top of it as it was. */
  const between = (copy: Copy, change: (line: string) => string | undefined, message = 'x'): void => {
    const last = copy.git('rev-parse', LEDGER);
    const before = copy.git('rev-parse', `${LEDGER}~1`);
    const made = put(copy, treeWith(copy, before, change), [before], message);
    move(copy, put(copy, `${last}^{tree}`, [made], copy.git('log', '-1', '--format=%B', last)));
  };
  const isRun = (line: string): boolean => line.includes('p.a.1.json') && line.includes('/runs/');

  it('a receipt changed and put back', async () => {
    await inCopy(async (copy) => {
      const other = execFileSync('git', ['hash-object', '-w', '--stdin'], { cwd: copy.folder, input: 'other', encoding: 'utf8' }).trim();
      between(copy, (line) => (isRun(line) ? line.replace(/[0-9a-f]{40}/, other) : line));
      const { findings } = await copy.verify();
      expect(findings.map(({ code }) => code)).toEqual(['HISTORY_FOREIGN', 'RECORD_CHANGED', 'RECORD_CHANGED']);
    });
  });

  it('a receipt removed, renamed away, made executable, made a link, and put back', async () => {
    for (const [change, code] of [
      [(line: string) => (isRun(line) ? undefined : line), 'RECORD_REMOVED'],
      [(line: string) => (isRun(line) ? line.replace('p.a.1.json', 'p.z.1.json') : line), 'RECORD_REMOVED'],
      [(line: string) => (isRun(line) ? line.replace('100644', '100755') : line), 'RECORD_MODE'],
      [(line: string) => (isRun(line) ? line.replace('100644', '120000') : line), 'RECORD_MODE'],
    ] as const) {
      await inCopy(async (copy) => {
        between(copy, change);
        expect(codes(await copy.verify())).toContain(code);
      });
    }
  });

  it('a commit that adds nothing, and one that says the entry of another', async () => {
    for (const message of ['nothing', 'x\n\nCoo-Seq: 2', 'x\n\nCoo-Seq: 3\nCoo-Seq: 4']) {
      await inCopy(async (copy) => {
        between(copy, (line) => line, message);
        expect((await copy.verify()).findings.map(({ code }) => code)).toEqual(['HISTORY_FOREIGN']);
      });
    }
  });

  it('a merge', async () => {
    await inCopy(async (copy) => {
      const last = copy.git('rev-parse', `${LEDGER}~1`);
      const side = put(copy, `${last}^{tree}`, [copy.git('rev-parse', `${LEDGER}~2`)], 'side');
      const merged = put(copy, `${last}^{tree}`, [last, side], 'merge');
      move(copy, put(copy, `${LEDGER}^{tree}`, [merged], copy.git('log', '-1', '--format=%B', LEDGER)));
      expect(codes(await copy.verify())).toEqual(['HISTORY_FOREIGN', 'HISTORY_MERGE']);
    });
  });

  it('two entries in one commit', async () => {
    await inCopy(async (copy) => {
      move(copy, put(copy, `${LEDGER}^{tree}`, [copy.git('rev-parse', `${LEDGER}~2`)], copy.git('log', '-1', '--format=%B', LEDGER)));
      expect(codes(await copy.verify())).toContain('HISTORY_FOREIGN');
    });
  });

  it('a rewound branch', async () => {
    await inCopy(async (copy) => {
      copy.git('update-ref', LEDGER, `${LEDGER}~1`);
      expect(codes(await copy.verify())).toContain('LEDGER_REWOUND');
    });
  });

  it('cut off in a shallow clone: told, no finding', async () => {
    await inCopy(async (copy) => {
      const { findings, absent } = await copy.verify();
      expect(findings).toEqual([]);
      expect(absent.map(({ what }) => what)).toContain('history');
    }, (to) => {
      execFileSync('git', ['clone', '-q', '--depth=2', '--branch', 'coo/ledger', `file://${world.folder}`, to], { env: { ...process.env, ...world.env } });
    });
  });
});

describe('branches of plans', () => {
  it('moved, and missing where they are kept', async () => {
    await inCopy(async (copy) => {
      copy.git('update-ref', 'refs/heads/coo/p', 'refs/heads/coo/p~1');
      expect(codes(await copy.verify())).toEqual(['BRANCH_MOVED']);
      copy.git('update-ref', '-d', 'refs/heads/coo/p');
      expect(codes(await copy.verify())).toEqual(['BRANCH_MISSING']);
    });
  });
});

it('a copy in the worktree that was changed is found, and no other', async () => {
  await inCopy(async (copy) => {
    writeFileSync(join(copy.folder, '_report/ledger/000/000/001.json'), 'x');
    rmSync(join(copy.folder, '_report/ledger/000/000/002.json'));
    expect((await copy.verify()).findings.map(({ code, path }) => `${code} ${path}`)).toEqual(['MIRROR_CHANGED _report/ledger/000/000/001.json']);
  });
});
