import { openContext } from "../../app/context.js";
import { namedVersions, recover, type Recoverable, type Recovered } from "../../app/recover.js";
import { BlobsyError } from "../../domain/errors.js";
import { shortOid } from "../../domain/oid.js";
import { parsePlace } from "../../domain/remote-place.js";
import { pasteWord } from "../../domain/shell-words.js";
import { formatSize } from "../../domain/size.js";
import type { CommandCall, Outcome, Run } from "../host.js";
import { withHash } from "../json.js";
import { name, reconcileOutcome } from "../render.js";

export const run: Run = async (call) => {
  const { cwd, args, dryRun, reporter, signal, flags } = call;
  const ctx = await openContext(cwd, reporter);
  const oid = text(
    call,
    "oid",
    /^(?:sha256:)?[0-9a-f]{4,64}$/i,
    "a hash as listed, or four or more digits of its beginning",
  );
  const to = text(call, "to", /./, "the name of a file");
  const named = {
    cwd,
    args,
    ...(oid === undefined ? {} : { oid: oid.toLowerCase().replace(/^sha256:/, "") }),
  };
  if (flags["list"] === true || (args.length === 0 && to === undefined)) {
    return listed(await namedVersions(ctx, named), ctx.repo.worktree);
  }
  if (args.length === 0 && oid === undefined) {
    throw new BlobsyError("USAGE", "a path or --oid must say what to bring back", {
      next: "blobsy recover --help",
    });
  }
  const request = { ...named, dryRun, signal, ...(to === undefined ? {} : { to }) };
  const { recovered, problems, report } = await recover(ctx, request);
  const done = reconcileOutcome(report, { dryRun });
  return {
    ...done,
    result: { recovered: recovered.map(recoveredJson), ...(dryRun ? { dry_run: true } : {}) },
    notes: [
      ...recovered.map((one) => told(one, dryRun)),
      ...(report.events.length > 0 ? done.notes : []),
    ],
    problems: [...problems, ...done.problems],
  };
};

function recoveredJson({ path, to, version, tracked }: Recovered): object {
  return { path, to, version: versionJson(version), tracked };
}

function versionJson({ key, ...version }: Recoverable): object {
  return { ...withHash(version), ...(key === undefined ? {} : parsePlace(key)) };
}

function text(
  { flags }: CommandCall,
  flag: string,
  allowed: RegExp,
  takes: string,
): string | undefined {
  const value = flags[flag];
  if (typeof value !== "string" || allowed.test(value)) return value as string | undefined;
  throw new BlobsyError("USAGE", `--${flag} takes ${takes}, not ${value}`, {
    next: "blobsy recover --help",
  });
}

function told({ path, to, version, tracked }: Recovered, dryRun: boolean): string {
  const { why, time, oid, size } = version;
  const where = path === to ? "" : ` to ${name(to)}`;
  const what = path === "" ? shortOid(oid) : name(path);
  const now = tracked || dryRun ? "" : "; an ordinary file, for it has no ref file";
  const next = now === "" || to.startsWith("/") ? "" : `: blobsy track ${pasteWord(to)}`;
  return `${dryRun ? "would bring back" : "brought back"} ${what}${where} as it was ${why} at ${time} (${shortOid(oid)}, ${formatSize(size)})${now}${next}`;
}

function listed(entries: readonly Recoverable[], worktree: string): Outcome {
  const lines = entries.map((entry) => {
    const { time, oid, size, why, path, available, key } = entry;
    const where = path === "" ? "(path unknown)" : name(path);
    const other = entry.worktree === "" || entry.worktree === worktree;
    const which = other ? "" : `  (in ${name(entry.worktree)})`;
    const gone = available ? "" : key ? "  (on the remote)" : "  (no longer in the store)";
    return `${time}  ${shortOid(oid)}  ${formatSize(size).padStart(8)}  ${why.padEnd(11)}  ${where}${which}${gone}`;
  });
  return {
    result: { versions: entries.map(versionJson) },
    answer: lines,
    notes: lines.length === 0 ? ["nothing was replaced or removed here"] : [],
  };
}
