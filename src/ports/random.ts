/** Chance. Everything random in coo comes from here, so that a simulator can seed it. */
export interface Random {
  /** `bytes` random bytes as lower-case hex. */
  hex(bytes: number): string;
  /** A float in [0, 1), for jitter only. */
  unit(): number;
}
