/** The demo's `_plans/coo.yaml`: four seats, and a back-off that nobody has to wait for. */
export const ORGANISATION = `version: 1
mode: dev
target: main
integrate: merge

seats:
  - {seat: dev, count: 2, roles: [developer], harness: shell}   # dev-1, dev-2
  - {seat: tester, roles: [tester], harness: shell}
  - {seat: ada, roles: [writer], harness: person}               # works by files alone

env: [PATH, HOME, LANG]
checks: {after: ["node --test --test-isolation=none"]}   # of every step, in a clean checkout
limits: {workers: 4, retries: 2, backoff: 200ms}
breaker: {failures: 3, cooldown: 10m}
`;
