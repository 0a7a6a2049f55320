import type { Order } from '../../kernel/order.ts';
import { parseOrder } from '../../format/order.ts';
import { readIfRegular } from '../faults.ts';
import { cooPaths } from '../layout.ts';
import type { World } from '../world.ts';
import { loginSecrets } from './agent-home.ts';
import { attemptEnv, secretsOf, treeMark } from './environment.ts';
import { redactor } from './redact.ts';

type Room = Pick<World, 'files' | 'layout' | 'env' | 'secrets'>;

const ORDER_CAP = 4_194_304;
const TOKEN_CAP = 256;
/** What is larger goes: nobody looks through it, and it was not cleaned. */
const OUTPUT_CAP = 67_108_864;

/** Values of an attempt that must not be stored, as far as they can be known when it is over: its token, its log-in, and what its environment holds. */
export async function attemptSecrets(world: Room, order: Order): Promise<readonly string[]> {
  const token = new TextDecoder().decode((await readIfRegular(world.files, cooPaths.token(world.layout, order.order_id), TOKEN_CAP)) ?? new Uint8Array()).trim();
  const env = attemptEnv(order, world.env, { folder: '', inbox: '', orderFile: '', token, tree: '', binFolder: '' });
  return [...(token === '' ? [] : [token]), ...secretsOf(env), ...(await loginSecrets(world, order.agent?.login ?? []))];
}

/** Output that a killed worker left as it came: secrets are taken out of it, where it lies. A worker that lives does that itself before it keeps it. */
export async function cleanOutput(world: Room, ledger: string, order_id: string): Promise<void> {
  const { files, layout } = world;
  const folder = cooPaths.logs(layout);
  const names = (await files.list(folder)).filter((name) => name.startsWith(`.${treeMark(ledger, order_id).value}.`));
  if (names.length === 0) return;
  const path = cooPaths.order(layout, order_id);
  const bytes = await readIfRegular(files, path, ORDER_CAP);
  const parsed = bytes === undefined ? undefined : parseOrder(bytes, path);
  const { bytes: clean } = redactor(world.secrets, parsed?.ok === true ? await attemptSecrets(world, parsed.order) : []);
  for (const name of names) {
    const raw = await readIfRegular(files, `${folder}/${name}`, OUTPUT_CAP);
    if (raw === undefined) await files.remove(`${folder}/${name}`);
    else await files.replaceView(`${folder}/${name}`, await clean(raw, true));
  }
}
