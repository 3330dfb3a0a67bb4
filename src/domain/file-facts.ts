/**
 * What one `lstat` says of a file, and no more. Times are whole nanoseconds since the epoch, as the
 * file system reports them; `mode` is the permission bits (0o7777).
 */
export interface FileFacts {
  readonly kind: "file" | "symlink" | "directory" | "other";
  readonly size: number;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  readonly ino: bigint;
  readonly dev: bigint;
  readonly nlink: number;
  readonly mode: number;
}

/** Same file, same times, same length: nothing we can see without reading has changed. */
export function sameFacts(a: FileFacts, b: FileFacts): boolean {
  return (
    a.kind === b.kind &&
    a.size === b.size &&
    a.mtimeNs === b.mtimeNs &&
    a.ctimeNs === b.ctimeNs &&
    a.ino === b.ino
  );
}

/**
 * The same bytes under another name: a rename or a link moves ctime, and only ctime.
 * (On Linux `rename(2)` and `link(2)` set it; the content's own times stay.)
 */
export function sameContentFacts(a: FileFacts, b: FileFacts): boolean {
  return a.kind === b.kind && a.size === b.size && a.mtimeNs === b.mtimeNs && a.ino === b.ino;
}
