import { fsck, type FoundFault, type FsckReport } from "../../app/fsck/fsck.js";
import { redact } from "../../domain/redact.js";
import { formatCount, formatSize } from "../../domain/size.js";
import { escapeForTerminal } from "../../domain/terminal.js";
import type { Outcome, Run } from "../host.js";
import { errorJson } from "../report-error.js";

export const run: Run = async ({ cwd, flags, dryRun, reporter, signal }) => {
  const repair = flags["repair"] === true && !dryRun;
  const all = flags["all"] === true;
  const remote = await remoteLook(flags);
  const report = await fsck({ cwd, repair, all, remote, reporter, signal });
  const open = report.faults.filter(({ state }) => state !== "mended");
  return {
    result: fsckJson(report),
    answer: report.faults.flatMap(faultLines),
    notes: [...report.notes.map(escapeForTerminal), summaryLine(report), ...nextLine(open, flags)],
    exitCode: open.length > 0 ? 2 : 0,
  };
};

/** `--read-data` and `--backend` ask the remote too; without a share the first reads everything. */
async function remoteLook(flags: Readonly<Record<string, unknown>>) {
  const { readData: read, backend: name } = flags;
  if (read === undefined && name === undefined && flags["remote"] !== true) return null;
  const backend = typeof name === "string" ? { backend: name } : {};
  if (read === undefined) return { readShare: 0, ...backend };
  const { readShareOf } = await import("../../app/fsck/remote.js");
  return { readShare: typeof read === "string" ? readShareOf(read) : 1, ...backend };
}

const STATE_WORDS: Readonly<Record<FoundFault["state"], string>> = {
  found: "",
  mended: " (mended)",
  left: " (left as it is)",
};

function faultLines({ fault, about, message, state, next, repairable, error }: FoundFault) {
  const shown = redact(escapeForTerminal(`${fault}: ${about}: ${message}`));
  const lines = [shown + STATE_WORDS[state]];
  if (error) lines.push(`  repair failed: ${redact(escapeForTerminal(error.message))}`);
  const isOpen = state === "left" || (state === "found" && !repairable);
  if (isOpen && next !== undefined) lines.push(`  next: ${redact(escapeForTerminal(next))}`);
  return lines;
}

function summaryLine({ refFiles, files, bytes, faults }: FsckReport): string {
  const looked = `${formatCount(refFiles, "ref file")}, and ${formatCount(files, "file")} read whole (${formatSize(bytes)})`;
  if (faults.length === 0) return `looked at ${looked}: nothing is wrong`;
  const mended = faults.filter(({ state }) => state === "mended").length;
  const rest = mended === 0 ? "" : `, ${formatCount(mended)} of them mended`;
  return `looked at ${looked}: ${formatCount(faults.length, "fault")}${rest}`;
}

/** With what it takes to find them again: a share of the remote would be another one next time. */
function nextLine(open: readonly FoundFault[], flags: Readonly<Record<string, unknown>>): string[] {
  const toMend = open.filter(({ state, repairable }) => state === "found" && repairable);
  if (toMend.length === 0) return [];
  const isRemote = toMend.some(({ fault }) => fault.startsWith("remote-"));
  const deeply = flags["readData"] === undefined ? "--remote" : "--read-data";
  const words = [...(flags["all"] === true ? ["--all"] : []), ...(isRemote ? [deeply] : [])];
  return [`next: ${["blobsy fsck", ...words, "--repair"].join(" ")}`];
}

function fsckJson({ faults, notes, refFiles, files, bytes }: FsckReport): Outcome["result"] {
  return {
    faults: faults.map(({ fault, about, message, state, repairable, next, error }) => ({
      fault,
      about,
      message,
      state,
      repairable,
      ...(next === undefined ? {} : { next }),
      ...(error === undefined ? {} : { error: errorJson(error) }),
    })),
    notes,
    ref_files: refFiles,
    files_read: files,
    bytes_read: bytes,
  };
}
