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
 * - fsck: a repair of what blobsy remembers; payloads and ref files stay as they are
 */
export type Actor = "filter" | "hook" | "command" | "status" | "fsck";

const NOT_FOR_HOOKS: ReadonlySet<ActionKind> = new Set(["write-ref", "discard", "conflict"]);

/** Did somebody ask for this, now? Then what is committed, and what is configured, may be changed. */
export function isPersons(actor: Actor): boolean {
  return actor === "command" || actor === "fsck";
}

export function mayAct(actor: Actor, action: ActionKind): boolean {
  if (actor === "status") return action === "write-ref" || action === "record";
  if (actor === "fsck") return action === "record" || action === "forget";
  return actor !== "hook" || !NOT_FOR_HOOKS.has(action);
}
