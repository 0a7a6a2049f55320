// `_bus/README.md` is enough: whole steps by its commands alone, taken from the page itself, in two shells and in Python.
import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { answer } from '../../src/app/operations/manage.ts';
import { BUS_README } from '../../src/bin/bus-readme.ts';
import { UNTIL_GONE, withAgents, write } from '../support/agents-of-page.ts';
import { PAGE, TAKE, runAgent, runShell } from '../support/bus-page.ts';
import { shapeErrors } from '../../tools/generate.ts';

it('is one page: under 6,000 characters, and under 1,500 tokens by its words', () => {
  expect(BUS_README.length).toBeLessThan(6_000);
  expect(BUS_README.split(/\s+/).length * 1.35).toBeLessThan(1_500);
});

it.concurrent.each(['bash', 'sh'])('with the commands of the page, in %s: a step is found, claimed and done; what is missing stands in the claim file', async (shell) => {
  await withAgents(
    async (world) => {
      const lacking = 'until grep -q findings _bus/claims/$KEY.json; do sleep 0.1; done; cat _bus/claims/$KEY.json';
      const passed = 'grep -h result _report/agent/$SEAT/runs/*/*-$KEY.$FENCE.json';
      expect(BUS_README).toContain('`_report/agent/$SEAT/runs/*/*-$KEY.$FENCE.json`');
      const said = await runShell(world, shell, 'ada-1', ...TAKE, 'echo ---', PAGE.worktree, 'COMMIT=$START', PAGE.report['step.done'], lacking, 'echo ---', PAGE.report['step.progress'], 'echo hello > $WORK/a.txt', PAGE.commit, PAGE.report['step.done'], UNTIL_GONE, passed, 'git worktree remove --force $WORK');
      const [order = '', view = '', result] = said.split('---\n');
      expect(JSON.parse(order)).toMatchObject({ order_id: 'p.a.1', seat: 'ada-1', objective: 'do a', outputs: ['a.txt'] });
      expect(JSON.parse(view)).toMatchObject({ fence: 1, reported: false, findings: [{ code: 'OUTPUT_MISSING' }] });
      expect(shapeErrors('coo/claim.v1', JSON.parse(view))).toEqual([]);
      expect(result).toBe('  "result": "passed",\n');
      expect((await world.untilStep('p/a', 'done')).progress).toBe('half way');
      expect(world.repo.git('show', 'coo/p:a.txt')).toBe('hello');
    },
    write('a', { outputs: ['a.txt'] }),
  );
});

const PYTHON = spawnSync('python3', ['--version']).status === 0;
it.runIf(PYTHON)('with the page’s Python: claimed, progress told, done; another asked about, answered, blocked; a wrong fence refused', async () => {
  await withAgents(
    async (world) => {
      const script = [
        PAGE.python,
        'import glob, subprocess, time',
        'def view(key):',
        '    while True:',
        '        with open(f"_bus/claims/{key}.json") as file: found = json.load(file)',
        '        if "fence" in found: return found',
        '        time.sleep(0.1)',
        'claim("p", "a", "ada-1", "n-1")',
        'a = view("p.a")',
        'assert a["nonce"] == "n-1"',
        'order = json.load(open(a["order"]))',
        'subprocess.run(["git", "worktree", "add", "-q", "--detach", "../p.a.1", a["start_commit"]], check=True)',
        'open("../p.a.1/a.txt", "w").write("by python\\n")',
        'subprocess.run("git add -A && git commit -q -m python", shell=True, cwd="../p.a.1", check=True)',
        'commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd="../p.a.1", check=True, capture_output=True, text=True).stdout.strip()',
        'tell("ada-1-1", "step.progress", "p", "a", 1, text="half way, \\"quoted\\"")',
        'tell("ada-1-2", "step.done", "p", "a", 1, commit=commit)',
        'while os.path.exists("_bus/claims/p.a.json"): time.sleep(0.1)',
        'claim("p", "b", "ada-1", "n-2")',
        'view("p.b")',
        'try:',
        '    claim("p", "b", "ada-2", "n-3")',
        'except FileExistsError: print("taken")',
        'tell("ada-1-3", "step.progress", "p", "b", 7, text="wrong")',
        'while not glob.glob("_bus/rejected/ada-1-3.*.json"): time.sleep(0.1)',
        'print(json.load(open(glob.glob("_bus/rejected/ada-1-3.*.json")[0]))["reasons"][0]["code"])',
        'tell("ada-1-4", "step.question", "p", "b", 1, to="you", text="why?")',
        'while not os.path.exists("_bus/out/roles.writer/p.b.json"): time.sleep(0.1)',
        'claim("p", "b", "ada-1", "n-4")',
        'print(json.load(open(view("p.b")["order"]))["answers"][0]["answer"])',
        'tell("ada-1-5", "step.blocked", "p", "b", 2, reason="no key")',
      ].join('\n');
      const run = runAgent(world, 'python3', ['-c', script]);
      const asked = world.untilStep('p/b', 'blocked').then(async () => answer(await world.another(), 'p/b', 'because', 'you'));
      expect([await run, (await asked).ok]).toEqual(['taken\nFENCE_UNKNOWN\nbecause\n', true]);
      expect((await world.untilStep('p/a', 'done')).progress).toBe('half way, "quoted"');
      expect((await world.untilStep('p/b', 'blocked')).why).toBe('no key');
    },
    write('a', { outputs: ['a.txt'] }),
    write('b'),
  );
});
