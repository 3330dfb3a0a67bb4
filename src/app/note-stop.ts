/** When a whole reconcile stopped, the next blobsy command must know: Git will not tell. */
import { fromErrno } from "../domain/errors.js";
import { addNote } from "../worktree/notices.js";
import type { Context } from "./context.js";

export async function noteStop(ctx: Context, error: unknown): Promise<void> {
  const { code, message } = fromErrno(error, "keeping payloads in step", ".");
  try {
    await addNote(ctx.repo.worktreeState, { path: ".", code, message });
  } catch {
    // the disk that stopped us may refuse this as well; the error itself is still told
  }
}
