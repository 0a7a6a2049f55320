// Made by tools/generate.ts from schemas/. Do not edit: change the schema, then run it again.
/**
 * coo plan amend --json: what a revision made of a plan.
 */
export interface AmendedView {
  schema: "coo/amended.v1";
  plan_id: string;
  revision: number;
  /**
   * Steps that came.
   *
   * @maxItems 2000
   */
  added: string[];
  /**
   * Steps with another text.
   *
   * @maxItems 2000
   */
  changed: string[];
  /**
   * Steps that went.
   *
   * @maxItems 2000
   */
  removed: string[];
  /**
   * Members of the plan itself that are others now.
   *
   * @maxItems 100
   */
  members: string[];
}

/**
 * What coo approve --text --json prints: the bytes that an approver signs, for ssh-keygen -Y sign -n approval@git-coo.
 */
export interface ApprovalText {
  schema: "coo/approval-text.v1";
  /**
   * A plan, or coo.yaml, signers.yaml.
   */
  subject: string;
  text: string;
}

/**
 * Who holds what, and how much is on offer: a view in _bus/out/manager-report/.
 */
export interface AssignmentsView {
  schema: "coo/assignments.v1";
  /**
   * The entry of the ledger as of which it was written.
   */
  as_of: number;
  /**
   * @maxItems 100000
   */
  assignments: {
    order_id: string;
    plan_id: string;
    step_id: string;
    fence: number;
    seat: string;
    kind: "beating" | "held";
    state: "idle" | "analyzing" | "executing" | "blocked" | "handoff";
    /**
     * Whether its lease ran out, and its holder is asked to go on.
     */
    asked: boolean;
    since: string;
  }[];
  /**
   * @maxItems 100000
   */
  offers: {
    /**
     * Its folder in _bus/out.
     */
    to: string;
    shown: number;
    /**
     * Ready steps beyond those shown: they follow as these are taken.
     */
    more: number;
  }[];
}

/**
 * npm run bench -- --json.
 */
export interface BenchView {
  schema: "coo/bench.v1";
  /**
   * Measured small, to see that the rows work: the numbers mean nothing.
   */
  quick?: boolean;
  /**
   * One for each thing that is measured.
   *
   * @maxItems 1000
   */
  rows: {
    /**
     * Name of the row.
     */
    name: string;
    /**
     * Unit of value and floor.
     */
    unit: string;
    /**
     * What ratio, or value where there is no ratio, has to be.
     */
    reach: string;
    /**
     * What was measured.
     */
    value: number;
    /**
     * value / floor, both measured in this run.
     */
    ratio?: number;
    /**
     * What the value is held against.
     */
    floor?: number;
    /**
     * What a reader should know besides.
     */
    note?: string;
  }[];
}

/**
 * coo breaker --json.
 */
export interface BreakerView {
  schema: "coo/breaker.v1";
  /**
   * Those that are not closed.
   *
   * @maxItems 1000000
   */
  breakers: {
    /**
     * all, a plan_id, seat:<group> or harness:<kind>.
     */
    scope: string;
    state: "open" | "half_open";
    /**
     * Why it opened.
     */
    reason: string;
    /**
     * Who opened it; coo: by itself.
     */
    by: string;
    /**
     * What was counted, where it opened by itself for it.
     */
    cause?: "rate" | "alike" | "repeats" | "empty" | "undone" | "budget" | "ledger" | "guard" | "disk";
    /**
     * When one step is tried; null = only a person closes it.
     */
    until: string | null;
    /**
     * How often it opened in a row.
     */
    trips: number;
  }[];
}

/**
 * Asks for a step. Write it as .name, then ln .name name in _bus/claims/<plan_id>.<step_id>.json.
 */
export interface ClaimRequestFile {
  schema?: "coo/claim-request.v1";
  /**
   * The plan.
   */
  plan_id: string;
  /**
   * The step.
   */
  step_id: string;
  /**
   * Who asks.
   */
  seat: string;
  /**
   * A random word: it tells one claimant of a seat from another.
   */
  nonce: string;
}

/**
 * A claim as it lives. Made by the coordinator; never a request, for it has a fence.
 */
export interface ClaimView {
  schema: "coo/claim.v1";
  plan_id: string;
  step_id: string;
  seat: string;
  nonce: string;
  fence: number;
  kind: "beating" | "held";
  order_id: string;
  order: string;
  start_commit: string | null;
  lease: {
    ms: number;
    first_until: string;
    asked: boolean;
  };
  as_of: number;
  renewals: number;
  /**
   * Whether its work is reported and being checked.
   */
  reported?: boolean;
  /**
   * What its last report, or the attempt before it, lacked.
   *
   * @maxItems 1000
   */
  findings?: {
    code: string;
    message: string;
    path?: string;
  }[];
  /**
   * A new text of the plan changes this step, and waits until it is free: who wants it, and what to do.
   */
  revision_waits?: string;
}

/**
 * coo claim --json.
 */
export interface ClaimedView {
  schema: "coo/claimed.v1";
  plan_id: string;
  step_id: string;
  seat: string;
  /**
   * Number of the claim: every message about it says it.
   */
  fence: number;
  /**
   * Name of a work order: <plan_id>.<step_id>.<fence>.
   */
  order_id: string;
  /**
   * Path of the work order under the worktree.
   */
  order: string;
  /**
   * Where to begin; null: the branch is not born yet.
   */
  start_commit: string | null;
  /**
   * How long it is held unless renewed, in milliseconds.
   */
  lease_ms: number;
  /**
   * Shown with messages about the claim in governed mode.
   */
  token: string;
  /**
   * What tells two sessions of one seat apart.
   */
  session: string;
  /**
   * What to type next.
   */
  next: {
    /**
     * Makes a worktree for it.
     */
    worktree: string | null;
    /**
     * When the work is committed.
     */
    done: string;
    /**
     * When it cannot go on.
     */
    block: string;
    /**
     * To keep it for longer.
     */
    renew: string;
    /**
     * To give it back.
     */
    release: string;
  };
}

/**
 * coo demo --json.
 */
export interface DemoView {
  schema: "coo/demo.v1";
  /**
   * Whether all that it said holds.
   */
  ok: boolean;
  /**
   * In the order they were played.
   *
   * @maxItems 100
   */
  chapters: {
    /**
     * What it shows.
     */
    name: string;
    /**
     * Whether its facts hold.
     */
    ok: boolean;
    /**
     * What it says.
     *
     * @maxItems 1000
     */
    facts: {
      /**
       * What is so.
       */
      text: string;
      /**
       * Whether it is.
       */
      ok: boolean;
    }[];
    fault?: {
      /**
       * What should be so.
       */
      text: string;
      /**
       * What is so instead.
       */
      found: string;
      /**
       * Where to look.
       */
      look: string;
    };
    /**
     * How long it took, in milliseconds.
     */
    ms: number;
  }[];
  /**
   * The scratch folder, absolute; gone again unless kept.
   */
  folder: string;
  /**
   * Whether it stands there still.
   */
  kept: boolean;
  /**
   * How long it took, in milliseconds.
   */
  ms: number;
}

/**
 * coo doctor --json.
 */
export interface DoctorView {
  schema: "coo/doctor.v1";
  /**
   * Whether nothing is bad.
   */
  ok: boolean;
  /**
   * How each thing stands; after --repair, how it stands now.
   *
   * @maxItems 1000000
   */
  findings: {
    /**
     * What was looked at.
     */
    check:
      | "node"
      | "git"
      | "repository"
      | "files"
      | "watches"
      | "clock"
      | "disk"
      | "locks"
      | "home"
      | "ledger"
      | "refs"
      | "cache"
      | "quarantine"
      | "mirror"
      | "excludes"
      | "config"
      | "key"
      | "seats"
      | "manager"
      | "notify"
      | "leftovers"
      | "sandbox"
      | "agents";
    /**
     * warn goes on working; bad does not, or will not; skipped could not be looked at.
     */
    state: "ok" | "warn" | "bad" | "skipped";
    /**
     * What was found.
     */
    message: string;
    /**
     * What to type or do.
     */
    fix?: string;
    /**
     * What --repair does about it.
     */
    repair?: string;
  }[];
  /**
   * What --repair did, or could not do.
   *
   * @maxItems 1000000
   */
  repaired: {
    /**
     * What was looked at.
     */
    check:
      | "node"
      | "git"
      | "repository"
      | "files"
      | "watches"
      | "clock"
      | "disk"
      | "locks"
      | "home"
      | "ledger"
      | "refs"
      | "cache"
      | "quarantine"
      | "mirror"
      | "excludes"
      | "config"
      | "key"
      | "seats"
      | "manager"
      | "notify"
      | "leftovers"
      | "sandbox";
    done: boolean;
    /**
     * What was done, or why not.
     */
    message: string;
  }[];
}

/**
 * What a command that changed something prints with --json: the facts that it became.
 */
export interface DoneView {
  schema: "coo/done.v1";
  /**
   * In the order of the ledger.
   *
   * @maxItems 1000
   *
   * Items: The event whole; see coo/entry.v1.
   */
  events: {
    type: string;
  }[];
}

/**
 * coo run --dry-run --json: what the next manager would do.
 */
export interface DryRunView {
  schema: "coo/dry-run.v1";
  /**
   * Plan files that it would look at.
   *
   * @maxItems 100000
   */
  plans: {
    /**
     * The file under the worktree.
     */
    path: string;
    /**
     * The plan in it; null where it cannot be read.
     */
    plan_id: string | null;
    /**
     * Why it would not be taken; null = it would.
     */
    refused: string | null;
  }[];
  /**
   * Steps that it would grant.
   *
   * @maxItems 100000
   */
  grants: {
    /**
     * <plan_id>/<step_id>.
     */
    step: string;
    seat: string;
    /**
     * Number of the claim.
     */
    fence: number;
  }[];
  /**
   * What it would do beside the ledger.
   *
   * @maxItems 1000000
   */
  performs: {
    kind: "start" | "judge" | "stop" | "integrate";
    /**
     * What it is about.
     */
    subject: string;
    /**
     * Tells it from all others.
     */
    key: string;
  }[];
}

export type EntryCount = number;
export type EntryTime = string;
export type EntryWho = string;
export type EntryMillis = number;
export type EntryInput =
  | {
      type: "start";
      ledger: string;
      object_format: "sha1" | "sha256";
      at_ms: EntryMillis;
    }
  | {
      type: "begin";
      manager: EntryWho;
      after: EntryMillis;
      at_ms: EntryMillis;
    }
  | {
      type: "end";
      epoch: EntryCount;
      at_ms: EntryMillis;
    }
  | {
      type: "organise";
      digest: EntryDigest;
      at_ms: EntryMillis;
    }
  | {
      type: "trust";
      version: EntryCount;
      digest: EntryDigest;
      at_ms: EntryMillis;
    }
  | {
      type: "submit";
      digest: EntryDigest;
      base: EntryOidOrNull;
      by: EntryWho;
      at_ms: EntryMillis;
      file?: string;
    }
  | {
      type: "cancel";
      plan_id: EntryId;
      by: EntryWho;
      reason: EntryText;
      at_ms: EntryMillis;
    }
  | {
      type: "tick";
      at_ms: EntryMillis;
    }
  | {
      type: "assign";
      epoch: EntryMillis;
      nonce: string;
      token_sha256: EntryDigest;
      at_ms: EntryMillis;
      /**
       * @maxItems 100000
       */
      unsure?: EntryId[];
    }
  | {
      type: "claim";
      plan_id: EntryId;
      step_id: EntryId;
      seat: EntryId;
      nonce: string;
      token_sha256: EntryDigest;
      kind: "beating" | "held";
      at_ms: EntryMillis;
    }
  | {
      type: "take";
      seat: EntryId;
      nonce: string;
      token_sha256: EntryDigest;
      kind: "beating" | "held";
      at_ms: EntryMillis;
    }
  | {
      type: "renew";
      plan_id: EntryId;
      step_id: EntryId;
      fence: EntryCount;
      token_sha256?: EntryDigest;
      at_ms: EntryMillis;
    }
  | {
      type: "release";
      plan_id: EntryId;
      step_id: EntryId;
      fence: EntryCount;
      reason: EntryText;
      token_sha256?: EntryDigest;
      at_ms: EntryMillis;
    }
  | {
      type: "block";
      plan_id: EntryId;
      step_id: EntryId;
      fence: EntryCount;
      reason: EntryText;
      token_sha256?: EntryDigest;
      at_ms: EntryMillis;
    }
  | {
      type: "progress";
      plan_id: EntryId;
      step_id: EntryId;
      fence: EntryCount;
      text: EntryText;
      token_sha256?: EntryDigest;
      at_ms: EntryMillis;
    }
  | {
      type: "done";
      plan_id: EntryId;
      step_id: EntryId;
      fence: EntryCount;
      commit: EntryOidOrNull;
      token_sha256?: EntryDigest;
      at_ms: EntryMillis;
    }
  | {
      type: "started";
      plan_id: EntryId;
      step_id: EntryId;
      fence: EntryCount;
      worker: EntryWho;
      at_ms: EntryMillis;
    }
  | {
      type: "finished";
      plan_id: EntryId;
      step_id: EntryId;
      fence: EntryCount;
      result: "passed" | "failed" | "blocked" | "cancelled" | "timed_out" | "parked";
      commit: EntryOidOrNull;
      /**
       * @maxItems 1000
       */
      findings: EntryFinding[];
      receipt: string;
      fingerprint: string;
      at_ms: EntryMillis;
      question?: {
        to: string;
        text: EntryText;
      };
      until_ms?: EntryMillis;
      empty?: true;
      usage?: EntryUsage;
      unfit?: EntryUnfit;
    }
  | {
      type: "judged";
      plan_id: EntryId;
      step_id: EntryId;
      fence: EntryCount;
      plan_before: EntryOidOrNull;
      receipt: string;
      fingerprint: string;
      verdict: EntryVerdict;
      at_ms: EntryMillis;
      empty?: true;
      lines?: EntryMillis;
    }
  | {
      type: "lost";
      plan_id: EntryId;
      step_id: EntryId;
      fence: EntryCount;
      why: EntryText;
      receipt: string;
      at_ms: EntryMillis;
      usage?: EntryUsage;
    }
  | {
      type: "ran_out";
      plan_id: EntryId;
      step_id: EntryId;
      fence: EntryCount;
      renewals: EntryMillis;
      at_ms: EntryMillis;
    }
  | {
      type: "stopped";
      plan_id: EntryId;
      step_id: EntryId;
      fence: EntryCount;
      survivors: EntryMillis;
      at_ms: EntryMillis;
      usage?: EntryUsage;
    }
  | {
      type: "late";
      plan_id: EntryId;
      step_id: EntryId;
      fence: EntryCount;
      what: EntryText;
      digest: EntryDigest;
      at_ms: EntryMillis;
    }
  | {
      type: "integrated";
      plan_id: EntryId;
      before: EntryOidOrNull;
      after: EntryOidOrNull;
      at_ms: EntryMillis;
    }
  | {
      type: "awaiting_merge";
      plan_id: EntryId;
      at_ms: EntryMillis;
    }
  | {
      type: "merged_elsewhere";
      plan_id: EntryId;
      commit: EntryOid;
      kind: "merge" | "squash" | "rebase" | null;
      at_ms: EntryMillis;
    }
  | {
      type: "closed_elsewhere";
      plan_id: EntryId;
      where: string | null;
      at_ms: EntryMillis;
    }
  | {
      type: "integration_blocked";
      plan_id: EntryId;
      code: string;
      message: EntryText;
      /**
       * @maxItems 10000
       */
      paths: string[];
      at_ms: EntryMillis;
    }
  | {
      type: "retry";
      plan_id: EntryId;
      step_id: EntryId;
      by: EntryWho;
      reason: EntryText;
      at_ms: EntryMillis;
    }
  | {
      type: "retry_integration";
      plan_id: EntryId;
      by: EntryWho;
      reason: EntryText;
      at_ms: EntryMillis;
    }
  | {
      type: "override";
      plan_id: EntryId;
      step_id: EntryId;
      to: "done" | "failed" | "blocked";
      by: EntryWho;
      reason: EntryText;
      at_ms: EntryMillis;
    }
  | {
      type: "pause";
      scope: EntryScope;
      by: EntryWho;
      reason: EntryText;
      at_ms: EntryMillis;
    }
  | {
      type: "resume";
      scope: EntryScope;
      by: EntryWho;
      reason: EntryText;
      at_ms: EntryMillis;
    }
  | {
      type: "freeze";
      seq: EntryCount;
      by: EntryWho;
      reason: EntryText;
      at_ms: EntryMillis;
    }
  | {
      type: "thaw";
      by: EntryWho;
      reason: EntryText;
      at_ms: EntryMillis;
    }
  | {
      type: "snapshot";
      name: EntryId;
      seq: EntryCount;
      head: EntryOid;
      digest: EntryDigest;
      tag: EntryOid;
      by: EntryWho;
      reason: EntryText;
      at_ms: EntryMillis;
    }
  | {
      type: "roll_back";
      plan_id: EntryId;
      snapshot: EntryId;
      was: null | EntryPlanThen;
      after: EntryOidOrNull;
      by: EntryWho;
      reason: EntryText;
      at_ms: EntryMillis;
    }
  | {
      type: "breaker";
      scope: EntryScope;
      action: "open" | "close";
      by: EntryWho;
      reason: EntryText;
      at_ms: EntryMillis;
      stop?: true;
    }
  | {
      type: "incident";
      scope: EntryScope;
      cause: "ledger" | "guard" | "disk";
      detail: EntryText;
      at_ms: EntryMillis;
    }
  | {
      type: "fitness";
      group: EntryId;
      fault: {
        code: string;
        message: EntryText;
        fix: EntryText;
      } | null;
      at_ms: EntryMillis;
    }
  | {
      type: "target_look";
      plan_id: EntryId;
      fault: {
        code: "TARGET_GONE" | "TARGET_REWRITTEN";
        message: EntryText;
        fix: EntryText;
      } | null;
      at_ms: EntryMillis;
    }
  | {
      type: "recovered";
      cause: "disk";
      detail: EntryText;
      at_ms: EntryMillis;
    }
  | {
      type: "refuse";
      name: string;
      what: EntryText;
      code: string;
      message: EntryText;
      at_ms: EntryMillis;
    }
  | {
      type: "taken";
      mark: EntryMark;
      at_ms: EntryMillis;
    }
  | {
      type: "checkpoint";
      as_of: EntryMillis;
      at_ms: EntryMillis;
    }
  | {
      type: "note";
      by: EntryWho;
      text: EntryText;
      plan_id?: EntryId;
      step_id?: EntryId;
      at_ms: EntryMillis;
    }
  | {
      type: "postpone";
      plan_id: EntryId;
      digest: EntryDigest;
      /**
       * @maxItems 2000
       */
      steps: EntryId[];
      by: EntryWho;
      at_ms: EntryMillis;
    }
  | {
      type: "question";
      plan_id: EntryId;
      step_id: EntryId;
      fence: EntryCount;
      to: string;
      text: EntryText;
      at_ms: EntryMillis;
      token_sha256?: EntryDigest;
    }
  | {
      type: "answer";
      plan_id: EntryId;
      step_id: EntryId;
      text: EntryText;
      by: EntryWho;
      at_ms: EntryMillis;
    }
  | {
      type: "give";
      plan_id: EntryId;
      step_id: EntryId;
      fence: EntryCount;
      seat: EntryId;
      reason: EntryText;
      at_ms: EntryMillis;
      token_sha256?: EntryDigest;
    }
  | {
      type: "skip";
      plan_id: EntryId;
      step_id: EntryId;
      by: EntryWho;
      reason: EntryText;
      at_ms: EntryMillis;
    }
  | {
      type: "reassign";
      plan_id: EntryId;
      step_id: EntryId;
      seat: string | null;
      by: EntryWho;
      reason: EntryText;
      at_ms: EntryMillis;
    }
  | {
      type: "seize";
      plan_id: EntryId;
      step_id: EntryId;
      seat: EntryId;
      nonce: string;
      token_sha256: EntryDigest;
      by: EntryWho;
      reason: EntryText;
      at_ms: EntryMillis;
    }
  | {
      type: "undo";
      plan_id: EntryId;
      step_id: EntryId;
      by: EntryWho;
      reason: EntryText;
      at_ms: EntryMillis;
    }
  | {
      type: "join";
      seat: EntryId;
      /**
       * @maxItems 100
       */
      roles: EntryId[];
      at_ms: EntryMillis;
    }
  | {
      type: "move_home";
      to: string;
      by: EntryWho;
      reason: EntryText;
      at_ms: EntryMillis;
    }
  | {
      type: "adopt_home";
      to: string;
      by: EntryWho;
      reason: EntryText;
      at_ms: EntryMillis;
    }
  | {
      type: "approve";
      plan_id: EntryId;
      digest: EntryDigest;
      by: EntryWho;
      sshsig: string | null;
      at_ms: EntryMillis;
    }
  | {
      type: "approve_policy";
      file: "coo.yaml" | "signers.yaml";
      digest: EntryDigest;
      by: EntryWho;
      sshsig: string;
      at_ms: EntryMillis;
    }
  | {
      type: "reorganise";
      digest: EntryDigest;
      at_ms: EntryMillis;
    }
  | {
      type: "retrust";
      version: EntryCount;
      digest: EntryDigest;
      at_ms: EntryMillis;
    };
export type EntryDigest = string;
export type EntryOidOrNull = string | null;
export type EntryId = string;
export type EntryText = string;
export type EntryVerdict =
  | {
      kind: "accepted";
      plan_after: EntryOid;
    }
  | {
      kind: "refused";
      /**
       * @maxItems 1000
       */
      findings: EntryFinding[];
    }
  | {
      kind: "conflict";
      reason: EntryText;
      /**
       * @maxItems 1000
       */
      findings: EntryFinding[];
      conflict: EntryConflict;
    }
  | {
      kind: "blocked";
      reason: EntryText;
      /**
       * @maxItems 1000
       */
      findings: EntryFinding[];
    };
export type EntryOid = string;
/**
 * all, a plan_id, seat:<group> or harness:<kind>.
 */
export type EntryScope = string;
export type EntryFlag = boolean;
export type EntryEvent =
  | {
      type: "ledger.started";
      ledger: string;
      object_format: "sha1" | "sha256";
      at_ms: EntryMillis;
    }
  | {
      type: "epoch.began";
      epoch: EntryCount;
      manager: EntryWho;
      at_ms: EntryMillis;
    }
  | {
      type: "epoch.ended";
      epoch: EntryCount;
      at_ms: EntryMillis;
    }
  | {
      type: "org.set";
      digest: EntryDigest;
      org: EntryOrg;
    }
  | {
      type: "signers.set";
      version: EntryCount;
      digest: EntryDigest;
      /**
       * @maxItems 1000
       */
      signers: EntrySigner[];
    }
  | {
      type: "plan.accepted";
      plan: EntryPlan;
      digest: EntryDigest;
      revision: EntryCount;
      base: EntryOidOrNull;
      at_ms: EntryMillis;
      by: EntryWho;
      file?: string;
    }
  | {
      type: "plan.cancelled";
      plan_id: EntryId;
      reason: EntryText;
      by: EntryWho;
    }
  | {
      type: "plan.integrated";
      plan_id: EntryId;
      target: string;
      before: EntryOidOrNull;
      after: EntryOidOrNull;
    }
  | {
      type: "plan.awaiting_merge";
      plan_id: EntryId;
    }
  | {
      type: "plan.merged_elsewhere";
      plan_id: EntryId;
      target: string;
      commit: EntryOid;
      kind: "merge" | "squash" | "rebase" | null;
    }
  | {
      type: "plan.merge_closed";
      plan_id: EntryId;
      where: string;
    }
  | {
      type: "integration.blocked";
      plan_id: EntryId;
      code: string;
      message: EntryText;
      /**
       * @maxItems 10000
       */
      paths: string[];
    }
  | {
      type: "integration.retried";
      plan_id: EntryId;
      by: EntryWho;
      reason: EntryText;
    }
  | {
      type: "step.ready";
      plan_id: EntryId;
      step_id: EntryId;
    }
  | {
      type: "step.claimed";
      plan_id: EntryId;
      step_id: EntryId;
      fence: EntryCount;
      seat: EntryId;
      nonce: string;
      kind: "beating" | "held";
      lease_ms: EntryMillis;
      start: EntryOidOrNull;
      at_ms: EntryMillis;
      token_sha256: EntryDigest;
      started_by_manager: EntryFlag;
    }
  | {
      type: "claim.renewed";
      plan_id: EntryId;
      step_id: EntryId;
      fence: EntryCount;
      renewals: EntryMillis;
      authenticated: EntryFlag;
    }
  | {
      type: "claim.asked";
      plan_id: EntryId;
      step_id: EntryId;
      fence: EntryCount;
    }
  | {
      type: "claim.released";
      plan_id: EntryId;
      step_id: EntryId;
      fence: EntryCount;
      reason: EntryText;
      next: EntryNext;
    }
  | {
      type: "claim.expired";
      plan_id: EntryId;
      step_id: EntryId;
      fence: EntryCount;
      next: EntryNext;
    }
  | {
      type: "run.started";
      plan_id: EntryId;
      step_id: EntryId;
      fence: EntryCount;
      worker: EntryWho;
    }
  | {
      type: "run.progress";
      plan_id: EntryId;
      step_id: EntryId;
      fence: EntryCount;
      text: EntryText;
    }
  | {
      type: "run.reported";
      plan_id: EntryId;
      step_id: EntryId;
      fence: EntryCount;
      commit: EntryOidOrNull;
      authenticated: EntryFlag;
    }
  | {
      type: "run.returned";
      plan_id: EntryId;
      step_id: EntryId;
      fence: EntryCount;
      /**
       * @maxItems 1000
       */
      findings: EntryFinding[];
    }
  | {
      type: "run.accepted";
      plan_id: EntryId;
      step_id: EntryId;
      fence: EntryCount;
      commit: EntryOidOrNull;
      plan_before: EntryOidOrNull;
      plan_after: EntryOid;
      receipt: string;
    }
  | {
      type: "run.ended";
      plan_id: EntryId;
      step_id: EntryId;
      fence: EntryCount;
      result: "failed" | "blocked" | "cancelled" | "timed_out" | "parked";
      /**
       * @maxItems 1000
       */
      findings: EntryFinding[];
      next: EntryNext;
      receipt: string;
      fingerprint: string;
      conflict?: EntryConflict;
      empty?: true;
    }
  | {
      type: "run.lost";
      plan_id: EntryId;
      step_id: EntryId;
      fence: EntryCount;
      why: EntryText;
      next: EntryNext;
      receipt: string;
    }
  | {
      type: "worker.stopped";
      plan_id: EntryId;
      step_id: EntryId;
      fence: EntryCount;
      survivors: EntryMillis;
    }
  | {
      type: "late.refused";
      plan_id: EntryId;
      step_id: EntryId;
      fence: EntryCount;
      what: EntryText;
      digest: EntryDigest;
    }
  | {
      type: "step.blocked";
      plan_id: EntryId;
      step_id: EntryId;
      reason: EntryText;
      by: EntryWho;
    }
  | {
      type: "step.retried";
      plan_id: EntryId;
      step_id: EntryId;
      by: EntryWho;
      reason: EntryText;
    }
  | {
      type: "step.overridden";
      plan_id: EntryId;
      step_id: EntryId;
      to: "done" | "failed" | "blocked";
      by: EntryWho;
      reason: EntryText;
    }
  | {
      type: "paused";
      scope: EntryScope;
      by: EntryWho;
      reason: EntryText;
    }
  | {
      type: "resumed";
      scope: EntryScope;
      by: EntryWho;
      reason: EntryText;
    }
  | {
      type: "frozen";
      seq: EntryCount;
      by: EntryWho;
      reason: EntryText;
      at_ms: EntryMillis;
    }
  | {
      type: "thawed";
      by: EntryWho;
      reason: EntryText;
    }
  | {
      type: "snapshot.taken";
      name: EntryId;
      seq: EntryCount;
      head: EntryOid;
      digest: EntryDigest;
      tag: EntryOid;
      by: EntryWho;
      reason: EntryText;
      at_ms: EntryMillis;
    }
  | {
      type: "plan.rolled_back";
      plan_id: EntryId;
      snapshot: EntryId;
      before: EntryOidOrNull;
      after: EntryOidOrNull;
      /**
       * @maxItems 2000
       */
      reopened: EntryId[];
      /**
       * @maxItems 2000
       */
      dropped: EntryId[];
      by: EntryWho;
      reason: EntryText;
    }
  | {
      type: "breaker.opened";
      scope: EntryScope;
      reason: EntryText;
      until_ms: number | null;
      trips: EntryMillis;
      by: EntryWho;
      /**
       * Absent: failures in a row, a trial that failed, or a person.
       */
      cause?: "rate" | "alike" | "repeats" | "empty" | "undone" | "budget" | "ledger" | "guard" | "disk";
    }
  | {
      type: "breaker.half_opened";
      scope: EntryScope;
    }
  | {
      type: "breaker.closed";
      scope: EntryScope;
      by: EntryWho;
      reason: EntryText;
    }
  | {
      type: "message.refused";
      name: string;
      what: EntryText;
      code: string;
      message: EntryText;
    }
  | {
      type: "message.taken";
      mark: EntryMark;
    }
  | {
      type: "checkpointed";
      as_of: EntryMillis;
    }
  | {
      type: "noted";
      by: EntryWho;
      text: EntryText;
      plan_id?: EntryId;
      step_id?: EntryId;
    }
  | {
      type: "plan.revised";
      plan: EntryPlan;
      digest: EntryDigest;
      revision: EntryCount;
      at_ms: EntryMillis;
      by: EntryWho;
    }
  | {
      type: "revision.waits";
      plan_id: EntryId;
      digest: EntryDigest;
      /**
       * @maxItems 2000
       */
      steps: EntryId[];
      by: EntryWho;
    }
  | {
      type: "step.deferred";
      plan_id: EntryId;
      step_id: EntryId;
      behind: string;
    }
  | {
      type: "claim.revoked";
      plan_id: EntryId;
      step_id: EntryId;
      fence: EntryCount;
      by: EntryWho;
      reason: EntryText;
    }
  | {
      type: "question.asked";
      plan_id: EntryId;
      step_id: EntryId;
      fence: EntryCount;
      to: string;
      text: EntryText;
      at_ms: EntryMillis;
    }
  | {
      type: "question.answered";
      plan_id: EntryId;
      step_id: EntryId;
      fence: EntryCount;
      text: EntryText;
      by: EntryWho;
      at_ms: EntryMillis;
    }
  | {
      type: "step.skipped";
      plan_id: EntryId;
      step_id: EntryId;
      by: EntryWho;
      reason: EntryText;
    }
  | {
      type: "step.reassigned";
      plan_id: EntryId;
      step_id: EntryId;
      seat: string | null;
      by: EntryWho;
      reason: EntryText;
    }
  | {
      type: "step.undone";
      plan_id: EntryId;
      step_id: EntryId;
      undo: EntryStep;
      by: EntryWho;
      reason: EntryText;
    }
  | {
      type: "seat.joined";
      seat: EntryId;
      /**
       * @maxItems 100
       */
      roles: EntryId[];
      at_ms: EntryMillis;
    }
  | {
      type: "home.moved";
      to: string;
      by: EntryWho;
      reason: EntryText;
    }
  | {
      type: "run.spent";
      plan_id: EntryId;
      step_id: EntryId;
      fence: EntryCount;
      group: EntryId;
      tokens: EntryMillis;
      micro_usd: number | null;
      at_ms: EntryMillis;
    }
  | {
      type: "run.counted";
      plan_id: EntryId;
      step_id: EntryId;
      fence: EntryCount;
      group: EntryId;
      wall_ms: EntryMillis;
      lines: EntryMillis;
      at_ms: EntryMillis;
    }
  | {
      type: "seat.parked";
      group: EntryId;
      until_ms: EntryMillis;
      why: "quota" | "budget";
      reason: EntryText;
    }
  | {
      type: "seat.unparked";
      group: EntryId;
    }
  | {
      type: "seat.unfit";
      group: EntryId;
      code: string;
      message: EntryText;
      fix: EntryText;
    }
  | {
      type: "seat.fit";
      group: EntryId;
    }
  | {
      type: "target.unfit";
      plan_id: EntryId;
      code: "TARGET_GONE" | "TARGET_REWRITTEN";
      message: EntryText;
      fix: EntryText;
    }
  | {
      type: "target.fit";
      plan_id: EntryId;
    }
  | {
      type: "plan.approved";
      plan_id: EntryId;
      digest: EntryDigest;
      by: EntryWho;
      sshsig: string | null;
      at_ms: EntryMillis;
    }
  | {
      type: "policy.approved";
      file: "coo.yaml" | "signers.yaml";
      digest: EntryDigest;
      by: EntryWho;
      sshsig: string;
      at_ms: EntryMillis;
    };
export type EntryMode = "dev" | "governed";
/**
 * @minItems 1
 * @maxItems 1000
 */
export type EntryCommand = string | EntryText[];
export type EntryPath = string;
export type EntryPrincipal = string;
export type EntryNext =
  | {
      kind: "retry";
      ready_at_ms: EntryMillis;
    }
  | {
      kind: "fail";
    }
  | {
      kind: "block";
      reason: EntryText;
    };

/**
 * One append to the ledger: inputs, events and digests, linked to the entry before by its sha256.
 */
export interface EntryFile {
  schema: "coo/entry.v1";
  ledger: string;
  seq: EntryCount;
  prev: string;
  at: EntryTime;
  engine: EntryCount;
  manager: EntryWho;
  epoch: EntryMillis;
  /**
   * @maxItems 10000
   */
  inputs: EntryInput[];
  /**
   * @maxItems 1000
   */
  events: EntryEvent[];
  /**
   * @maxItems 100000
   */
  files: {
    path: string;
    sha256: EntryDigest;
  }[];
  digest: EntryDigest;
  signature?: EntrySignature;
}
export interface EntryFinding {
  code: string;
  message: EntryText;
  path?: string;
}
/**
 * What an agent used in one attempt: tokens of every kind, millionths of a US dollar where there is a price.
 */
export interface EntryUsage {
  tokens: EntryMillis;
  micro_usd: number | null;
}
/**
 * What a seat's attempts lack, and what to do about it.
 */
export interface EntryUnfit {
  code: string;
  message: EntryText;
  fix: EntryText;
}
export interface EntryConflict {
  /**
   * @maxItems 100
   */
  paths: string[];
  /**
   * @maxItems 100
   */
  ours: string[];
  /**
   * @maxItems 100
   */
  theirs: string[];
}
export interface EntryPlanThen {
  cancelled: EntryFlag;
  /**
   * @maxItems 2000
   */
  steps: {
    step_id: EntryId;
    state: "waiting" | "ready" | "claimed" | "running" | "checking" | "done" | "failed" | "blocked" | "cancelled";
    merged: EntryOidOrNull;
  }[];
}
export interface EntryMark {
  epoch: EntryMillis;
  number: EntryMillis;
}
export interface EntryOrg {
  mode: EntryMode;
  /**
   * @maxItems 10000
   */
  seats: {
    seat: EntryId;
    group: EntryId;
    /**
     * @maxItems 100
     */
    roles: EntryId[];
    harness: "shell" | "person" | "bus" | "claude" | "codex" | "acp" | "command";
    starts?: "manager" | "worker";
    email?: string;
    /**
     * @maxItems 20
     */
    login?: string[];
    guest?: true;
    agent?: {
      /**
       * @minItems 1
       * @maxItems 1000
       */
      command?: string[];
      model?: string;
      effort?: "low" | "medium" | "high";
      /**
       * @maxItems 100
       */
      tools?: string[];
      max_turns?: number;
    };
    budget?: {
      tokens?: number;
      usd?: number;
      attempts?: EntryCount;
      wall_ms?: EntryMillis;
      lines?: EntryCount;
    };
    sandbox?: "off" | "auto" | "required";
    /**
     * @maxItems 100
     */
    network?: string[];
  }[];
  /**
   * @maxItems 1000
   */
  env: string[];
  workspace: {
    /**
     * @maxItems 200
     */
    setup: EntryCommand[];
    ports: EntryMillis;
    /**
     * Paths that setup makes, kept for attempts whose key files, setup and environment are the same.
     */
    cache?: {
      /**
       * Files that tell what setup makes, such as package-lock.json.
       *
       * @minItems 1
       * @maxItems 100
       */
      key: EntryPath[];
      /**
       * What setup makes and git ignores, such as node_modules.
       *
       * @minItems 1
       * @maxItems 100
       */
      paths: EntryPath[];
    };
  };
  checks: {
    /**
     * @maxItems 200
     */
    before: EntryCommand[];
    /**
     * @maxItems 200
     */
    after: EntryCommand[];
  };
  limits: {
    workers: EntryMillis;
    lease_ms: EntryMillis;
    beat_ms: EntryMillis;
    held_lease_ms: EntryMillis;
    person_lease_ms: EntryMillis;
    ask_ms: EntryMillis;
    wall_ms: EntryMillis;
    check_ms: EntryMillis;
    retries: EntryMillis;
    backoff_ms: EntryMillis;
    backoff_cap_ms: EntryMillis;
    losses: EntryMillis;
    import_bytes: EntryMillis;
    receipt_bytes: EntryMillis;
    log_bytes: EntryMillis;
    excerpt_bytes: EntryMillis;
    free_disk_bytes?: EntryMillis;
    disk_bytes?: EntryMillis;
    tokens_per_step?: EntryCount;
    tokens_per_day?: EntryCount;
    usd_per_step?: number;
    usd_per_day?: number;
    attempts_per_day?: EntryCount;
    wall_per_day_ms?: EntryMillis;
    lines_per_day?: EntryCount;
  };
  breaker: {
    failures: EntryCount;
    cooldown_ms: EntryCount;
    rate?: number;
    window?: number;
    alike?: number;
    repeats?: number;
    empty?: number;
    undone?: number;
  };
  /**
   * @maxItems 100
   */
  notify: EntryText[][];
  branch_prefix: string;
  target: string;
  integrate: "none" | "merge" | "pull_request";
  seats_open?: boolean;
  prompts?: {
    [k: string]: string;
  };
  approvals?: number;
}
export interface EntrySigner {
  principal: EntryPrincipal;
  key: string;
  /**
   * @minItems 1
   * @maxItems 3
   */
  roles: ("coordinator" | "approver" | "person")[];
  valid_from_ms?: EntryMillis;
  valid_until_ms?: EntryMillis;
  email?: string;
}
export interface EntryPlan {
  plan_id: EntryId;
  title: string;
  objective?: string;
  priority?: "low" | "normal" | "high" | "urgent";
  target: string;
  integrate: "none" | "merge" | "pull_request";
  brief?: string;
  template?: string;
  department?: string;
  work_type?: string;
  /**
   * @maxItems 1000
   */
  serves?: string[];
  /**
   * @minItems 1
   * @maxItems 2000
   */
  steps: EntryStep[];
  budget?: {
    tokens?: number;
    usd?: number;
    attempts?: EntryCount;
    wall_ms?: EntryMillis;
    lines?: EntryCount;
  };
}
export interface EntryStep {
  step_id: EntryId;
  objective: string;
  role?: EntryId;
  seat?: EntryId;
  /**
   * @maxItems 2000
   */
  depends_on?: EntryId[];
  /**
   * @maxItems 1000
   */
  commands?: EntryCommand[];
  prompt?: string;
  /**
   * @maxItems 1000
   */
  inputs?: EntryPath[];
  /**
   * @maxItems 1000
   */
  outputs?: EntryPath[];
  /**
   * @maxItems 1000
   */
  expected_receipts?: EntryPath[];
  checks?: {
    /**
     * @maxItems 1000
     */
    before?: EntryCommand[];
    /**
     * @maxItems 1000
     */
    after?: EntryCommand[];
  };
  /**
   * @maxItems 1000
   */
  gates?: EntryPath[];
  /**
   * @maxItems 1000
   */
  approvers?: string[];
  /**
   * @maxItems 1000
   */
  scope?: EntryPath[];
  /**
   * @maxItems 1000
   */
  rollback?: EntryCommand[];
  sla_ms?: EntryMillis;
  budget?: {
    wall_ms?: EntryMillis;
    tokens?: EntryCount;
    usd?: number;
    lines?: EntryCount;
  };
  retry?: {
    max?: number;
    /**
     * @maxItems 1000
     */
    non_retryable?: string[];
  };
  /**
   * @maxItems 1000
   */
  env?: string[];
  lease_ms?: EntryMillis;
}
/**
 * Whose signature of the digest, its 64 digits and a newline, and the signature: an SSHSIG blob for entry@git-coo, in base64.
 */
export interface EntrySignature {
  by: EntryPrincipal;
  sshsig: string;
}

/**
 * What a command prints with --json when it could not do what it was asked.
 */
export interface ErrorView {
  schema: "coo/error.v1";
  /**
   * A code that stays the same: for programs.
   */
  code: string;
  /**
   * What went wrong, in words.
   */
  message: string;
  /**
   * The next thing to type or do.
   */
  fix: string;
  /**
   * The file, step or place it is about.
   */
  where?: string;
  /**
   * What caused it.
   */
  why?: string;
}

/**
 * coo explain --json: why a plan, a step or a seat is where it is.
 */
export interface ExplainView {
  schema: "coo/explain.v1";
  subject: string;
  state: string;
  /**
   * @maxItems 100000
   */
  blockers: ExplainBlocker[];
  /**
   * @maxItems 100000
   */
  history: {
    seq: number;
    at: string;
    type: string;
    text: string;
    /**
     * The event whole; see coo/entry.v1.
     */
    event: {
      type: string;
    };
  }[];
}
export interface ExplainBlocker {
  code: string;
  message: string;
  who: string;
  next: string;
}

/**
 * coo receipts export --json: a statement for each accepted step.
 */
export interface ExportedView {
  schema: "coo/exported.v1";
  format: "dsse" | "in-toto";
  /**
   * The key that signed, by its fingerprint; null where nothing was to be signed.
   */
  keyid: string | null;
  /**
   * @maxItems 10000000
   */
  attestations: {
    /**
     * Name of a work order: <plan_id>.<step_id>.<fence>.
     */
    order_id: string;
    /**
     * The file that it was written to; null: it was not written.
     */
    path: string | null;
    /**
     * A DSSE envelope or an in-toto Statement, as JSON; null where it was written to a file.
     */
    text: string | null;
  }[];
}

/**
 * coo gc --json.
 */
export interface GcView {
  schema: "coo/gc.v1";
  /**
   * Attempts whose leftovers are gone, or would be with --dry-run.
   *
   * @maxItems 1000000
   *
   * Items: Name of a work order: <plan_id>.<step_id>.<fence>.
   */
  removed: string[];
  /**
   * Attempts whose work is kept under refs/coo/rescue/<order_id>.
   *
   * @maxItems 1000000
   *
   * Items: Name of a work order: <plan_id>.<step_id>.<fence>.
   */
  rescued: string[];
  /**
   * Attempts that were left alone.
   *
   * @maxItems 1000000
   */
  kept: {
    /**
     * Name of a work order: <plan_id>.<step_id>.<fence>.
     */
    order_id: string;
    /**
     * Why it was not removed.
     */
    why: string;
  }[];
  /**
   * What dead processes left unfinished, and logs and set-ups past keeping: gone, or would be with --dry-run.
   *
   * @maxItems 1000000
   */
  swept: {
    /**
     * Absolute.
     */
    path: string;
    /**
     * What it is.
     */
    why: string;
  }[];
  /**
   * Whether nothing was changed.
   */
  dry_run: boolean;
}

/**
 * coo guard --json.
 */
export interface GuardView {
  schema: "coo/guard.v1";
  place: "pre-commit" | "pre-push" | "pre-receive" | "ci";
  /**
   * refused: a rule says no; unproven: the ledger does not verify.
   */
  verdict: "passed" | "refused" | "unproven";
  /**
   * Commits that were looked at.
   */
  commits: number;
  /**
   * Of these, answered for by accepted receipts and coo's own record, or adding nothing to them.
   */
  receipts: number;
  /**
   * By listed people.
   */
  people: number;
  /**
   * By nobody that the ledger or the organisation knows.
   */
  nobody: number;
  /**
   * @maxItems 1000000
   */
  findings: {
    code: string;
    severity: "error" | "warning" | "note";
    /**
     * null: about the commit, or the range.
     */
    path: string | null;
    line?: number;
    /**
     * The commit that brought it; null: what is staged, or the range.
     */
    commit: string | null;
    message: string;
    fix: string;
  }[];
}

/**
 * coo ledger head --json: how far a ledger had come when somebody looked. Kept elsewhere, it is what coo verify --against compares with.
 */
export interface HeadView {
  schema: "coo/head.v1";
  /**
   * The id of the ledger.
   */
  ledger: string;
  /**
   * The number of the last entry.
   */
  seq: number;
  /**
   * The commit that brought it.
   */
  head: string;
  /**
   * sha256 of its bytes.
   */
  sha256: string;
}

/**
 * --help --json, and --json alone.
 */
export interface HelpView {
  schema: "coo/help.v1";
  /**
   * The command that was asked about; null: coo itself.
   */
  command: string | null;
  /**
   * The help as a person reads it.
   */
  text: string;
}

/**
 * coo log --json.
 */
export interface HistoryView {
  schema: "coo/history.v1";
  /**
   * Events, oldest first.
   *
   * @maxItems 10000000
   */
  entries: {
    /**
     * Number of its entry in the ledger.
     */
    seq: number;
    /**
     * When the entry was written.
     */
    at: string;
    /**
     * The event's type.
     */
    type: string;
    /**
     * The event in words.
     */
    text: string;
    /**
     * The event whole; see coo/entry.v1.
     */
    event: {
      type: string;
    };
  }[];
}

/**
 * coo hooks --json.
 */
export interface HooksView {
  schema: "coo/hooks.v1";
  /**
   * Whose the hooks are: git's own folder, another folder, or a program that writes them.
   */
  keeper: "git" | "hooks-path" | "husky" | "lefthook" | "pre-commit";
  /**
   * @maxItems 3
   */
  hooks: {
    hook: "pre-commit" | "pre-push" | "pre-receive";
    path: string;
    /**
     * chained: after the one that stood there; offered: somebody else keeps the hooks, and snippet is what to add.
     */
    state: "installed" | "chained" | "absent" | "other" | "offered";
    snippet?: string;
  }[];
  /**
   * @maxItems 3
   */
  changed: ("pre-commit" | "pre-push" | "pre-receive")[];
}

/**
 * coo inbox --json: what waits for a person, the most urgent first, then the oldest.
 */
export interface InboxView {
  schema: "coo/inbox.v1";
  /**
   * @maxItems 10000
   */
  waiting: {
    /**
     * null = no plan of the ledger: a file that was refused, or all work here.
     */
    plan_id: string | null;
    /**
     * null = the plan as a whole.
     */
    step_id: string | null;
    priority: "low" | "normal" | "high" | "urgent";
    /**
     * Since when it waits; of a question, when it was asked.
     */
    since: string;
    code: string;
    message: string;
    /**
     * Who can help.
     */
    who: string;
    /**
     * What to type.
     */
    next: string;
  }[];
  /**
   * Beyond those.
   */
  more: number;
}

/**
 * What went wrong or was refused last, the newest first: a view in _bus/out/manager-report/.
 */
export interface IncidentsView {
  schema: "coo/incidents.v1";
  /**
   * The entry of the ledger as of which it was written.
   */
  as_of: number;
  /**
   * @maxItems 50
   */
  incidents: {
    /**
     * The entry of the ledger that has it.
     */
    seq: number;
    at: string;
    /**
     * The event.
     */
    type: string;
    message: string;
  }[];
}

/**
 * coo init --json.
 */
export interface InitView {
  schema: "coo/init.v1";
  /**
   * The ledger's random id.
   */
  ledger: string;
  /**
   * Branch of plans that name none.
   */
  target: string;
  /**
   * What was missing and is there now; empty when nothing was missing.
   *
   * @maxItems 1000
   *
   * Items: A path, or what was made.
   */
  made: string[];
  /**
   * What its reader should know.
   *
   * @maxItems 1000
   *
   * Items: A line for whoever ran it.
   */
  notes: string[];
  /**
   * Whether this clone is the home of the ledger; any other reads and verifies, and appends nothing.
   */
  home: boolean;
}

/**
 * A key that was made: coo key new.
 */
export interface KeyNewView {
  schema: "coo/key-new.v1";
  ledger: string;
  key: KeyNewLine;
  /**
   * What signers.yaml has to say for it to sign.
   */
  line: string;
  /**
   * The signers.yaml that was written with it; null: somebody has to add the line.
   */
  wrote: string | null;
  /**
   * That a list with this line has to have.
   */
  version: number;
}
export interface KeyNewLine {
  /**
   * The file with its secret half.
   */
  path: string;
  /**
   * Its public half.
   */
  key: string;
  fingerprint: string;
  /**
   * The principal under which it signs entries now; null: it signs none.
   */
  signs_as: string | null;
}

/**
 * This machine's keys for the ledger: coo key show.
 */
export interface KeyView {
  schema: "coo/key.v1";
  ledger: string;
  /**
   * Of the list that is in force; 0: there is none.
   */
  signers_version: number;
  /**
   * The current one, and the one that is to follow it.
   *
   * @maxItems 2
   */
  keys: KeyLine[];
}
export interface KeyLine {
  /**
   * The file with its secret half.
   */
  path: string;
  /**
   * Its public half.
   */
  key: string;
  fingerprint: string;
  /**
   * The principal under which it signs entries now; null: it signs none.
   */
  signs_as: string | null;
}

/**
 * coo ledger move --json.
 */
export interface LedgerMovedView {
  schema: "coo/ledger-moved.v1";
  /**
   * The id of the ledger.
   */
  ledger: string;
  /**
   * The folder of the clone that it left.
   */
  from: string;
  /**
   * The folder of the clone that is its home now.
   */
  to: string;
  /**
   * The last entry: that of the move.
   */
  seq: number;
  /**
   * Refs that the other clone did not have, or had older.
   */
  refs: number;
  /**
   * Files that did not go along.
   *
   * @maxItems 1000000
   */
  left: {
    /**
     * Messages taken and not answered, messages not taken, results, workspaces.
     */
    what: "spool" | "inbox" | "results" | "workspaces";
    /**
     * The folder they are in.
     */
    path: string;
    /**
     * How many.
     */
    count: number;
  }[];
  /**
   * What a person should know before work goes on.
   *
   * @maxItems 100
   */
  notes: string[];
}

/**
 * coo plan lint --json.
 */
export interface LintView {
  schema: "coo/lint.v1";
  /**
   * Whether every file can be taken.
   */
  ok: boolean;
  /**
   * One for each plan file, in the order asked.
   *
   * @maxItems 100000
   */
  files: {
    /**
     * The file.
     */
    path: string;
    /**
     * Whether it can be taken.
     */
    ok: boolean;
    /**
     * The plan in it; null where it cannot be read.
     */
    plan_id: string | null;
    /**
     * How many steps it has.
     */
    steps: number;
    /**
     * Whether it is left alone until coo plan start.
     */
    draft: boolean;
    /**
     * What is wrong with it; warnings only, where it can be taken.
     *
     * @maxItems 1000
     */
    faults: {
      /**
       * A code that stays the same: for programs.
       */
      code: string;
      /**
       * error: the file is not taken. warning: it is.
       */
      severity: "error" | "warning";
      /**
       * What is wrong, in words.
       */
      message: string;
      /**
       * Name of the file.
       */
      file: string;
      /**
       * From 1.
       */
      line: number;
      /**
       * From 1, in UTF-16 code units.
       */
      column: number;
      /**
       * JSON pointer of the value; empty for all of the file.
       */
      pointer: string;
      /**
       * What to do about it.
       */
      fix: string;
    }[];
  }[];
}

/**
 * A line of coo run --json and coo work --json.
 */
export interface LogView {
  schema: "coo/log.v1";
  /**
   * When.
   */
  at: string;
  level: "info" | "warn" | "error";
  /**
   * A code that stays the same: for programs.
   */
  code: string;
  /**
   * What happened, in words.
   */
  message: string;
  /**
   * What the line is about, by name.
   */
  fields?: {
    [k: string]: string | number | boolean | null;
  };
}

/**
 * A message to the coordinator: a file in _bus/in/.
 */
export type MessageFile =
  MessageProgress | MessageDone | MessageBlocked | MessageQuestion | MessageRelease | MessageJoin | MessageNote;

export interface MessageProgress {
  schema?: "coo/message.v1";
  type: "step.progress";
  plan_id: string;
  step_id: string;
  fence: number;
  /**
   * The token that the claim was granted with.
   */
  token?: string;
  text: string;
}
export interface MessageDone {
  schema?: "coo/message.v1";
  type: "step.done";
  plan_id: string;
  step_id: string;
  fence: number;
  /**
   * The token that the claim was granted with.
   */
  token?: string;
  /**
   * The commit with the work; the start commit when nothing was changed; null when there is none.
   */
  commit: string | null;
  result?: string;
  context?: string;
}
export interface MessageBlocked {
  schema?: "coo/message.v1";
  type: "step.blocked";
  plan_id: string;
  step_id: string;
  fence: number;
  /**
   * The token that the claim was granted with.
   */
  token?: string;
  reason: string;
  /**
   * The work so far: kept under refs/coo/rescue.
   */
  commit?: string;
}
export interface MessageQuestion {
  schema?: "coo/message.v1";
  type: "step.question";
  plan_id: string;
  step_id: string;
  fence: number;
  /**
   * The token that the claim was granted with.
   */
  token?: string;
  to: string;
  text: string;
  /**
   * The work so far: kept under refs/coo/rescue.
   */
  commit?: string;
}
export interface MessageRelease {
  schema?: "coo/message.v1";
  type: "claim.release";
  plan_id: string;
  step_id: string;
  fence: number;
  /**
   * The token that the claim was granted with.
   */
  token?: string;
  reason?: string;
}
export interface MessageJoin {
  schema?: "coo/message.v1";
  type: "seat.join";
  seat: string;
  /**
   * @maxItems 100
   */
  roles: string[];
}
export interface MessageNote {
  schema?: "coo/message.v1";
  type: "note";
  text: string;
  by?: string;
  plan_id?: string;
  step_id?: string;
}

/**
 * coo next --json: a grant as coo claim prints it, and its work order.
 */
export interface NextView {
  schema: "coo/next.v1";
  plan_id: string;
  step_id: string;
  seat: string;
  /**
   * Number of the claim: every message about it says it.
   */
  fence: number;
  /**
   * Name of a work order: <plan_id>.<step_id>.<fence>.
   */
  order_id: string;
  /**
   * Path of the work order under the worktree.
   */
  order: string;
  /**
   * Where to begin; null: the branch is not born yet.
   */
  start_commit: string | null;
  /**
   * How long it is held unless renewed, in milliseconds.
   */
  lease_ms: number;
  /**
   * Shown with messages about the claim in governed mode.
   */
  token: string;
  /**
   * What tells two sessions of one seat apart.
   */
  session: string;
  /**
   * What to type next.
   */
  next: {
    /**
     * Makes a worktree for it.
     */
    worktree: string | null;
    /**
     * When the work is committed.
     */
    done: string;
    /**
     * When it cannot go on.
     */
    block: string;
    /**
     * To keep it for longer.
     */
    renew: string;
    /**
     * To give it back.
     */
    release: string;
  };
  /**
   * The order whole; see coo/order.v1.
   */
  work_order: {
    schema: "coo/order.v1";
  };
}

/**
 * The line that a program of notify in coo.yaml reads on standard input.
 */
export interface NoticeLine {
  schema: "coo/notice.v1";
  /**
   * <ledger>.<entry>.<event>, or <ledger>.<file>.<digest> of a policy file that waits for approvers: the same id is the same notice, which may come twice.
   */
  id: string;
  kind:
    | "breaker_opened"
    | "breaker_closed"
    | "plan_done"
    | "plan_failed"
    | "plan_blocked"
    | "question"
    | "approval_waits"
    | "step_waits"
    | "claim_asked"
    | "seat_unfit"
    | "target_unfit"
    | "merge_waits"
    | "manager_back"
    | "sample";
  at: string;
  /**
   * The folder of the repository.
   */
  repository: string;
  plan_id?: string;
  step_id?: string;
  /**
   * Whom a question is put to, or who holds a claim.
   */
  seat?: string;
  /**
   * Of a breaker: all, a plan_id, seat:<group> or harness:<kind>.
   */
  scope?: string;
  /**
   * One sentence.
   */
  text: string;
  /**
   * What to type.
   */
  next: string;
}

/**
 * coo notify --json.
 */
export interface NotifiedView {
  schema: "coo/notified.v1";
  /**
   * The sample that was sent.
   */
  notice: {
    schema: "coo/notice.v1";
    /**
     * <ledger>.<entry>.<event>: the same id is the same notice, which may come twice.
     */
    id: string;
    kind:
      | "breaker_opened"
      | "breaker_closed"
      | "plan_done"
      | "plan_failed"
      | "plan_blocked"
      | "question"
      | "approval_waits"
      | "step_waits"
      | "claim_asked"
      | "seat_unfit"
      | "target_unfit"
      | "merge_waits"
      | "manager_back"
      | "sample";
    at: string;
    /**
     * The folder of the repository.
     */
    repository: string;
    plan_id?: string;
    step_id?: string;
    /**
     * Whom a question is put to, or who holds a claim.
     */
    seat?: string;
    /**
     * Of a breaker: all, a plan_id, seat:<group> or harness:<kind>.
     */
    scope?: string;
    /**
     * One sentence.
     */
    text: string;
    /**
     * What to type.
     */
    next: string;
  };
  /**
   * @maxItems 100
   */
  programs: {
    /**
     * Without its arguments.
     */
    program: string;
    /**
     * Why it did not take it; absent where it did.
     */
    why?: string;
  }[];
}

/**
 * A step that can be claimed now, in _bus/out/. Shown, never read back; gone once it is claimed or can no longer be.
 */
export interface OfferView {
  schema: "coo/offer.v1";
  /**
   * The entry of the ledger as of which it was written.
   */
  as_of: number;
  plan_id: string;
  step_id: string;
  objective: string;
  /**
   * The role that it asks for; null = none.
   */
  role: string | null;
  /**
   * Paths that it may change; null = as its outputs say, or all.
   *
   * @maxItems 1000
   */
  scope: string[] | null;
  priority: "low" | "normal" | "high" | "urgent";
  /**
   * Since when it can be claimed.
   */
  since: string;
}

export type OrderId = string;
export type OrderCount = number;
/**
 * @minItems 1
 * @maxItems 1000
 */
export type OrderCommand = string | OrderText[];
export type OrderText = string;
export type OrderPath = string;
export type OrderOidOrNull = string | null;
export type OrderMillis = number;
export type OrderMode = "dev" | "governed";
export type OrderDigest = string;

/**
 * A work order: everything one attempt needs, immutable; sealed last.
 */
export interface OrderFile {
  schema: "coo/order.v1";
  order_id: string;
  plan_id: OrderId;
  step_id: OrderId;
  attempt: OrderCount;
  fence: OrderCount;
  seat: OrderId;
  role?: OrderId;
  objective: string;
  /**
   * @maxItems 1000
   */
  commands?: OrderCommand[];
  prompt?: string;
  /**
   * @maxItems 1000
   */
  inputs: OrderPath[];
  /**
   * @maxItems 1000
   */
  outputs: OrderPath[];
  /**
   * @maxItems 1000
   */
  expected_receipts: OrderPath[];
  checks: {
    /**
     * @maxItems 1000
     */
    before: OrderCommand[];
    /**
     * @maxItems 1000
     */
    after: OrderCommand[];
  };
  /**
   * @maxItems 1000
   */
  gates: OrderPath[];
  /**
   * @maxItems 1000
   */
  scope: OrderPath[] | null;
  /**
   * @maxItems 1000
   */
  rollback: OrderCommand[];
  /**
   * @maxItems 200
   */
  setup: OrderCommand[];
  start_commit: OrderOidOrNull;
  /**
   * @maxItems 2000
   */
  env: string[];
  budget: {
    wall_ms: OrderMillis;
    tokens?: number;
    usd?: number;
    lines?: number;
  };
  deadline_ms: OrderMillis;
  limits: {
    beat_ms: OrderCount;
    check_ms: OrderCount;
    log_bytes: OrderMillis;
    excerpt_bytes: OrderMillis;
    import_bytes: OrderMillis;
    receipt_bytes: OrderMillis;
    disk_bytes?: OrderMillis;
  };
  mode: OrderMode;
  /**
   * @maxItems 1000
   */
  answers?: {
    question: OrderText;
    answer: OrderText;
    by: string;
  }[];
  conflict?: {
    /**
     * @maxItems 100
     */
    paths: string[];
    /**
     * @maxItems 100
     */
    ours: string[];
    /**
     * @maxItems 100
     */
    theirs: string[];
  };
  seal: {
    plan_digest: OrderDigest;
    nonce: string;
    digest: OrderDigest;
  };
  /**
   * Paths that setup makes, kept for attempts whose key files, setup and environment are the same.
   */
  cache?: {
    /**
     * Files that tell what setup makes, such as package-lock.json.
     *
     * @minItems 1
     * @maxItems 100
     */
    key: OrderPath[];
    /**
     * What setup makes and git ignores, such as node_modules.
     *
     * @minItems 1
     * @maxItems 100
     */
    paths: OrderPath[];
  };
  /**
   * So many ports are the attempt's own: COO_PORT_BASE and COO_PORTS.
   */
  ports?: number;
  /**
   * The agent program that does it.
   */
  agent?: {
    kind: "claude" | "codex" | "acp" | "command";
    /**
     * @minItems 1
     * @maxItems 1000
     */
    command?: string[];
    model?: string;
    effort?: "low" | "medium" | "high";
    /**
     * @maxItems 100
     */
    tools?: string[];
    max_turns?: number;
    /**
     * @maxItems 20
     */
    login?: string[];
    template?: string;
    /**
     * Why the attempt before was not accepted.
     */
    previous?: {
      attempt: number;
      /**
       * @maxItems 20
       */
      findings: {
        code: string;
        message: string;
        path?: string;
      }[];
    };
  };
  sandbox?: "off" | "auto" | "required";
  /**
   * @maxItems 100
   */
  network?: string[];
}

/**
 * @minItems 1
 * @maxItems 1000
 */
export type OrgCommand = string | string[];

/**
 * coo.yaml: who works here, how, and within which limits.
 */
export interface OrgFile {
  /**
   * Version of this file's form: 1.
   */
  version: number;
  /**
   * dev: same user; stops mistakes, not malice. governed: plans start when they are approved, sandboxes and signatures are required. dev by default.
   */
  mode?: "dev" | "governed";
  /**
   * Branch of plans that name none.
   */
  target?: string;
  /**
   * Integration of plans that name none.
   */
  integrate?: "none" | "merge" | "pull_request";
  /**
   * Who can hold a step.
   *
   * @minItems 1
   * @maxItems 1000
   */
  seats: OrgSeat[];
  /**
   * Whether seats may join by themselves: as guests, for steps of role guest, until they are listed here. false by default.
   */
  seats_open?: boolean;
  /**
   * Names of variables that a step may ask for; PATH, HOME, LANG by default.
   *
   * @maxItems 1000
   */
  env?: string[];
  workspace?: {
    /**
     * Run first in each attempt's workspace.
     *
     * @maxItems 200
     */
    setup?: OrgCommand[];
    /**
     * Ports of its own for each attempt.
     */
    ports?: number;
    /**
     * Paths that setup makes, kept for attempts whose key files, setup and environment are the same.
     */
    cache?: {
      /**
       * Files that tell what setup makes, such as package-lock.json.
       *
       * @minItems 1
       * @maxItems 100
       */
      key: string[];
      /**
       * What setup makes and git ignores, such as node_modules.
       *
       * @minItems 1
       * @maxItems 100
       */
      paths: string[];
    };
  };
  /**
   * Checks of every step that does not name its own.
   */
  checks?: {
    /**
     * @maxItems 200
     */
    before?: OrgCommand[];
    /**
     * @maxItems 200
     */
    after?: OrgCommand[];
  };
  limits?: {
    /**
     * Attempts at work at once.
     */
    workers?: number;
    /**
     * A harness's claim. A number is milliseconds; text is like 10m, 1h30m, 90s, 250ms.
     */
    lease?: string | number;
    /**
     * How often a harness beats. A number is milliseconds; text is like 10m, 1h30m, 90s, 250ms.
     */
    beat?: string | number;
    /**
     * A claim held by an agent with a shell. A number is milliseconds; text is like 10m, 1h30m, 90s, 250ms.
     */
    held_lease?: string | number;
    /**
     * A person's claim. A number is milliseconds; text is like 10m, 1h30m, 90s, 250ms.
     */
    person_lease?: string | number;
    /**
     * How long a holder is asked before the claim is taken back. A number is milliseconds; text is like 10m, 1h30m, 90s, 250ms.
     */
    ask?: string | number;
    /**
     * Wall time of one attempt. A number is milliseconds; text is like 10m, 1h30m, 90s, 250ms.
     */
    wall?: string | number;
    /**
     * Wall time of one set-up or check command. A number is milliseconds; text is like 10m, 1h30m, 90s, 250ms.
     */
    check?: string | number;
    /**
     * Attempts after the first that failed.
     */
    retries?: number;
    /**
     * First pause before a retry; doubles. A number is milliseconds; text is like 10m, 1h30m, 90s, 250ms.
     */
    backoff?: string | number;
    /**
     * Longest pause before a retry. A number is milliseconds; text is like 10m, 1h30m, 90s, 250ms.
     */
    backoff_cap?: string | number;
    /**
     * Attempts lost in a row before the step is blocked.
     */
    losses?: number;
    import_bytes?: number;
    receipt_bytes?: number;
    log_bytes?: number;
    excerpt_bytes?: number;
    /**
     * What an agent may spend on one attempt; 3 by default.
     */
    usd_per_step?: number;
    /**
     * What all agents may spend in a day (UTC); 30 by default.
     */
    usd_per_day?: number;
    /**
     * With less room than this on a disk of ours no attempt starts; 1 GiB by default.
     */
    free_disk_bytes?: number;
    /**
     * An attempt that takes more of the disk than this is ended; 10 GiB by default.
     */
    disk_bytes?: number;
    /**
     * Tokens of every kind; 20000000 by default.
     */
    tokens_per_step?: number;
    /**
     * 200000000 by default.
     */
    tokens_per_day?: number;
    /**
     * Attempts that coo runs in a day (UTC), over all seats; without end by default.
     */
    attempts_per_day?: number;
    /**
     * Of all attempts of a day (UTC) together, each from its grant to its end; without end by default. A number is milliseconds; text is like 10m, 1h30m, 90s, 250ms.
     */
    wall_per_day?: string | number;
    /**
     * Lines that the accepted changes of a day (UTC) add and remove; without end by default.
     */
    lines_per_day?: number;
  };
  breaker?: {
    /**
     * Distinct steps that fail before new work stops.
     */
    failures?: number;
    /**
     * How long it stops; doubles. A number is milliseconds; text is like 10m, 1h30m, 90s, 250ms.
     */
    cooldown?: string | number;
    /**
     * Percent of the last window of runs of a plan, a seat, a harness or all that failed. 0: not counted.
     */
    rate?: number;
    /**
     * Runs that rate looks at; half of them are enough.
     */
    window?: number;
    /**
     * Steps whose last run failed in the same way. 0: not counted.
     */
    alike?: number;
    /**
     * Runs of one step in a row that failed in the same way. 0: not counted.
     */
    repeats?: number;
    /**
     * Attempts of one seat in a row that changed nothing and said nothing. 0: not counted.
     */
    empty?: number;
    /**
     * Steps of one plan that were accepted and taken back again. 0: not counted.
     */
    undone?: number;
  };
  /**
   * Programs run with a JSON line on stdin.
   *
   * @maxItems 100
   */
  notify?: string[][];
  /**
   * Templates of agents' prompts by role.
   */
  prompts?: {
    [k: string]: string;
  };
  /**
   * Approvers that a plan needs before it starts, in governed mode; 1 by default.
   */
  approvals?: number;
}
export interface OrgSeat {
  /**
   * Name of the seat, or of the group when count is given.
   */
  seat: string;
  /**
   * dev with count 4 makes dev-1 to dev-4.
   */
  count?: number;
  /**
   * What it can do.
   *
   * @maxItems 100
   */
  roles: string[];
  /**
   * What runs its steps: shell runs commands; person is somebody who claims by hand; bus is an agent with a shell, which claims by itself; claude, codex, acp (any program that speaks the Agent Client Protocol) and command (a program of yours) are agents that coo starts.
   */
  harness: "shell" | "person" | "bus" | "claude" | "codex" | "acp" | "command";
  /**
   * Who starts its attempts: the manager, or a coo work process.
   */
  starts?: "manager" | "worker";
  email?: string;
  /**
   * Names of variables, and files under the home folder (~/...), that reach its attempts and nobody else's.
   *
   * @maxItems 20
   */
  login?: string[];
  /**
   * Program and first arguments of an agent; its own name by default.
   *
   * @minItems 1
   * @maxItems 1000
   */
  command?: string[];
  /**
   * As the program knows it.
   */
  model?: string;
  effort?: "low" | "medium" | "high";
  /**
   * What it may use without asking, as the program names them.
   *
   * @maxItems 100
   */
  tools?: string[];
  max_turns?: number;
  /**
   * What the whole group may use in a day (UTC); tokens and usd are for agents.
   */
  budget?: {
    tokens?: number;
    usd?: number;
    /**
     * Attempts that coo runs.
     */
    attempts?: number;
    /**
     * Of all these attempts together, each from its grant to its end. A number is milliseconds; text is like 10m, 1h30m, 90s, 250ms.
     */
    wall?: string | number;
    /**
     * Lines that accepted changes add and remove.
     */
    lines?: number;
  };
  /**
   * off by default; auto: confined where this machine can; required: not started without.
   */
  sandbox?: "off" | "auto" | "required";
  /**
   * Hosts that confined attempts may reach; none by default.
   *
   * @maxItems 100
   */
  network?: string[];
}

/**
 * coo plan add --json.
 */
export interface PlanAddView {
  schema: "coo/plan-add.v1";
  plan_id: string;
  /**
   * The file, absolute.
   */
  path: string;
  /**
   * Whether it is left alone until coo plan start.
   */
  draft: boolean;
}

/**
 * coo plan new --json.
 */
export interface PlanNewView {
  schema: "coo/plan-new.v1";
  plan_id: string;
  /**
   * The file, absolute.
   */
  path: string;
}

/**
 * coo plan show --json.
 */
export interface PlanShowView {
  schema: "coo/plan-show.v1";
  plan_id: string;
  /**
   * What it is for.
   */
  title: string;
  state: "draft" | "active" | "done" | "failed" | "blocked" | "cancelled";
  /**
   * Steps that are done.
   */
  done: number;
  /**
   * Steps in all.
   */
  of: number;
  /**
   * What keeps the plan from being done, apart from its steps' own reasons.
   *
   * @maxItems 1000
   */
  blockers: {
    /**
     * A code that stays the same: for programs.
     */
    code: string;
    /**
     * What is not met, in words.
     */
    message: string;
    /**
     * Who can meet it.
     */
    who: string;
    /**
     * What to type, or what time to wait for.
     */
    next: string;
  }[];
  /**
   * In the order of the plan.
   *
   * @maxItems 2000
   */
  steps: {
    step_id: string;
    state: "waiting" | "ready" | "claimed" | "running" | "checking" | "done" | "failed" | "blocked" | "cancelled";
    /**
     * Who holds it.
     */
    seat: string | null;
    /**
     * Number of its last attempt.
     */
    attempt: number;
    /**
     * The same number, as messages name it.
     */
    fence: number;
    /**
     * Why it is failed or blocked.
     */
    why: string | null;
  }[];
  /**
   * From 1.
   */
  revision: number;
  /**
   * Who brought it in.
   */
  by: string;
  /**
   * Tip of the target when it was accepted.
   */
  base: string | null;
  /**
   * Tip of its branch.
   */
  tip: string | null;
  /**
   * Where the merge into the target stands.
   */
  integration: {
    kind: "open" | "awaiting_merge" | "done" | "blocked";
    /**
     * Where it is blocked: a code that stays the same.
     */
    code?: string;
    /**
     * Where it is blocked: what is in the way.
     */
    message?: string;
    /**
     * Where it is blocked: the files in the way.
     *
     * @maxItems 100000
     *
     * Items: A path.
     */
    paths?: string[];
    /**
     * Where it is done: the target's tip before.
     */
    before?: string | null;
    /**
     * Where it is done: the target's tip after.
     */
    after?: string | null;
  };
  /**
   * The plan as it was accepted; see coo/entry.v1.
   */
  plan: {
    plan_id: string;
  };
}

export type PlanId = string;
/**
 * @minItems 1
 * @maxItems 1000
 */
export type PlanCommand = string | string[];
export type PlanPath = string;

/**
 * A plan: what is wanted, as steps. Put it into _plans/ as <plan_id>.plan.yaml or .json.
 */
export interface PlanFile {
  /**
   * Version of the form, for files that shall outlive it.
   */
  schema?: "coo/plan.v1";
  /**
   * Name of the plan, never used again in this ledger.
   */
  plan_id: string;
  /**
   * The plan in a line.
   */
  title: string;
  /**
   * Why it is wanted.
   */
  objective?: string;
  /**
   * true: left alone until coo plan start.
   */
  draft?: boolean;
  /**
   * Which plan goes first; normal by default.
   */
  priority?: "low" | "normal" | "high" | "urgent";
  /**
   * Branch that the work goes to; coo.yaml names the default.
   */
  target?: string;
  /**
   * How it gets there; coo.yaml names the default.
   */
  integrate?: "none" | "merge" | "pull_request";
  /**
   * Background for whoever works on it.
   */
  brief?: string;
  /**
   * Kept; nothing is taken from it yet.
   */
  template?: string;
  /**
   * For whoever sorts plans; kept.
   */
  department?: string;
  /**
   * For whoever sorts plans; kept.
   */
  work_type?: string;
  /**
   * Rules or goals that the plan cites.
   *
   * @maxItems 1000
   */
  serves?: string[];
  /**
   * The units of work.
   *
   * @maxItems 2000
   */
  steps: PlanStep[];
  /**
   * What the attempts of all its steps may use together.
   */
  budget?: {
    /**
     * Tokens of every kind.
     */
    tokens?: number;
    /**
     * US dollars; what has no price adds nothing.
     */
    usd?: number;
    /**
     * Attempts that coo runs.
     */
    attempts?: number;
    /**
     * Of all these attempts together, each from its grant to its end. A number is milliseconds; text is like 10m, 1h30m, 90s, 250ms.
     */
    wall?: string | number;
    /**
     * Lines that accepted changes add and remove.
     */
    lines?: number;
  };
}
export interface PlanStep {
  /**
   * Name of the step, unique in its plan.
   */
  step_id: string;
  /**
   * What is to be true when the step is done.
   */
  objective: string;
  /**
   * Only a seat with this role may do it.
   */
  role?: string;
  /**
   * Only this seat, or a seat of this group, may do it.
   */
  seat?: string;
  /**
   * Steps of this plan that must be done before.
   *
   * @maxItems 2000
   */
  depends_on?: PlanId[];
  /**
   * Run one after the other; the first that fails ends the attempt. Text is run by sh -c, a list is an argv.
   *
   * @maxItems 200
   */
  commands?: PlanCommand[];
  /**
   * For an agent or a person, where no command says it.
   */
  prompt?: string;
  /**
   * Paths the work starts from.
   *
   * @maxItems 1000
   */
  inputs?: PlanPath[];
  /**
   * The product: paths or globs that the merge candidate must hold.
   *
   * @maxItems 1000
   */
  outputs?: PlanPath[];
  /**
   * The proof: paths that must exist after the work; stored beside the run receipt, never merged.
   *
   * @maxItems 1000
   */
  expected_receipts?: PlanPath[];
  /**
   * Commands that must pass before and after the work; instead of those in coo.yaml.
   */
  checks?: {
    /**
     * Must pass before the work, on what it starts from.
     *
     * @maxItems 200
     */
    before?: PlanCommand[];
    /**
     * Must pass after it, on the merge candidate.
     *
     * @maxItems 200
     */
    after?: PlanCommand[];
  };
  /**
   * Conditions on facts. Kept; not enforced yet.
   *
   * @maxItems 1000
   */
  gates?: string[];
  /**
   * Roles or seats that must agree. Kept; not enforced yet.
   *
   * @maxItems 1000
   */
  approvers?: string[];
  /**
   * Globs of the paths that the step may change; without it, all but the reserved ones.
   *
   * @maxItems 1000
   */
  scope?: PlanPath[];
  /**
   * What takes the step back.
   *
   * @maxItems 200
   */
  rollback?: PlanCommand[];
  /**
   * How long the step may take before it is reported. Kept; not enforced yet. A number is milliseconds; text is like 10m, 1h30m, 90s, 250ms.
   */
  sla?: string | number;
  /**
   * What one attempt may cost.
   */
  budget?: {
    /**
     * Wall time of one attempt. A number is milliseconds; text is like 10m, 1h30m, 90s, 250ms.
     */
    wall?: string | number;
    /**
     * Tokens of every kind that one attempt of an agent may use; limits.tokens_per_step where absent.
     */
    tokens?: number;
    /**
     * US dollars that one attempt of an agent may cost; limits.usd_per_step where absent.
     */
    usd?: number;
    /**
     * Lines that the change adds and removes.
     */
    lines?: number;
  };
  /**
   * How often a failed attempt is repeated.
   */
  retry?: {
    /**
     * Attempts after the first that failed; where absent, limits.retries of coo.yaml, which is 3.
     */
    max?: number;
    /**
     * Codes of findings that end the step at once.
     *
     * @maxItems 1000
     */
    non_retryable?: string[];
  };
  /**
   * Names of environment variables, of those coo.yaml allows.
   *
   * @maxItems 1000
   */
  env?: string[];
  /**
   * How long a claim of this step lives without a sign of life. A number is milliseconds; text is like 10m, 1h30m, 90s, 250ms.
   */
  lease?: string | number;
}

/**
 * coo plan list --json.
 */
export interface PlansView {
  schema: "coo/plans.v1";
  /**
   * Every plan there ever was, then drafts.
   *
   * @maxItems 1000000
   */
  plans: {
    plan_id: string;
    /**
     * What it is for.
     */
    title: string;
    state: "draft" | "active" | "done" | "failed" | "blocked" | "cancelled";
    /**
     * Steps that are done.
     */
    done: number;
    /**
     * Steps in all.
     */
    of: number;
  }[];
}

/**
 * coo pr --json: a plan's pull request, and what was done about it.
 */
export interface PullRequestView {
  schema: "coo/pr.v1";
  plan_id: string;
  /**
   * ready: every step was accepted on evidence; look: all are done, some by a person's word.
   */
  verdict: "merged" | "ready" | "look" | "unfinished" | "failed" | "blocked" | "cancelled";
  /**
   * The verdict in words.
   */
  summary: string;
  /**
   * The plan's branch, without refs/heads/.
   */
  branch: string;
  target: string;
  title: string;
  /**
   * Markdown.
   */
  body: string;
  /**
   * Nothing was pushed and nobody was asked.
   */
  dry_run: boolean;
  /**
   * Branches that the remote did not have as they stand here.
   *
   * @maxItems 2
   */
  pushed: string[];
  /**
   * null: there was none to be asked for.
   */
  pull_request: {
    number: number;
    url: string;
    state: "open" | "merged" | "closed";
    action: "opened" | "updated" | "unchanged";
  } | null;
  /**
   * The one comment of coo's. null: not asked for.
   */
  comment: "made" | "edited" | "unchanged" | null;
  /**
   * The check run. refused: the token may not write one; null: not asked for.
   */
  check: "made" | "unchanged" | "refused" | null;
  /**
   * The ledger learnt from it: the merge that the plan awaited, or that the pull request was closed.
   */
  recorded: boolean;
  /**
   * What a person should know beside it.
   *
   * @maxItems 20
   */
  notes: string[];
}

/**
 * coo receipts list --json.
 */
export interface ReceiptsView {
  schema: "coo/receipts.v1";
  /**
   * Newest last.
   *
   * @maxItems 10000000
   */
  receipts: {
    /**
     * Under the worktree, and in the ledger's tree.
     */
    path: string;
    /**
     * Name of a work order: <plan_id>.<step_id>.<fence>.
     */
    order_id: string;
    seat: string;
    /**
     * Day in UTC.
     */
    date: string;
  }[];
}

export type RecordingFrame =
  | {
      kind: "event";
      /**
       * The attempt; null: none.
       */
      fence: number | null;
      seq: number;
      at: string;
      type: string;
      text: string;
    }
  | {
      kind: "order";
      /**
       * The attempt; null: none.
       */
      fence: number | null;
      path: string;
      /**
       * Whether this clone has it.
       */
      here: boolean;
      sha256: string | null;
      objective: string | null;
      start: string | null;
    }
  | {
      kind: "receipt";
      /**
       * The attempt; null: none.
       */
      fence: number | null;
      path: string;
      /**
       * Whether this clone has it.
       */
      here: boolean;
      started_at: string | null;
      ended_at: string | null;
      harness: string | null;
      sandbox: string | null;
      mode: "dev" | "governed" | null;
    }
  | {
      kind: "command";
      /**
       * The attempt; null: none.
       */
      fence: number | null;
      phase: "setup" | "before" | "command" | "after" | "check";
      text: string;
      exit: number | null;
      ending: "exited" | "signalled" | "timed_out" | "stopped" | "not_started";
      ms: number;
      cached: boolean;
      log: RecordingLog;
      head: string;
      tail: string;
    }
  | {
      kind: "agent";
      /**
       * The attempt; null: none.
       */
      fence: number | null;
      /**
       * As agent of coo/run.v1 says, without its transcript.
       */
      record: {};
      transcript: RecordingLog;
    }
  | {
      kind: "change";
      /**
       * The attempt; null: none.
       */
      fence: number | null;
      commit: string;
      /**
       * Whether this clone has it.
       */
      here: boolean;
      files: number;
      added: number;
      removed: number;
    }
  | {
      kind: "file";
      /**
       * The attempt; null: none.
       */
      fence: number | null;
      what: "output" | "proof";
      path: string;
      sha256: string;
      bytes: number;
    }
  | {
      kind: "finding";
      /**
       * The attempt; null: none.
       */
      fence: number | null;
      code: string;
      message: string;
      path: string | null;
    }
  | {
      kind: "merge";
      /**
       * The attempt; null: none.
       */
      fence: number | null;
      commit: string;
      /**
       * Whether this clone has it.
       */
      here: boolean;
    };

/**
 * coo replay <step> --json: what was recorded of one step, in its order.
 */
export interface RecordingView {
  schema: "coo/recording.v1";
  step: string;
  state: "waiting" | "ready" | "claimed" | "running" | "checking" | "done" | "failed" | "blocked" | "cancelled";
  /**
   * @maxItems 10000000
   */
  frames: RecordingFrame[];
}
/**
 * A whole output, by its digest.
 */
export interface RecordingLog {
  sha256: string;
  bytes: number;
  kept: number;
  /**
   * other: what lies there has another digest.
   */
  state: "here" | "empty" | "absent" | "other";
  path: string | null;
}

/**
 * coo init --rehome --json.
 */
export interface RehomedView {
  schema: "coo/rehomed.v1";
  /**
   * The git folder that is the ledger's home now.
   */
  home: string;
  /**
   * The entry that records it.
   */
  seq: number;
  /**
   * What its reader should know.
   *
   * @maxItems 1000
   *
   * Items: A line for whoever ran it.
   */
  notes: string[];
}

/**
 * Why something was not taken: a file in _bus/rejected/, beside or instead of what its author put down.
 */
export interface RejectedFile {
  schema: "coo/rejected.v1";
  /**
   * What kind of thing it was: a plan, a claim, a message.
   */
  what: string;
  /**
   * Its file's name.
   */
  name: string;
  /**
   * When it was refused, in milliseconds since 1970-01-01 UTC.
   */
  at_ms: number;
  /**
   * Everything that is wrong with it, so that one mending is enough.
   *
   * @maxItems 1000
   */
  reasons: {
    /**
     * A code that stays the same: for programs.
     */
    code: string;
    /**
     * What is wrong, in words.
     */
    message: string;
    /**
     * What to do about it.
     */
    fix: string;
    /**
     * Line in the author's file, from 1.
     */
    line?: number;
    /**
     * Column in the line, from 1.
     */
    column?: number;
    /**
     * JSON pointer of the value in the file; empty for all of it.
     */
    pointer?: string;
    /**
     * warning: it is not why the file was refused.
     */
    severity?: "error" | "warning";
    /**
     * Name of the author's file.
     */
    file?: string;
  }[];
  /**
   * Its own text, where that is kept nowhere else.
   */
  text?: string;
}

/**
 * coo replay --json.
 */
export interface ReplayView {
  schema: "coo/replay.v1";
  /**
   * The ledger's id.
   */
  ledger: string | null;
  /**
   * Every input that was decided again gave the very events that the ledger holds.
   */
  same: boolean;
  /**
   * The last entry that was replayed.
   */
  until: number;
  entries: number;
  /**
   * Inputs that were decided again.
   */
  inputs: number;
  events: number;
  /**
   * Entries that another version of the engine decided: folded, not decided again.
   */
  other_engine: number;
  /**
   * The first input from which something else follows.
   */
  divergence: null | {
    /**
     * The entry.
     */
    seq: number;
    /**
     * The input's place in it, from 0; where an event follows from none, the number of inputs.
     */
    index: number;
    /**
     * The input's type.
     */
    kind: string | null;
    /**
     * The event that the ledger holds there, as coo/entry.v1 says.
     */
    expected: {} | null;
    /**
     * The event that follows there now.
     */
    got: {} | null;
    /**
     * The code of the no, where the input is refused now.
     */
    refused: string | null;
    message: string;
  };
  /**
   * With --until: how everything stood then, as coo/status.v1 says.
   */
  status?: {};
}

/**
 * coo report --json: what was done in a time, by whom, on what evidence; what failed, what it took, and what people decided. Times ending in _ms are milliseconds.
 */
export interface ReportView {
  schema: "coo/report.v1";
  ledger: string;
  since: string;
  until: string;
  /**
   * The entries looked at; null where nothing happened.
   */
  entries: {
    first: number;
    last: number;
  } | null;
  /**
   * Plans that something happened to, as they stand now.
   *
   * @maxItems 10000000
   */
  plans: {
    plan_id: string;
    title: string;
    state: "draft" | "active" | "done" | "failed" | "blocked" | "cancelled";
    done: number;
    of: number;
  }[];
  /**
   * Steps accepted on evidence, oldest first.
   *
   * @maxItems 10000000
   */
  accepted: {
    at: string;
    /**
     * <plan_id>/<step_id>.
     */
    step: string;
    seat: string;
    attempt: number;
    commit: string | null;
    files: number;
    added: number;
    removed: number;
    checks: number;
    outputs: number;
    /**
     * In the ledger's tree.
     */
    receipt: string;
  }[];
  /**
   * Attempts that were charged, lost, or sent back to their holder.
   *
   * @maxItems 10000000
   */
  setbacks: {
    at: string;
    /**
     * <plan_id>/<step_id>.
     */
    step: string;
    seat: string | null;
    attempt: number;
    kind: "failed" | "lost" | "returned";
    why: string;
    /**
     * In the ledger's tree.
     */
    receipt: string | null;
  }[];
  /**
   * What people did against, or beside, what coo would have done by itself.
   *
   * @maxItems 10000000
   */
  decided: {
    at: string;
    seq: number;
    by: string;
    what: string;
  }[];
  /**
   * By seat.
   *
   * @maxItems 10000000
   */
  spent: {
    seat: string;
    attempts: number;
    accepted: number;
    worked_ms: number;
    checked_ms: number;
    /**
     * What its agents used, of all its attempts. Money in millionths of a US dollar, of the sessions that had a price.
     */
    agents: {
      sessions: number;
      tokens: number;
      micro_usd: number;
      unpriced: number;
    };
  }[];
}

/**
 * coo rollback --json.
 */
export interface RolledBackView {
  schema: "coo/rolled-back.v1";
  to: string;
  /**
   * Who signed the tag, as signers.yaml names him; null: nobody who is listed.
   */
  signed_by: string | null;
  dry_run: boolean;
  /**
   * What was done, or with --dry-run would be.
   *
   * @maxItems 1000000
   */
  plans: {
    plan_id: string;
    action: "rolled_back" | "cancelled";
    /**
     * Where its branch stood.
     */
    from: string | null;
    /**
     * Where it stands; with --dry-run the commit whose files it would have.
     */
    to: string | null;
    /**
     * @maxItems 2000
     */
    reopened: string[];
    /**
     * @maxItems 2000
     */
    dropped: string[];
  }[];
  /**
   * What is not as it was, and what to type.
   *
   * @maxItems 1000000
   */
  left: {
    subject: string;
    message: string;
    next: string;
  }[];
}

/**
 * Last line of coo run --json.
 */
export interface RunEndView {
  schema: "coo/run-end.v1";
  /**
   * The exit code.
   */
  exit: number;
  /**
   * Why it ended.
   */
  why: string;
}

export type RunId = string;
export type RunCount = number;
/**
 * @minItems 1
 * @maxItems 1000
 */
export type RunCmd = string | RunText[];
export type RunText = string;
export type RunPath = string;
export type RunOidOrNull = string | null;
export type RunMillis = number;
export type RunMode = "dev" | "governed";
export type RunDigest = string;
export type RunTime = string;
export type RunOid = string;

/**
 * A run receipt: what was ordered, done and shown in one attempt. Written by harness and coordinator, never by the agent.
 */
export interface RunFile {
  schema: "coo/run.v1";
  order: RunOrder;
  who: {
    seat: RunId;
    harness: string;
    harness_version: string;
    mode: RunMode;
    sandbox: "off" | "bubblewrap" | "sandbox-runtime";
  };
  started_at: RunTime;
  ended_at: RunTime;
  /**
   * @maxItems 5000
   */
  commands: RunCommand[];
  result: "passed" | "failed" | "blocked" | "cancelled" | "timed_out" | "parked" | "lost";
  /**
   * @maxItems 100000
   */
  outputs: {
    path: RunPath;
    sha256: RunDigest;
    bytes: RunMillis;
  }[];
  /**
   * @maxItems 1000
   */
  receipts: {
    path: RunPath;
    sha256: RunDigest;
    bytes: RunMillis;
    stored: string;
  }[];
  change: {
    commit: RunOid;
    tree: RunOid;
    patch_id: RunOidOrNull;
    files: RunMillis;
    added: RunMillis;
    removed: RunMillis;
  } | null;
  judgement: {
    candidate_tree: RunOidOrNull;
    plan_before: RunOidOrNull;
    /**
     * @maxItems 1000
     */
    checks: RunCommand[];
    /**
     * @maxItems 1000
     */
    findings: RunFinding[];
  } | null;
  /**
   * @maxItems 1000
   */
  findings: RunFinding[];
  /**
   * What the worker said: words, not evidence.
   */
  narration?: string;
  by: "worker" | "coordinator";
  /**
   * How the agent program's session went, in its own words and figures.
   */
  agent?: {
    version: string;
    model: string | null;
    session: string | null;
    turns: number | null;
    tokens: {
      input: number;
      output: number;
      cache_read: number;
      cache_write: number;
    } | null;
    cost: {
      micro_usd: number;
      source: "given" | "priced";
      /**
       * Date of the price table.
       */
      prices?: string;
    } | null;
    /**
     * @maxItems 100
     */
    denials: string[];
    /**
     * Why its session ended.
     */
    end:
      | "done"
      | "asked"
      | "denied"
      | "turns"
      | "quota"
      | "login"
      | "budget"
      | "silent"
      | "error"
      | "stopped"
      | "timed_out";
    detail?: string;
    transcript: {
      sha256: RunDigest;
      bytes: number;
      kept: number;
    };
  };
}
export interface RunOrder {
  schema: "coo/order.v1";
  order_id: string;
  plan_id: RunId;
  step_id: RunId;
  attempt: RunCount;
  fence: RunCount;
  seat: RunId;
  role?: RunId;
  objective: string;
  /**
   * @maxItems 1000
   */
  commands?: RunCmd[];
  prompt?: string;
  /**
   * @maxItems 1000
   */
  inputs: RunPath[];
  /**
   * @maxItems 1000
   */
  outputs: RunPath[];
  /**
   * @maxItems 1000
   */
  expected_receipts: RunPath[];
  checks: {
    /**
     * @maxItems 1000
     */
    before: RunCmd[];
    /**
     * @maxItems 1000
     */
    after: RunCmd[];
  };
  /**
   * @maxItems 1000
   */
  gates: RunPath[];
  /**
   * @maxItems 1000
   */
  scope: RunPath[] | null;
  /**
   * @maxItems 1000
   */
  rollback: RunCmd[];
  /**
   * @maxItems 200
   */
  setup: RunCmd[];
  start_commit: RunOidOrNull;
  /**
   * @maxItems 2000
   */
  env: string[];
  budget: {
    wall_ms: RunMillis;
    tokens?: number;
    usd?: number;
    lines?: number;
  };
  deadline_ms: RunMillis;
  limits: {
    beat_ms: RunCount;
    check_ms: RunCount;
    log_bytes: RunMillis;
    excerpt_bytes: RunMillis;
    import_bytes: RunMillis;
    receipt_bytes: RunMillis;
    disk_bytes?: RunMillis;
  };
  mode: RunMode;
  /**
   * @maxItems 1000
   */
  answers?: {
    question: RunText;
    answer: RunText;
    by: string;
  }[];
  conflict?: {
    /**
     * @maxItems 100
     */
    paths: string[];
    /**
     * @maxItems 100
     */
    ours: string[];
    /**
     * @maxItems 100
     */
    theirs: string[];
  };
  seal: {
    plan_digest: RunDigest;
    nonce: string;
    digest: RunDigest;
  };
  /**
   * Paths that setup makes, kept for attempts whose key files, setup and environment are the same.
   */
  cache?: {
    /**
     * Files that tell what setup makes, such as package-lock.json.
     *
     * @minItems 1
     * @maxItems 100
     */
    key: RunPath[];
    /**
     * What setup makes and git ignores, such as node_modules.
     *
     * @minItems 1
     * @maxItems 100
     */
    paths: RunPath[];
  };
  /**
   * So many ports are the attempt's own: COO_PORT_BASE and COO_PORTS.
   */
  ports?: number;
  /**
   * The agent program that does it.
   */
  agent?: {
    kind: "claude" | "codex" | "acp" | "command";
    /**
     * @minItems 1
     * @maxItems 1000
     */
    command?: string[];
    model?: string;
    effort?: "low" | "medium" | "high";
    /**
     * @maxItems 100
     */
    tools?: string[];
    max_turns?: number;
    /**
     * @maxItems 20
     */
    login?: string[];
    template?: string;
    /**
     * Why the attempt before was not accepted.
     */
    previous?: {
      attempt: number;
      /**
       * @maxItems 20
       */
      findings: {
        code: string;
        message: string;
        path?: string;
      }[];
    };
  };
  sandbox?: "off" | "auto" | "required";
  /**
   * @maxItems 100
   */
  network?: string[];
}
export interface RunCommand {
  phase: "setup" | "before" | "command" | "after" | "check";
  sh?: RunText;
  /**
   * @maxItems 1000
   */
  argv?: RunText[];
  exit: number | null;
  signal?: string;
  ending: "exited" | "signalled" | "timed_out" | "stopped" | "not_started";
  ms: RunMillis;
  log: {
    sha256: RunDigest;
    bytes: RunMillis;
    kept: RunMillis;
  };
  head: string;
  tail: string;
  /**
   * It did not run here: what it made, in another attempt, was kept under this digest and put in place.
   */
  cached?: string;
}
export interface RunFinding {
  code: string;
  message: RunText;
  path?: string;
}

/**
 * What done, block, ask and progress print with --json inside an attempt: the message that was left for its harness.
 */
export interface SentView {
  schema: "coo/sent.v1";
  /**
   * Name of the file in the inbox.
   */
  name: string;
  /**
   * The message whole; see coo/message.v1.
   */
  message: {
    type: "step.question" | "step.done" | "step.blocked" | "step.progress";
  };
}

/**
 * A day or a time in UTC. Valid from the first on, and not any more from the second on.
 */
export type SignersTime = string;

/**
 * signers.yaml: whose keys sign what, and since when.
 */
export interface SignersFile {
  schema?: "coo/signers.v1";
  /**
   * Of this list. Raise it with each change: it may only grow.
   */
  version: number;
  /**
   * Each key once. Who has several, as while one follows another, is listed for each.
   *
   * @maxItems 1000
   */
  signers: SignersSigner[];
}
export interface SignersSigner {
  /**
   * Who it is, in the form of an allowed_signers file without patterns.
   */
  principal: string;
  /**
   * The line of the .pub file. ed25519 only; a comment is left out.
   */
  key: string;
  /**
   * coordinator: entries of the ledger. approver: approvals. person: commits of their own.
   *
   * @minItems 1
   * @maxItems 3
   */
  roles: ("coordinator" | "approver" | "person")[];
  valid_from?: SignersTime;
  valid_until?: SignersTime;
  email?: string;
}

/**
 * A baseline: the ledger up to an entry, and all that stood then. A file of the ledger's branch; the tag refs/tags/coo/snapshot/<name> holds the same in its message.
 */
export interface SnapshotView {
  schema: "coo/snapshot.v1";
  name: string;
  ledger: string;
  /**
   * The last entry that it holds.
   */
  seq: number;
  /**
   * That entry's commit, which the tag names.
   */
  head: string;
  /**
   * Of that entry's bytes.
   */
  sha256: string;
  at: string;
  by: string;
  reason: string;
  /**
   * sha256 of coo.yaml as it was in force.
   */
  organisation: string | null;
  /**
   * @maxItems 1000000
   */
  plans: {
    plan_id: string;
    digest: string;
    revision: number;
    state: "draft" | "active" | "done" | "failed" | "blocked" | "cancelled";
    ref: string;
    /**
     * Where its branch stood; null: it was not born.
     */
    tip: string | null;
    /**
     * @maxItems 2000
     */
    steps: {
      step_id: string;
      state: "waiting" | "ready" | "claimed" | "running" | "checking" | "done" | "failed" | "blocked" | "cancelled";
      /**
       * The merge that it was accepted with.
       */
      merged: string | null;
    }[];
  }[];
  /**
   * Branches that plans go into, where they stood.
   *
   * @maxItems 1000000
   */
  targets: {
    ref: string;
    id: string;
  }[];
}

/**
 * A checkpoint on the ledger's branch: queues, active workers, incidents, the breaker; a view, as of the entry before it.
 */
export interface StateView {
  schema: "coo/state.v1";
  as_of: number;
  at: string;
  mode: "dev" | "governed";
  queues: {
    /**
     * @maxItems 10000000
     */
    ready: string[];
    /**
     * @maxItems 10000000
     */
    checking: string[];
  };
  /**
   * @maxItems 100000
   */
  active: {
    order_id: string;
    seat: string;
    state: "idle" | "analyzing" | "executing" | "blocked" | "handoff";
    since: string;
  }[];
  /**
   * @maxItems 10000000
   */
  incidents: {
    step: string;
    state: "blocked" | "failed";
    why: string | null;
  }[];
  breaker: {
    state: "closed" | "open" | "half_open";
    scope: string | null;
    reason: string | null;
  };
  /**
   * Those that are not closed; who, why and until when.
   *
   * @maxItems 1000000
   */
  breakers?: {
    /**
     * all, a plan_id, seat:<group> or harness:<kind>.
     */
    scope: string;
    state: "open" | "half_open";
    /**
     * Why it opened.
     */
    reason: string;
    /**
     * Who opened it; coo: by itself.
     */
    by: string;
    /**
     * What was counted, where it opened by itself for it.
     */
    cause?: "rate" | "alike" | "repeats" | "empty" | "undone" | "budget" | "ledger" | "guard" | "disk";
    /**
     * When one step is tried; null = only a person closes it.
     */
    until: string | null;
    /**
     * How often it opened in a row.
     */
    trips: number;
  }[];
  /**
   * @maxItems 1000000
   */
  paused: string[];
  /**
   * Since when nothing is started, judged or merged, in whose word, and the entry that says so. Not there: nothing is frozen.
   */
  frozen?: {
    by: string;
    reason: string;
    at: string;
    seq: number;
  };
}

/**
 * coo status --json. A member that would say nothing is not there.
 */
export interface StatusView {
  schema: "coo/status.v1";
  /**
   * @maxItems 1000000
   */
  plans: {
    plan_id: string;
    title: string;
    state: "draft" | "active" | "done" | "failed" | "blocked" | "cancelled";
    done: number;
    of: number;
    /**
     * @maxItems 1000
     */
    blockers?: StatusBlocker[];
    /**
     * @maxItems 2000
     */
    steps: {
      step_id: string;
      state: "waiting" | "ready" | "claimed" | "running" | "checking" | "done" | "failed" | "blocked" | "cancelled";
      seat?: string;
      /**
       * Absent: never granted.
       */
      attempt?: number;
      fence?: number;
      why?: string;
    }[];
  }[];
  /**
   * Ended plans that are left out: coo plan list.
   */
  omitted?: number;
  /**
   * Steps that were asked for and are over the limit.
   */
  more?: number;
  /**
   * Plan files that a manager did not take in; absent where there is none.
   *
   * @maxItems 100000
   */
  refused?: {
    /**
     * The file under the worktree.
     */
    path: string;
    /**
     * The first of them.
     *
     * @maxItems 20
     */
    faults: {
      /**
       * A code that stays the same: for programs.
       */
      code: string;
      /**
       * What is wrong, in words.
       */
      message: string;
      /**
       * What to do about it.
       */
      fix: string;
      /**
       * Line in the file, from 1; null where it is about no line.
       */
      line: number | null;
    }[];
    /**
     * Faults beyond those: coo plan lint.
     */
    more: number;
  }[];
  /**
   * @maxItems 10000
   */
  seats: {
    seat: string;
    state: "idle" | "analyzing" | "executing" | "blocked" | "handoff";
    step?: string;
    /**
     * What its attempts lack, and what to do; absent where nothing.
     */
    why?: string;
  }[];
  /**
   * The widest that is not closed.
   */
  breaker: {
    state: "closed" | "open" | "half_open";
    reason?: string;
    /**
     * all, a plan_id, seat:<group> or harness:<kind>.
     */
    scope?: string;
  };
  /**
   * Those that are not closed, where there are any.
   *
   * @maxItems 100000
   */
  breakers?: {
    /**
     * all, a plan_id, seat:<group> or harness:<kind>.
     */
    scope: string;
    state: "open" | "half_open";
    /**
     * Why it opened.
     */
    reason: string;
    /**
     * Who opened it; coo: by itself.
     */
    by: string;
    /**
     * What was counted, where it opened by itself for it.
     */
    cause?: "rate" | "alike" | "repeats" | "empty" | "undone" | "budget" | "ledger" | "guard" | "disk";
    /**
     * When one step is tried; null = only a person closes it.
     */
    until: string | null;
    /**
     * How often it opened in a row.
     */
    trips: number;
  }[];
  /**
   * @maxItems 100000
   */
  paused?: {
    scope: string;
    by: string;
    reason: string;
  }[];
  /**
   * Since when nothing is started, judged or merged, in whose word, and the entry that says so. Not there: nothing is frozen.
   */
  frozen?: {
    by: string;
    reason: string;
    at: string;
    seq: number;
  };
  manager: {
    alive: boolean;
    since?: string;
    /**
     * past: who managed at an entry of long ago (coo replay --until).
     */
    life: "none" | "alive" | "stopped" | "unknown" | "dead" | "past";
    pid?: number;
    /**
     * When one that does not live gave its last sign.
     */
    seen?: string;
  };
  ledger: {
    seq: number;
    head?: string;
    id?: string;
  };
  mode: "dev" | "governed";
  /**
   * Bytes on the disk, with --disk.
   */
  disk?: {
    /**
     * Free for workspaces.
     */
    free: number;
    /**
     * .git/coo.
     */
    coo: number;
    /**
     * Workspaces of attempts.
     */
    workspaces: number;
    /**
     * Set-ups kept for later attempts.
     */
    setups: number;
  };
  /**
   * Groups of seats that get nothing for now.
   *
   * @maxItems 10000
   */
  parked?: {
    seat: string;
    until: string;
    /**
     * quota: its provider takes no more; budget: what it may spend is spent.
     */
    why: "quota" | "budget";
    reason: string;
  }[];
  /**
   * What attempts used today (UTC), in tokens and US dollars, and what they may; not there where no seat has an agent and nothing else is capped.
   */
  spending?: {
    day: string;
    tokens: number;
    usd: number;
    cap: {
      tokens: number;
      usd: number;
      attempts?: number;
      wall_ms?: number;
      lines?: number;
    };
    step_cap: {
      tokens: number;
      usd: number;
    };
    /**
     * @maxItems 10000
     */
    seats: {
      seat: string;
      tokens: number;
      usd: number;
      cap?: {
        tokens?: number;
        usd?: number;
        attempts?: number;
        wall_ms?: number;
        lines?: number;
      };
      attempts?: number;
      wall_ms?: number;
      lines?: number;
    }[];
    /**
     * Active plans with a budget, since they began.
     *
     * @maxItems 100000
     */
    plans?: {
      plan_id: string;
      tokens: number;
      usd: number;
      cap: {
        tokens?: number;
        usd?: number;
        attempts?: number;
        wall_ms?: number;
        lines?: number;
      };
      attempts?: number;
      wall_ms?: number;
      lines?: number;
    }[];
    /**
     * What attempts at work used so far, as their programs told, and what they may.
     *
     * @maxItems 10000
     */
    at_work?: {
      step: string;
      tokens: number;
      usd: number;
      cap: {
        tokens: number;
        usd: number;
      };
    }[];
    attempts?: number;
    wall_ms?: number;
    lines?: number;
  };
  /**
   * Steps whose agent gives no sign of life, as far as this machine sees: nothing written, no processor time. Only its time ends an attempt.
   *
   * @maxItems 10000
   */
  quiet?: {
    step: string;
    since: string;
    /**
     * first_output: it has said nothing at all yet; idle: nothing since.
     */
    why: "first_output" | "idle";
  }[];
  /**
   * What attempts reported after their fence was over, of steps that are not done: refused, and kept aside.
   *
   * @maxItems 100000
   */
  late?: {
    step: string;
    fence: number;
    since: string;
    /**
     * The ref that pins its work; null: it left none.
     */
    kept: string | null;
  }[];
  /**
   * Why nothing can be appended from here. Not there: it can.
   */
  barred?: {
    code: string;
    message: string;
    /**
     * What to do about it.
     */
    next: string;
  };
}
export interface StatusBlocker {
  code: string;
  message: string;
  who: string;
  next: string;
}

/**
 * What a command prints with --json where all was so already. Exit code 0.
 */
export interface UnchangedView {
  schema: "coo/unchanged.v1";
  /**
   * A code that stays the same: for programs.
   */
  code: string;
  /**
   * What was so already.
   */
  message: string;
  /**
   * What could be done instead.
   */
  fix: string;
}

/**
 * coo uninstall --json.
 */
export interface UninstalledView {
  schema: "coo/uninstalled.v1";
  /**
   * @maxItems 1000000
   */
  removed: string[];
  /**
   * What stays, and why.
   *
   * @maxItems 1000000
   */
  kept: {
    path: string;
    why: string;
  }[];
  dry_run: boolean;
}

/**
 * A checkpoint on the ledger's branch: totals over the whole ledger; a view, as of the entry before it.
 */
export interface UsageView {
  schema: "coo/usage.v1";
  as_of: number;
  at: string;
  active_seats: number;
  plans: {
    draft?: number;
    active?: number;
    done?: number;
    failed?: number;
    blocked?: number;
    cancelled?: number;
  };
  steps: {
    done: number;
    blocked: number;
    ready: number;
  };
  attempts: number;
  receipts: number;
  /**
   * What agents used in all; not there where none did.
   */
  spent?: {
    tokens: number;
    /**
     * Millionths of a US dollar; what had no price adds nothing.
     */
    micro_usd: number;
  };
}

/**
 * coo verify --json.
 */
export interface VerifyView {
  schema: "coo/verify.v1";
  ok: boolean;
  /**
   * What was looked at: a ref's name, or what --at said.
   */
  at: string;
  /**
   * The commit that it stands for.
   */
  commit: string;
  /**
   * The entries that were checked.
   */
  range: {
    from: number;
    to: number;
  };
  entries: number;
  receipts: number;
  /**
   * @maxItems 1000000
   */
  findings: {
    code: string;
    path: string;
    message: string;
    fix: string;
  }[];
  /**
   * Where another's view was asked for with --against: how theirs stands to ours.
   */
  against?: {
    /**
     * Whose view, as it was named.
     */
    against: string;
    stands: "same" | "behind" | "ahead" | "apart";
    /**
     * Their last entry.
     */
    seq: number;
  };
  /**
   * What this clone does not have, or cannot tell any more: no finding.
   *
   * @maxItems 1000000
   */
  absent: {
    what: "history" | "branch" | "merge" | "decision" | "snapshot";
    message: string;
  }[];
  verdict: {
    /**
     * Merged attempts, and plans brought into their target.
     */
    changes: number;
    /**
     * Those of them that nothing was found against.
     */
    accounted: number;
    /**
     * Merged attempts of people's seats.
     */
    by_people: number;
    /**
     * Entries without a signature.
     */
    unsigned: number;
    mode: "dev" | "governed";
  };
}

/**
 * --version --json.
 */
export interface VersionView {
  schema: "coo/version.v1";
  /**
   * As in package.json.
   */
  version: string;
}

/**
 * What waits for a person, the most urgent first, then the oldest: a view in _bus/out/manager-report/.
 */
export interface WaitingView {
  schema: "coo/waiting.v1";
  /**
   * The entry of the ledger as of which it was written.
   */
  as_of: number;
  /**
   * @maxItems 200
   */
  waiting: {
    plan_id: string;
    /**
     * null = the plan as a whole.
     */
    step_id: string | null;
    priority: "low" | "normal" | "high" | "urgent";
    /**
     * Since when it waits; of a question, when it was asked.
     */
    since: string;
    code: string;
    message: string;
    /**
     * Who can help.
     */
    who: string;
    /**
     * What to type.
     */
    next: string;
  }[];
  /**
   * Beyond those.
   */
  more: number;
}

/**
 * A line of coo work --json.
 */
export interface WorkedView {
  schema: "coo/worked.v1";
  /**
   * When.
   */
  at: string;
  /**
   * Name of the work order; null: there was nothing to do.
   */
  order_id: string | null;
  /**
   * How the attempt ended, before it is judged; null: there was none, or another process has taken it.
   */
  result: "passed" | "failed" | "blocked" | "cancelled" | "timed_out" | "lost" | null;
}
