/** What `coo --help` prints. It is one constant, so that it is answered without loading a parser. */
export const HELP = `coo: a git-native coordinator for fleets of coding agents and people

Usage: coo <command> [options]        (or: git coo <command> [options])

Set up
  init        make this repository ready: folders, _plans/coo.yaml, the ledger's first entry
  demo        show it all in a scratch repository
  doctor      find faults in what coo rests on, and say the fix
  hooks       run the guard from git's hooks, beside those that are there
  uninstall   take coo out of this clone; the ledger and your files stay

Plans and the manager
  plan        new, lint, add, start, amend, list, show, cancel
  run         the manager: grants steps, runs workers, checks, merges, records
  status      plans, steps, seats, breaker, manager, ledger
  explain     why a plan, step or seat is where it is, and who can move it

Work by hand, under the same rules
  next        choose, claim and print the order in one call
  claim       take a step
  renew       keep it for longer
  release     give it back
  done        say that it is done; coo checks
  progress    say how far it is
  block       say why it cannot go on
  ask         ask a question; the step waits for the answer
  take        take it from whoever holds it
  give        hand it to another seat
  work        a worker process that pulls orders for a seat

Step in
  log         what happened to a plan or a step
  inbox       what waits for a person, and what to type
  approve     let a plan start, by an approver's signature
  reject      refuse a plan: it is cancelled
  answer      answer what a step asks
  retry       try a failed step again
  skip        a step is not needed: go on without it
  reassign    keep a step for one seat
  undo        take back what a done step merged
  cancel      call a plan off
  pause       stop new assignments
  resume      go on with them
  freeze      stop every effect, also judging and merging
  thaw        end that
  snapshot    seal how everything stands, under a signed tag
  rollback    plans as they stood at a snapshot, by new entries
  breaker     show, open or close the circuit breaker
  notify      send a sample to the programs that tell people
  override    change what was decided, with a reason that is recorded

The record
  receipts    list and show run receipts
  report      what was done in a time, by whom, and what people decided
  pr          a plan as a pull request: what was done, on what evidence
  replay      decide the recorded inputs again; play back a step
  verify      check the whole ledger, byte by byte
  guard       who answers for each commit: the rules as hooks and CI run them
  key         make and show this machine's key, which signs entries
  ledger      move it to another clone
  gc          pack and tidy what coo keeps

Everywhere
  --json      one documented shape, with a schema field
  -C <dir>    run as if started in <dir>
  --help      what a command does, with an example
  -V, --version

Exit codes: 0 ok, 1 failed, 2 usage, 3 denied, 4 approval pending, 5 claim conflict, 6 budget,
            7 ledger does not verify, 8 breaker open, 75 try again, 124 timed out, 130/143 signals;
            what each means: coo help exit-codes

Start here: coo init && coo run
`;
