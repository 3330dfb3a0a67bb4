import { openContext } from "../../app/context.js";
import { namedPaths, pull } from "../../app/pull.js";
import { push } from "../../app/push.js";
import { warnOfSetUp } from "../../app/warn-of-set-up.js";
import { listFlag, type CommandCall, type Outcome, type Run } from "../host.js";
import { BlobsyError } from "../../domain/errors.js";
import { formatCount } from "../../domain/size.js";
import {
  blobJson,
  name,
  reconcileOutcome,
  transferJson,
  transferNote,
  transferProblems,
} from "../render.js";
import { pushOutcome } from "./push.js";

export const run: Run = async (call) => {
  const { cwd, args, flags, dryRun, reporter, signal } = call;
  if (flags["from"] !== undefined || flags["to"] !== undefined) return copy(call);
  const ctx = await openContext(cwd, reporter, signal);
  const scope = {
    cwd,
    args,
    include: listFlag(flags, "include"),
    exclude: listFlag(flags, "exclude"),
  };
  const inStep = reconcileOutcome(await pull(ctx, { ...scope, force: false, dryRun }), { dryRun });
  signal.throwIfAborted();
  const only = await namedPaths(ctx, scope);
  const sent = await push(ctx, { cwd, args: [], dryRun, signal, ...(only ? { only } : {}) });
  await warnOfSetUp(ctx);
  const uploads = pushOutcome(sent, dryRun);
  return {
    ...inStep,
    result: { ...inStep.result, uploads: uploads.result },
    notes: [...inStep.notes, ...(uploads.notes ?? [])],
    problems: [...inStep.problems, ...(uploads.problems ?? [])],
    ...(uploads.problems?.length ? { exitCode: 1 } : {}),
  };
};

async function copy({ cwd, args, flags, dryRun, reporter, signal }: CommandCall): Promise<Outcome> {
  const { from, to } = flags;
  if (typeof from !== "string" || typeof to !== "string") {
    throw new BlobsyError("USAGE", "--from and --to go together", { next: "blobsy sync --help" });
  }
  if (args.length + listFlag(flags, "include").length + listFlag(flags, "exclude").length > 0) {
    throw new BlobsyError("USAGE", "--from and --to copy everything: no path can be named");
  }
  const ctx = await openContext(cwd, reporter, signal);
  const { copyBetweenRemotes } = await import("../../app/copy-remote.js");
  const { blobs, unreadable, report } = await copyBetweenRemotes(ctx, { from, to, dryRun, signal });
  const lost = unreadable.map(
    ({ path, refOid, reason }) =>
      new BlobsyError(
        "BAD_REF_FILE",
        `a ref file of the history (${refOid.slice(0, 12)}): ${reason}`,
        {
          path,
        },
      ),
  );
  if (dryRun) {
    const note = `would make sure that ${to} has ${formatCount(blobs.length, "blob")}`;
    return { result: { dry_run: true, blobs: blobs.map(blobJson) }, notes: [note], problems: lost };
  }
  return {
    result: transferJson(report),
    notes: [transferNote("copied", `on ${name(to)}`, report)],
    problems: [...transferProblems(report), ...lost],
  };
}
