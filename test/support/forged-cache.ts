import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Puts other bytes in the place of a plan's cached fold, with every digest made to hold. */
export function forgeCachedPlan(folder: string, plan_id: string, text: string): void {
  const path = join(folder, 'head.json');
  const body = readFileSync(path, 'utf8').split('\n').slice(1).join('\n');
  const head = JSON.parse(body) as { readonly plans: { readonly plan_id: string; readonly file: string; sha256: string }[] };
  const line = head.plans.find((one) => one.plan_id === plan_id);
  if (line === undefined) throw new Error(`${plan_id} is not in the cache`);
  writeFileSync(join(folder, line.file), text);
  line.sha256 = sha256(text);
  const forged = `${JSON.stringify(head)}\n`;
  writeFileSync(path, `${sha256(forged)}\n${forged}`);
}
