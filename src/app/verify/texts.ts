import type { Entry } from '../../format/entry.ts';
import type { Event } from '../../kernel/event.ts';

/** A text that people wrote, as an event took it over. */
interface Taken {
  readonly what: string;
  readonly digest: string;
  /** Its path in the ledger; null = a file of `_plans`, under a name that the event does not tell. */
  readonly path: string | null;
}

/** What an entry takes over without the text whose digest it gives: what was approved would then be nowhere. Each as the end of a sentence about the entry. */
export function textsAbsent({ events, files }: Pick<Entry, 'events' | 'files'>): readonly string[] {
  return events.flatMap((event) => {
    const taken = takenBy(event);
    if (taken === undefined) return [];
    const { what, digest, path } = taken;
    const isThere = files.some((file) => file.sha256 === digest && (path === null ? file.path.startsWith('_plans/') : file.path === path));
    return isThere ? [] : [`takes over ${what} (${digest.slice(0, 12)}), and names no ${path ?? 'file of _plans'} with that digest`];
  });
}

function takenBy(event: Event): Taken | undefined {
  switch (event.type) {
    case 'plan.accepted':
      return { what: `plan ${event.plan.plan_id}`, digest: event.digest, path: event.file === undefined ? null : `_plans/${event.file}` };
    case 'plan.revised':
      return { what: `revision ${String(event.revision)} of plan ${event.plan.plan_id}`, digest: event.digest, path: null };
    case 'org.set':
      return { what: 'an organisation', digest: event.digest, path: '_plans/coo.yaml' };
    case 'signers.set':
      return { what: `version ${String(event.version)} of the signers`, digest: event.digest, path: '_plans/signers.yaml' };
    default:
      return undefined;
  }
}
