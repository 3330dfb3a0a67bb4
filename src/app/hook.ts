/**
 * What each Git hook means. The stubs in `hooks/` leave in plain shell when there is nothing to do, so
 * whatever comes here has work.
 */
import { BlobsyError } from "../domain/errors.js";
import { tookMs, trace } from "../fs/trace.js";
import type { Context } from "./context.js";
import { describeReport } from "./describe.js";
import { dropGitTemporaryIndex } from "./git-environment.js";
import { reconcile } from "./reconcile.js";

export const HOOKS = [
  "post-checkout",
  "post-merge",
  "post-index-change",
  "monitor",
  "pre-commit",
  "pre-push",
] as const;
export type HookName = (typeof HOOKS)[number];

/**
 * @param input what Git writes to the hook's standard input (pre-push)
 * @returns the hook's exit code: not 0 stops a commit or a push, and nothing else
 */
export async function runHook(
  ctx: Context,
  name: HookName,
  args: readonly string[],
  input: AsyncIterable<Uint8Array>,
): Promise<number> {
  switch (name) {
    case "pre-commit":
      return (await import("./pre-commit.js")).preCommit(ctx);
    case "pre-push":
      return (await import("./pre-push.js")).prePush(ctx, args, input);
    case "post-checkout":
    case "post-merge":
    case "post-index-change":
    case "monitor":
      await reconcileInHook(ctx, name);
      return 0;
  }
}

/** These must not stop Git, and come while Git may still be at work: they wait for nobody. */
async function reconcileInHook(ctx: Context, name: HookName): Promise<void> {
  // Git moves HEAD after it has written its index.
  const headMoves = name === "post-index-change";
  dropGitTemporaryIndex(ctx.repo.gitDir);
  const began = performance.now();
  const report = await reconcile(ctx, { actor: "hook", wait: false, headMoves });
  trace("hook", () => {
    const { inStep, held, ran } = report;
    const done = ran ? `${inStep} in step, ${held} held` : "another process does it";
    return `${name}: ${done}, ${tookMs(began)}`;
  });
  // What is left alone is told by `git status` and `blobsy status`; this runs in every Git command.
  const events = report.events.filter((event) => event.kind !== "left");
  for (const line of describeReport({ ...report, events, refused: [] })) ctx.reporter.warn(line);
}

export function asHookName(name: string): HookName {
  const known = HOOKS.find((hook) => hook === name);
  if (known) return known;
  const message = name === "" ? "which hook is not said" : `blobsy has no hook called ${name}`;
  throw new BlobsyError("USAGE", `${message}; there are ${HOOKS.join(", ")}`);
}
