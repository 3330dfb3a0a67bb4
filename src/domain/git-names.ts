/**
 * Names that a file system may take for one that Git, or blobsy itself, obeys.
 *
 * Git makes these checks for `x.bref` (read-cache.c verify_path, path.c is_ntfs_dot_generic,
 * utf8.c is_hfs_dot_generic), but nobody makes them for the payload `x`: `.git.bref` is an innocent
 * name and `.git` is not. So they are made again here, on every platform, since a repository
 * travels, and for more names than Git's four. Erring is cheap on one side only: a payload that
 * must be called something else costs a rename.
 */

/** A name that must not be a payload or a directory above one. */
interface ControlName {
  readonly name: string;
  /**
   * NTFS's fall-back short name: two letters, then a checksum of the long name. Given for each
   * name, because Windows hands it out as soon as four others share the first six letters.
   */
  readonly shortHash: string;
}

const CONTROL_NAMES: readonly ControlName[] = [
  { name: ".git", shortHash: "gi2837" },
  { name: ".gitattributes", shortHash: "gi7d29" },
  { name: ".gitmodules", shortHash: "gi7eba" },
  { name: ".gitignore", shortHash: "gi250a" },
  { name: ".gitconfig", shortHash: "gi40cf" },
  { name: ".mailmap", shortHash: "maba30" },
  { name: ".blobsyconfig", shortHash: "bld4a5" },
  { name: ".blobsyignore", shortHash: "blc9c2" },
  { name: ".blobsy", shortHash: "bl4ce7" },
  { name: ".lfsconfig", shortHash: "lfd659" },
  { name: ".envrc", shortHash: "enc70d" },
  { name: ".npmrc", shortHash: "np2e83" },
];
const BY_NAME = new Map(CONTROL_NAMES.map((control) => [control.name, control]));

const IGNORABLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
const ASCII = /^[\x20-\x7e]*$/;

/**
 * The name as the most forgiving file system would compare it: without the code points HFS+
 * ignores, compatibility forms and case folded (full-width `ｇ`, dotless `ı`).
 */
export function foldName(name: string): string {
  if (ASCII.test(name)) return name.toLowerCase();
  return name
    .replace(IGNORABLE, "")
    .normalize("NFKC")
    .replace(IGNORABLE, "")
    .toLowerCase()
    .replaceAll("i\u0307", "i")
    .replaceAll("\u0131", "i");
}

/** What NTFS makes of a folded name: the stream after `:` and trailing dots and spaces are gone. */
export function ntfsBase(folded: string): string {
  const colon = folded.indexOf(":");
  let end = colon === -1 ? folded.length : colon;
  while (end > 0 && (folded[end - 1] === "." || folded[end - 1] === " ")) end -= 1;
  return folded.slice(0, end);
}

/** The control name that this path component is, or folds to; `null` for any other name. */
export function controlNameOf(component: string): string | null {
  const base = ntfsBase(foldName(component));
  const exact = BY_NAME.get(base);
  if (exact) return exact.name;
  const tilde = base.indexOf("~");
  if (tilde === -1) return null;
  const stem = base.slice(0, tilde);
  const count = base.slice(tilde + 1);
  if (!/^[1-9][0-9]{0,6}$/.test(count)) return null;
  const short = CONTROL_NAMES.find(({ name, shortHash }) => {
    if (stem === name.slice(1, 7)) return true;
    return base.length === 8 && shortHash.startsWith(stem);
  });
  return short?.name ?? null;
}

/** `.git` under any of its spellings. */
export function isDotGit(component: string): boolean {
  return controlNameOf(component) === ".git";
}

const RESERVED = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[1-9\u00b9\u00b2\u00b3])$/;

/**
 * A device on Windows, whatever extension follows: `aux.bin`, `NUL .txt`, `com¹`.
 * (Microsoft, "Naming Files, Paths, and Namespaces".)
 */
export function isReservedOnWindows(component: string): boolean {
  const end = component.search(/[.:]/);
  const stem = end === -1 ? component : component.slice(0, end);
  return RESERVED.test(stem.trimEnd().toLowerCase());
}
