/**
 * Where BLOBSY_TRACE wants its lines. Its values mean what those of GIT_TRACE mean (git(1)), but for the
 * descriptors 3 to 9: in a Node process those are Node's own.
 */
export type TraceTarget =
  | { readonly kind: "off" }
  | { readonly kind: "stderr" }
  | { readonly kind: "file"; readonly file: string }
  | { readonly kind: "unknown" };

/** @param isAbsolute says so of a path on this system */
export function traceTarget(
  value: string,
  isAbsolute: (this: void, path: string) => boolean,
): TraceTarget {
  const word = value.toLowerCase();
  if (word === "" || word === "0" || word === "false") return { kind: "off" };
  if (word === "1" || word === "2" || word === "true") return { kind: "stderr" };
  return isAbsolute(value) ? { kind: "file", file: value } : { kind: "unknown" };
}
