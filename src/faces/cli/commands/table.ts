import type { Define } from '../command.ts';

/** Every command and its file, which is loaded only when the command is typed. */
export const COMMANDS = {
  init: async () => (await import('./init.ts')).defineInit,
  demo: async () => (await import('./demo.ts')).defineDemo,
  doctor: async () => (await import('./doctor.ts')).defineDoctor,
  plan: async () => (await import('./plan.ts')).definePlan,
  run: async () => (await import('./run.ts')).defineRun,
  status: async () => (await import('./status.ts')).defineStatus,
  inbox: async () => (await import('./inbox.ts')).defineInbox,
  explain: async () => (await import('./explain.ts')).defineExplain,
  next: async () => (await import('./next.ts')).defineNext,
  claim: async () => (await import('./claim.ts')).defineClaim,
  renew: async () => (await import('./hold.ts')).defineRenew,
  release: async () => (await import('./hold.ts')).defineRelease,
  progress: async () => (await import('./hold.ts')).defineProgress,
  done: async () => (await import('./hold.ts')).defineDone,
  block: async () => (await import('./hold.ts')).defineBlock,
  ask: async () => (await import('./hold.ts')).defineAsk,
  take: async () => (await import('./take.ts')).defineTake,
  give: async () => (await import('./hold.ts')).defineGive,
  work: async () => (await import('./work.ts')).defineWork,
  log: async () => (await import('./log.ts')).defineLog,
  retry: async () => (await import('./manage.ts')).defineRetry,
  skip: async () => (await import('./way-back.ts')).defineSkip,
  reassign: async () => (await import('./way-back.ts')).defineReassign,
  undo: async () => (await import('./way-back.ts')).defineUndo,
  cancel: async () => (await import('./plan-ledger.ts')).definePlanCancel,
  approve: async () => (await import('./approve.ts')).defineApprove,
  reject: async () => (await import('./approve.ts')).defineReject,
  answer: async () => (await import('./way-back.ts')).defineAnswer,
  pause: async () => (await import('./manage.ts')).definePause,
  resume: async () => (await import('./manage.ts')).defineResume,
  freeze: async () => (await import('./freeze.ts')).defineFreeze,
  thaw: async () => (await import('./freeze.ts')).defineThaw,
  snapshot: async () => (await import('./snapshot.ts')).defineSnapshot,
  rollback: async () => (await import('./rollback.ts')).defineRollback,
  breaker: async () => (await import('./manage.ts')).defineBreaker,
  notify: async () => (await import('./notify.ts')).defineNotify,
  override: async () => (await import('./manage.ts')).defineOverride,
  report: async () => (await import('./report.ts')).defineReport,
  pr: async () => (await import('./pr.ts')).definePr,
  receipts: async () => (await import('./receipts.ts')).defineReceipts,
  replay: async () => (await import('./replay.ts')).defineReplay,
  verify: async () => (await import('./verify.ts')).defineVerify,
  guard: async () => (await import('./guard.ts')).defineGuard,
  hooks: async () => (await import('./hooks.ts')).defineHooks,
  key: async () => (await import('./key.ts')).defineKey,
  ledger: async () => (await import('./ledger.ts')).defineLedger,
  uninstall: async () => (await import('./uninstall.ts')).defineUninstall,
  gc: async () => (await import('./gc.ts')).defineGc,
} as const satisfies Readonly<Record<string, () => Promise<Define>>>;

export type CommandName = keyof typeof COMMANDS;

export function isCommand(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name);
}
