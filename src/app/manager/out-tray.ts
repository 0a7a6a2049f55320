import { renderFile } from '../../format/file.ts';
import type { FileInfo } from '../../ports/files.ts';
import { busPaths } from '../layout.ts';
import { Incidents } from './incidents.ts';
import { Since, newestEntries } from '../since.ts';
import { REPORT, outViews } from './out-views.ts';
import type { OutViews } from './out-views.ts';
import type { Desk } from './shared.ts';

/** While turn follows turn, the tray is brought up to date this often, in milliseconds; at rest at once. */
const BUSY_MS = 500;
/** Files that were changed by others are found this often, on the beat of all other looks, in milliseconds. */
const LOOK_MS = 10_000;

/**
 * `_bus/out`: offers and the manager's report, in every worktree that shows the bus. Views: nobody reads them back, what others change or
 * remove is written again, and what others add under our names goes.
 */
export class OutTray {
  readonly #desk: Desk;
  readonly #incidents = new Incidents();
  readonly #since = new Since();
  #views: OutViews = new Map();
  #seq = -1;
  #shownAt = Number.NEGATIVE_INFINITY;
  #lookAt = 0;
  /** What stands in each file, and what it looked like when it was written. */
  readonly #written = new Map<string, { readonly text: string; readonly stamp: string }>();

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** Shows what is so, if it is not shown yet. */
  async show(moved: boolean): Promise<void> {
    const { session, worktrees, world } = this.#desk;
    const now = world.clock.monotonic();
    const look = now >= this.#lookAt;
    const news = session.seq !== this.#seq && (!moved || now - this.#shownAt >= BUSY_MS);
    if (!look && !news) return;
    if (news) {
      this.#shownAt = now;
      await this.#follow();
      this.#views = outViews(session.state, this.#incidents.newest, (plan, step) => this.#since.of(plan, step));
    }
    if (look) this.#lookAt = (Math.floor(now / LOOK_MS) + 1) * LOOK_MS;
    for (const worktree of worktrees) await this.#showIn(busPaths.out(worktree), look);
  }

  /** Takes in what was appended since the last look. */
  async #follow(): Promise<void> {
    const { session } = this.#desk;
    const entries = await newestEntries(session, this.#seq);
    this.#seq = session.seq;
    this.#incidents.take(entries);
    this.#since.take(entries);
  }

  async #showIn(out: string, look: boolean): Promise<void> {
    const { world, folders } = this.#desk;
    await folders.tend(out, 'restoring', undefined, async () => {
      const there = (await world.files.list(out)).filter((name) => name === REPORT || /^(?:roles|seats)\./.test(name));
      for (const folder of new Set([...this.#views.keys(), ...there])) {
        await folders.tend(`${out}/${folder}`, 'restoring', undefined, async () => this.#showFolder(`${out}/${folder}`, this.#views.get(folder) ?? new Map(), look));
      }
    });
  }

  async #showFolder(folder: string, wanted: ReadonlyMap<string, object>, look: boolean): Promise<void> {
    const { files } = this.#desk.world;
    if (wanted.size > 0) await files.folder(folder);
    const there = new Set(await files.list(folder));
    for (const name of there) {
      if (wanted.has(name) || name.startsWith('.') || !name.endsWith('.json') || (await files.info(`${folder}/${name}`))?.kind === 'folder') continue;
      await files.remove(`${folder}/${name}`);
      this.#written.delete(`${folder}/${name}`);
    }
    for (const [name, value] of wanted) await this.#write(`${folder}/${name}`, value, there.has(name), look);
  }

  async #write(path: string, value: object, there: boolean, look: boolean): Promise<void> {
    const { files } = this.#desk.world;
    const text = JSON.stringify(value);
    const known = this.#written.get(path);
    if (there && known?.text === text && (!look || stampOf(await files.info(path)) === known.stamp)) return;
    await files.replaceView(path, renderFile({ ...value, as_of: this.#seq }));
    this.#written.set(path, { text, stamp: stampOf(await files.info(path)) });
  }
}

function stampOf(info: FileInfo | undefined): string {
  return info === undefined ? '' : `${info.kind}.${String(info.inode)}.${String(info.size)}.${String(info.mtimeMs)}`;
}
