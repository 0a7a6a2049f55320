import type { Finding } from '../../kernel/event.ts';
import type { UnfitContent } from '../../ports/git-work.ts';

/** A finding's code for each thing that no look at a change gets past. */
const CODES: Readonly<Record<UnfitContent['code'], string>> = {
  WORK_PATH_NOT_UTF8: 'PATH_NOT_UTF8',
  WORK_TOO_MANY_ENTRIES: 'CHANGE_TOO_LARGE',
  WORK_TOO_DEEP: 'CHANGE_TOO_DEEP',
  WORK_OBJECT_BROKEN: 'IMPORT_BROKEN',
  WORK_OBJECT_WRONG_TYPE: 'IMPORT_BROKEN',
  WORK_OBJECT_TOO_LARGE: 'CHANGE_TOO_LARGE',
};

/** What is wrong with a change that cannot be looked at; undefined where something else went wrong, which may be better the next time. */
export function unfitFinding(cause: unknown): Finding | undefined {
  if (!(cause instanceof Error) || !('code' in cause) || typeof cause.code !== 'string') return undefined;
  const code = Object.hasOwn(CODES, cause.code) ? CODES[cause.code as UnfitContent['code']] : undefined;
  return code === undefined ? undefined : { code, message: cause.message.replace(`${cause.code}: `, '') };
}
