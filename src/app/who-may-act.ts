/**
 * Who may act when.
 *
 * Hooks run before the filter process ends, Git nests commands, and an editor's `git status` may come
 * between. So what is noted in the journal of a live process is that process's to settle; and a hook,
 * which runs in the middle of a Git command, never judges edits, discards and conflicts.
 */
import type { ActionKind } from "../domain/decide.js";

/**
 * - filter: the end of a filter process; Git has written everything and waits
 * - hook: a hook or the monitor, inside a Git command
 * - command: a person's own blobsy command
 * - status: a look, which only takes note of edits
 */
export type Actor = "filter" | "hook" | "command" | "status";

const NOT_FOR_HOOKS: ReadonlySet<ActionKind> = new Set(["write-ref", "discard", "conflict"]);

export function mayAct(actor: Actor, action: ActionKind): boolean {
  if (actor === "status") return action === "write-ref" || action === "record";
  return actor !== "hook" || !NOT_FOR_HOOKS.has(action);
}
