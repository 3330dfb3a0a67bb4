/** `blobsy status` as lines and as JSON. Pure. */
import { createColors } from "picocolors";
import type { FileState, FileStatus, StatusReport } from "../app/status.js";
import { shortOid } from "../domain/oid.js";
import { formatCount, formatSize } from "../domain/size.js";
import { escapeForTerminal } from "../domain/terminal.js";

interface StateWords {
  /** Of several payloads. */
  readonly title: string;
  /** What settles it; `null` when nothing has to. */
  readonly next: string | null;
}

const STATES: Readonly<Record<FileState, StateWords>> = {
  "in-step": { title: "in step", next: null },
  edited: { title: "edited", next: "git add -u, or git commit -a" },
  stale: { title: "older than their ref files", next: "blobsy sync" },
  absent: { title: "not here", next: "blobsy pull" },
  "left-out": { title: "left out", next: null },
  conflict: { title: "in conflict", next: "blobsy resolve --ours <path>, or --theirs" },
  "ref-removed": { title: "without their ref file", next: "blobsy sync" },
  renamed: { title: "to be renamed with their ref files", next: "blobsy sync" },
  "tracked-by-git": { title: "in Git itself", next: "git rm --cached <path>" },
  unusable: { title: "left alone", next: null },
};

/** In this order, the worst last: it stays on the screen. */
const ORDER = Object.keys(STATES).sort(
  (a, b) => severity(a as FileState) - severity(b as FileState),
) as FileState[];

function severity(state: FileState): number {
  if (state === "in-step" || state === "left-out") return 0;
  if (state === "conflict" || state === "unusable" || state === "tracked-by-git") return 2;
  return 1;
}

/** States that stay until somebody decides; an edit on its way to a commit is none. */
export function needsAttention(report: StatusReport): boolean {
  const open = report.files.some(({ state }) => state !== "edited" && severity(state) > 0);
  return open || report.problems.length > 0 || report.refused.length > 0;
}

/** More payloads of one state than this are only counted. */
const MAX_FILES = 50;

export function statusLines(report: StatusReport, { color }: { color: boolean }): string[] {
  const paint = createColors(color);
  const lines: string[] = [];
  for (const state of ORDER) {
    const files = report.files.filter((file) => file.state === state);
    if (files.length === 0) continue;
    const { title, next } = STATES[state];
    const bytes = files.reduce((sum, { size }) => sum + (size ?? 0), 0);
    const head = `${formatCount(files.length, "payload")} ${title} (${formatSize(bytes)})`;
    const painted = [paint.green, paint.yellow, paint.red][severity(state)] ?? paint.red;
    lines.push(painted(next === null ? head : `${head}; next: ${next}`));
    if (severity(state) > 0) lines.push(...listed(files));
  }
  if (report.files.length === 0) lines.push("no payloads are tracked; next: blobsy track <path>");
  for (const { refPath, reason } of report.refused) {
    lines.push(paint.red(`refused: ${escapeForTerminal(refPath)}: ${escapeForTerminal(reason)}`));
  }
  for (const { path, message } of report.problems) {
    const about = path === "." ? "" : `${escapeForTerminal(path)}: `;
    lines.push(paint.red(`not done yet: ${about}${escapeForTerminal(message)}`));
  }
  return lines;
}

function listed(files: readonly FileStatus[]): string[] {
  const lines = files.slice(0, MAX_FILES).map(({ git, path, size, reason }) => {
    const facts = size === null ? "" : `  (${formatSize(size)})`;
    const why = reason === undefined ? "" : `: ${escapeForTerminal(reason)}`;
    return `  ${git} ${escapeForTerminal(path)}${facts}${why}`;
  });
  const rest = files.length - MAX_FILES;
  return rest > 0 ? [...lines, `     and ${formatCount(rest)} more`] : lines;
}

export function statusJson(report: StatusReport): object {
  const summary = Object.fromEntries(
    ORDER.map((state) => [state, report.files.filter((file) => file.state === state).length]),
  );
  return {
    files: report.files.map(({ path, state, size, oid, git, reason }) => ({
      path,
      state,
      size,
      hash: oid === null ? null : `sha256:${oid}`,
      short: oid === null ? null : shortOid(oid),
      git,
      ...(reason === undefined ? {} : { reason }),
    })),
    summary,
    refused: report.refused.map(({ refPath, reason }) => ({ path: refPath, reason })),
    unfinished: report.problems,
    attention: needsAttention(report),
  };
}
