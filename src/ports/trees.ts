/** Copies of files and folders, for what is kept beside the workspaces. */
export interface Trees {
  /**
   * Copies a file or a folder as it is: links as links, rights, times of change. Blocks are shared where the file system copies them when
   * they are written, and nothing else is: a write to one never shows in the other. `to` must be absent.
   * Throws when something is neither file, folder nor link, or changes meanwhile; then a part of the copy may stand.
   */
  copy(from: string, to: string): Promise<TreeShape>;
  /** Bytes that a file or a folder takes on the disk; what is linked twice counts once, what is absent 0. */
  bytes(path: string): Promise<number>;
}

/** What was copied. Equal digests: the same names, kinds, rights, sizes, times of change and link targets. */
export interface TreeShape {
  readonly digest: string;
  readonly files: number;
  readonly bytes: number;
  /** Symlinks: path below the top (empty for the top itself) and target. */
  readonly links: readonly { readonly path: string; readonly target: string }[];
}
