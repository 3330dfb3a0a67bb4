/**
 * Which files of a directory leave Git when the directory is tracked. A file named by itself, or by a
 * glob, is tracked whatever these rules say.
 */
import { formatBytes } from "../domain/format.js";
import { globMatcher } from "./arguments.js";

export interface ExternalizeRules {
  /** Bytes from which a file leaves Git. */
  readonly minSize: number;
  readonly always: readonly string[];
  readonly never: readonly string[];
}

/** `null` when the file is to be tracked; otherwise why it stays in Git. */
export type WhyNot = (name: string, size: number) => string | null;

/** `never` outranks `always`, and both outrank the size. */
export async function externalizeRule(rules: ExternalizeRules): Promise<WhyNot> {
  const never = await globMatcher(rules.never);
  const always = await globMatcher(rules.always);
  return (name, size) => {
    if (never(name)) return "stays in Git: externalize.never matches it";
    if (always(name) || size >= rules.minSize) return null;
    return `stays in Git: smaller than ${formatBytes(rules.minSize)} (externalize.minSize)`;
  };
}
