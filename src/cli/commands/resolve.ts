import { openContext } from "../../app/context.js";
import type { ConflictSides, Version } from "../../app/conflict-sides.js";
import { resolve } from "../../app/resolve.js";
import { BlobsyError } from "../../domain/errors.js";
import { shortOid } from "../../domain/oid.js";
import { pasteWord } from "../../domain/shell-words.js";
import { formatSize } from "../../domain/size.js";
import type { Run } from "../host.js";
import { name, reconcileOutcome, summary } from "../render.js";

export const run: Run = async ({ cwd, args, flags, dryRun, reporter, signal }) => {
  const side = flags["ours"] === true ? "ours" : flags["theirs"] === true ? "theirs" : null;
  const show = flags["show"] === true;
  const keepBoth = flags["keepBoth"] === true;
  const next = "blobsy resolve --help";
  if (side === null && !show && !keepBoth) {
    const message = "--ours, --theirs, --show or --keep-both must be given";
    throw new BlobsyError("USAGE", message, { next });
  }
  if (
    show ? args.length > 0 && flags["all"] === true : args.length > 0 === (flags["all"] === true)
  ) {
    throw new BlobsyError("USAGE", "paths or --all must be given, and not both", { next });
  }
  const ctx = await openContext(cwd, reporter, signal);
  const found = await resolve(ctx, { cwd, args, side, keepBoth, dryRun });
  const { settled, calm, conflicts, beside, report } = found;
  const done = reconcileOutcome(report, { dryRun });
  const what = side === "ours" ? "kept ours in" : "took theirs in";
  const nothing = conflicts.length + calm.length === 0 ? ["there is no conflict"] : [];
  return {
    ...done,
    result: {
      ...done.result,
      side,
      settled,
      conflicts: conflicts.map(sidesJson),
      beside: beside.map(({ file }) => file),
      ...(dryRun ? { dry_run: true } : {}),
    },
    answer: show ? conflicts.flatMap(sidesLines) : [],
    notes: [
      ...(show ? choices(conflicts.map(({ path }) => path)) : []),
      ...(side === null ? [] : summary(dryRun ? "would settle" : what, settled)),
      ...beside.map(
        ({ side: which, file }) => `${which} ${dryRun ? "would be" : "is"} in ${name(file)}`,
      ),
      ...calm.map((path) => `${name(path)} is in no conflict`),
      ...nothing,
      ...(report.events.length > 0 ? done.notes : []),
    ],
  };
};

/** How a conflict that was shown can be settled. */
function choices(paths: readonly string[]): string[] {
  const [first, ...others] = paths;
  if (first === undefined) return [];
  const which = others.length === 0 ? pasteWord(first) : "--all";
  return [
    `to keep yours:  blobsy resolve --ours ${which}`,
    `to take theirs: blobsy resolve --theirs ${which}`,
  ];
}

function sidesLines({ path, ours, theirs, base }: ConflictSides): string[] {
  const side = (title: string, version: Version | null): string =>
    version === null
      ? `  ${title}  removed`
      : `  ${title}  ${shortOid(version.oid)}  ${version.size === null ? "" : formatSize(version.size)}`;
  return [
    name(path),
    side("ours  ", ours),
    side("theirs", theirs),
    ...(base === null ? [] : [`  base    ${shortOid(base)}`]),
  ];
}

function sidesJson({ path, ours, theirs, base }: ConflictSides): object {
  const version = (one: Version | null): object | null =>
    one && { hash: `sha256:${one.oid}`, size: one.size };
  return {
    path,
    ours: version(ours),
    theirs: version(theirs),
    base: base === null ? null : `sha256:${base}`,
  };
}
