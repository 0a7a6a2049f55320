import { harnessContract } from '../contracts/harness.contract.ts';

harnessContract({ kind: 'command', program: 'agent-command' });
harnessContract({ kind: 'acp', program: 'agent-acp' });
