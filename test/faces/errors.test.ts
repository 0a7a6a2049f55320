import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/app/failure.ts';
import { reportRejection, reportThrown } from '../../src/faces/cli/errors.ts';
import { REJECTION_EXITS } from '../../src/faces/cli/exit-codes.ts';
import { errorLines } from '../../src/faces/cli/output.ts';
import { BARE } from '../../src/faces/cli/style.ts';
import type { RejectionCode } from '../../src/kernel/rejection.ts';
import type { FileFault } from '../../src/ports/files.ts';

function fileError(fault: FileFault): Error {
  return Object.assign(new Error(fault.code), { fault });
}

describe('exit codes', () => {
  it('are the ones of the design, for every "no" of the domain', () => {
    const byExit = Map.groupBy(Object.entries(REJECTION_EXITS), ([, exit]) => exit);
    const codes = (exit: number): readonly string[] => (byExit.get(exit) ?? []).map(([code]) => code).toSorted();
    expect(codes(5)).toEqual(['CLAIM_BEATING', 'CLAIM_HELD', 'CLAIM_NONE', 'FENCE_OLD', 'FENCE_UNKNOWN', 'HOLDER_OTHER', 'OVERLAP', 'REPORT_LATE', 'SEAT_BUSY', 'SEAT_EXISTS', 'STEP_STARTED']);
    expect(codes(3)).toEqual(['FROZEN', 'HARNESS_UNFIT', 'NOT_APPROVER', 'PAUSED', 'SEATS_CLOSED', 'SEAT_UNFIT', 'SIGNERS_VERSION']);
    expect(codes(8)).toEqual(['BREAKER_OPEN']);
    expect(codes(75)).toEqual(['EPOCH_OLD', 'JUDGEMENT_STALE', 'NOTHING_TO_DO', 'SEATS_FULL', 'SEAT_PARKED', 'WORKERS_FULL']);
    expect(codes(4)).toEqual(['APPROVAL_NEEDED', 'TARGET_GONE', 'TARGET_REWRITTEN']);
    expect(codes(6)).toEqual(['BUDGET_SPENT']);
    expect(codes(0)).toEqual(['MESSAGE_STALE', 'UNCHANGED']);
    expect(codes(2)).toEqual(['BREAKER_CLOSED', 'NOT_FROZEN', 'NOT_PAUSED']);
    expect([...byExit.keys()].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 8, 75]);
  });

  it.each([
    ['CLAIM_HELD', 5],
    ['PLAN_UNKNOWN', 1],
    ['BREAKER_OPEN', 8],
  ] as const)('a rejection %s exits %i', (code: RejectionCode, exit) => {
    expect(reportRejection({ code, message: 'm', fix: 'f' })).toEqual({ code, message: 'm', fix: 'f', exit });
  });
});

describe('what was thrown', () => {
  it('is shown by its own words where it is a failure', () => {
    const failure = new Failure({ code: 'MANAGED', message: 'another manager is alive', fix: 'coo status', exit: 75, cause: new Error('because') });
    expect(reportThrown(failure)).toEqual({ code: 'MANAGED', message: 'another manager is alive', fix: 'coo status', exit: 75, why: 'because' });
  });

  it.each([
    [{ code: 'FILE_ABSENT', path: '/r/x' }, 'there is no such file', 'check the name'],
    [{ code: 'FILE_NOT_REGULAR', path: '/r/x', kind: 'symlink' }, 'a regular file was expected, and this is a symlink', 'plain file'],
    [{ code: 'FILE_TOO_LARGE', path: '/r/x', size: 9, cap: 5 }, '9 bytes are more than the 5', 'make it smaller'],
    [{ code: 'FILE_IO', path: '/r/x', cause: 'ENOSPC' }, 'could not be used', 'free space'],
    [{ code: 'FILE_EXISTS', path: '/r/x' }, 'the name is taken', 'choose another name'],
  ] as const)('says where, for a file: %j', (fault, message, fix) => {
    const report = reportThrown(fileError(fault));
    expect(report).toMatchObject({ code: fault.code, where: '/r/x', exit: 1 });
    expect(report?.message).toContain(message);
    expect(report?.fix).toContain(fix);
  });

  it('says what git said, and times out with 124', () => {
    const git = Object.assign(new Error('GIT_TIMED_OUT: x'), { code: 'GIT_TIMED_OUT', fault: { code: 'GIT_TIMED_OUT', message: 'git took too long', stderr: 'busy' } });
    expect(reportThrown(git)).toMatchObject({ code: 'GIT_TIMED_OUT', message: 'git took too long', why: 'busy', exit: 124 });
  });

  it.each(['ENOSPC', 'EDQUOT'])('is a full disk where the system says %s, wherever it was met', (code) => {
    expect(reportThrown(Object.assign(new Error('write failed'), { code }))).toEqual({ code: 'DISK_FULL', message: 'there is no room on a disk: write failed', fix: expect.stringContaining('make room') as string, exit: 75 });
  });

  it.each([[new TypeError('x')], ['text'], [Object.assign(new Error('write'), { code: 'EIO' })], [Object.assign(new Error('bad'), { code: 'ERR_INVALID_ARG_TYPE' })]])('is a fault of coo where it has no form: %s', (thrown) => {
    expect(reportThrown(thrown)).toBeUndefined();
  });

  it('is told as what, where, why, next', () => {
    expect(errorLines({ code: 'FILE_IO', message: 'no\u001b[2J good', where: '/r/x', why: 'first\nsecond', fix: 'coo init', exit: 1 }, BARE)).toEqual([
      'coo: no\\u{1b}[2J good [FILE_IO]',
      '  where: /r/x',
      '  why:   first',
      '         second',
      '  next:  coo init',
    ]);
  });
});
