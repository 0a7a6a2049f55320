/** Every limit of the coordinator, settable under `limits:` in coo.yaml. Units stand last in the name. */
export interface Limits {
  /** Attempts at work at once, over all seats. */
  readonly workers: number;
  /** A harness's claim. Four beats missed = lost. */
  readonly lease_ms: number;
  /** How often a harness beats: a quarter of the lease, so that one lost beat never matters. */
  readonly beat_ms: number;
  /** A claim held by an agent with a shell: long enough to think, renewed by any message that shows the fence. */
  readonly held_lease_ms: number;
  /** A person's claim: a working day. */
  readonly person_lease_ms: number;
  /** After a held lease ran out: how long the holder is asked before the claim is taken back. */
  readonly ask_ms: number;
  /** Wall time of one attempt. The only timer that kills. */
  readonly wall_ms: number;
  /** Wall time of one set-up or check command. */
  readonly check_ms: number;
  /** Attempts after the first that failed, where the step does not say. */
  readonly retries: number;
  /** First pause before a retry; doubles each time. */
  readonly backoff_ms: number;
  readonly backoff_cap_ms: number;
  /** Attempts lost in a row before the step is blocked: a host that kills every attempt must not spin for ever. */
  readonly losses: number;
  /** Bytes of objects one attempt may bring in. */
  readonly import_bytes: number;
  /** Bytes of one expected receipt; all of a run's together at most eight times that. */
  readonly receipt_bytes: number;
  /** Bytes of output kept per command. */
  readonly log_bytes: number;
  /** Bytes of head and of tail of each log that go into the receipt. */
  readonly excerpt_bytes: number;
  /** With less room than this on a disk of ours no attempt starts. Absent = `FREE_DISK_BYTES`. */
  readonly free_disk_bytes?: number;
  /** An attempt that takes more of the disk than this is ended. Absent = `ATTEMPT_DISK_BYTES`. */
  readonly disk_bytes?: number;
  /** What agents may spend on one attempt, in US dollars. Absent = `USD_PER_STEP`. */
  readonly usd_per_step?: number;
  /** And all of them together in a day (UTC). Absent = `USD_PER_DAY`. */
  readonly usd_per_day?: number;
  /** Tokens of every kind, those read from a cache too: a subscription has no price. Absent = `TOKENS_PER_STEP`. */
  readonly tokens_per_step?: number;
  /** Absent = `TOKENS_PER_DAY`. */
  readonly tokens_per_day?: number;
  /** Of all attempts that coo runs, in a day (UTC); absent = without end, as the next two. */
  readonly attempts_per_day?: number;
  readonly wall_per_day_ms?: number;
  /** Added and removed by what is accepted. */
  readonly lines_per_day?: number;
}

export const DEFAULT_LIMITS: Limits = {
  workers: 10,
  lease_ms: 80_000,
  beat_ms: 20_000,
  held_lease_ms: 1_800_000,
  person_lease_ms: 28_800_000,
  ask_ms: 300_000,
  wall_ms: 3_600_000,
  check_ms: 1_800_000,
  retries: 3,
  backoff_ms: 10_000,
  backoff_cap_ms: 300_000,
  losses: 5,
  import_bytes: 268_435_456,
  receipt_bytes: 1_048_576,
  log_bytes: 67_108_864,
  excerpt_bytes: 8_192,
};

/** Room for a large check-out and its dependencies, and for the ledger to go on meanwhile. */
export const FREE_DISK_BYTES = 1_073_741_824;

/** A large check-out, its dependencies and what is built of them. */
export const ATTEMPT_DISK_BYTES = 10_737_418_240;

/** A long task of today's agents costs about a dollar; three times that is a loop. */
export const USD_PER_STEP = 3;
/** Ten such loops before somebody looks. */
export const USD_PER_DAY = 30;
/** A turn reads its whole context again: a hundred turns of 100,000 tokens, and as much again. */
export const TOKENS_PER_STEP = 20_000_000;
export const TOKENS_PER_DAY = 200_000_000;
/** Attempts after the first that failed, of a step that an agent does: it is told why, and a third try says the same. */
export const AGENT_RETRIES = 1;

/** A plan with more steps is refused before parsing takes seconds; split it. */
export const MAX_STEPS = 2_000;
/** Seats that joined by themselves and that nobody listed. */
export const MAX_GUESTS = 100;
/** Paths in each list of a conflict. */
export const MAX_CONFLICT_PATHS = 100;
/** Events in one entry. */
export const MAX_EVENTS = 1_000;
/** Bytes of one entry as rendered. */
export const MAX_ENTRY_BYTES = 1_048_576;
/** Entries in one folder: what forges still show. */
export const ENTRIES_PER_FOLDER = 1_000;
/** Ended runs that the breaker looks back on. */
export const RECENT_RUNS = 100;
/** Version of the kernel's behaviour, recorded in each entry; raised when the same inputs give other events, or events that the one before does not know. */
export const ENGINE = 5;
