import { controlNameOf } from "./git-names.js";
import { pathMatcher } from "./path-match.js";
import { REF_SUFFIX } from "./repo-path.js";

/** `[externalize]` of the configuration. */
export interface ExternalizeRules {
  /** Bytes from which a file becomes a payload. */
  readonly minSize: number;
  readonly always: readonly string[];
  readonly never: readonly string[];
}

export interface ExternalizeVerdict {
  readonly externalize: boolean;
  /** The setting that decided; "name": what Git and blobsy read themselves is never asked about. */
  readonly because: "name" | "never" | "always" | "minSize";
}

/** Whether a file should become a payload: `never` outranks `always`, which outranks the size. */
export function externalizer(
  rules: ExternalizeRules,
): (path: string, size: number) => ExternalizeVerdict {
  const never = pathMatcher(rules.never);
  const always = pathMatcher(rules.always);
  return (path, size) => {
    if (isReadByGit(path)) return { externalize: false, because: "name" };
    if (never(path)) return { externalize: false, because: "never" };
    if (always(path)) return { externalize: true, because: "always" };
    return { externalize: size >= rules.minSize, because: "minSize" };
  };
}

/** `.gitattributes`, `.gitignore`, `.blobsyconfig` and the like, and ref files. */
function isReadByGit(path: string): boolean {
  return path.endsWith(REF_SUFFIX) || path.split("/").some((name) => controlNameOf(name) !== null);
}
