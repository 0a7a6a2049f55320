import { interleave } from '../interleave.ts';
import type { Reach, Row } from '../row.ts';
import { bareNode, cleanEnv, coo, inScratch } from './scratch.ts';

/** A row for `coo <flag>`, held against a Node that does nothing. */
export function coldRow(name: string, flag: string, reach: Reach): Row {
  return {
    name,
    unit: 'ms',
    reach,
    run: (quick) =>
      inScratch('cold', async (folder) => {
        const env = cleanEnv(folder);
        const times = await interleave({ coo: () => coo(folder, env, [flag]), node: () => bareNode(folder, env) }, quick ? 1 : 40);
        return { value: times.coo.p50, floor: times.node.p50, ratio: times.coo.p50 / times.node.p50 };
      }),
  };
}
