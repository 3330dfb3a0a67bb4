/**
 * `blobsy status` as lines and as JSON. Pure. To be read in a second: one line with the counts, then only
 * the files about which there is something to say, then the one command to run next.
 */
import { createColors } from "picocolors";
import type { FileState, FileStatus, StatusReport } from "../app/status.js";
import { shortOid } from "../domain/oid.js";
import { pasteWord } from "../domain/shell-words.js";
import { formatCount, formatSize } from "../domain/size.js";
import { escapeForTerminal } from "../domain/terminal.js";
import { hashJson } from "./json.js";

/** In this order, the worst last: it stays on the screen. */
const TITLES: Readonly<Record<FileState, string>> = {
  "in-step": "in step",
  "left-out": "left out",
  edited: "edited",
  stale: "older than their ref files",
  absent: "not here",
  "ref-removed": "without their ref file",
  renamed: "to be renamed with their ref files",
  conflict: "in conflict",
  "tracked-by-git": "in Git itself",
  unusable: "left alone",
};
const ORDER = Object.keys(TITLES) as FileState[];

function severity(state: FileState): 0 | 1 | 2 {
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
  const { files } = report;
  const next = nextCommand(report);
  const lines = [files.length === 0 ? "no payloads are tracked" : countsLine(files)];
  for (const state of ORDER) {
    const some = files.filter((file) => file.state === state && hasNews(file));
    if (some.length === 0) continue;
    const painted = [paint.green, paint.yellow, paint.red][severity(state)] ?? paint.red;
    const title = severity(state) === 0 ? `${TITLES[state]}, not committed` : TITLES[state];
    lines.push(painted(`${title}:`), ...listed(some));
  }
  for (const { refPath, reason } of report.refused) {
    lines.push(paint.red(`refused: ${escapeForTerminal(refPath)}: ${escapeForTerminal(reason)}`));
  }
  for (const line of problemLines(report.problems)) lines.push(paint.red(line));
  lines.push(...uploadLine(files));
  if (next !== null) lines.push(`next: ${next}`);
  return lines;
}

/** What several share, a remote that does not answer, is one line. */
function problemLines(problems: StatusReport["problems"]): string[] {
  const byMessage = new Map<string, string[]>();
  for (const { path, message } of problems) {
    byMessage.set(message, [...(byMessage.get(message) ?? []), path]);
  }
  const lines = [...byMessage].map(([message, [path = ".", ...others]]) => {
    const more = others.length === 0 ? "" : ` and ${formatCount(others.length, "more payload")}`;
    const about = path === "." ? "" : `${escapeForTerminal(path)}${more}: `;
    return `not done yet: ${about}${escapeForTerminal(message)}`;
  });
  const rest = lines.length - MAX_FILES;
  return rest > 0 ? [...lines.slice(0, MAX_FILES), `and ${formatCount(rest)} more`] : lines;
}

/** "3 payloads (12 MB): 2 in step, 1 edited" */
function countsLine(files: readonly FileStatus[]): string {
  const counts = ORDER.flatMap((state) => {
    const count = files.filter((file) => file.state === state).length;
    return count === 0 ? [] : [`${formatCount(count)} ${TITLES[state]}`];
  });
  return `${formatCount(files.length, "payload")} (${formatSize(bytesOf(files))}): ${counts.join(", ")}`;
}

function hasNews(file: FileStatus): boolean {
  return severity(file.state) > 0 || !file.committed;
}

function uploadLine(files: readonly FileStatus[]): string[] {
  const waiting = notUploaded(files);
  if (waiting.length === 0) return [];
  return [
    `not uploaded: ${formatCount(waiting.length, "payload")} (${formatSize(bytesOf(waiting))})`,
  ];
}

/** What a push would have to upload: of an edit nobody knows yet whether it will be committed. */
function notUploaded(files: readonly FileStatus[]): FileStatus[] {
  const counts: ReadonlySet<FileState> = new Set(["in-step", "stale", "conflict"]);
  return files.filter(({ state, uploaded }) => counts.has(state) && !uploaded);
}

const bytesOf = (files: readonly FileStatus[]): number =>
  files.reduce((sum, { size }) => sum + (size ?? 0), 0);

function listed(files: readonly FileStatus[]): string[] {
  const lines = files.slice(0, MAX_FILES).map(({ git, path, size, reason }) => {
    const facts = size === null ? "" : `  (${formatSize(size)})`;
    const why = reason === undefined ? "" : `: ${escapeForTerminal(reason)}`;
    return `  ${git} ${escapeForTerminal(path)}${facts}${why}`;
  });
  const rest = files.length - MAX_FILES;
  return rest > 0 ? [...lines, `     and ${formatCount(rest)} more`] : lines;
}

/** The one command that brings things on; what stops others comes first. `null`: nothing is to be done. */
export function nextCommand(report: StatusReport): string | null {
  const { files, installed, hasUpstream } = report;
  const first = (...states: FileState[]): FileStatus | undefined =>
    files.find(({ state }) => states.includes(state));
  if (files.length === 0 && report.refused.length === 0) return "blobsy track <path>";
  if (!installed) return "blobsy install";
  const conflict = first("conflict");
  if (conflict) {
    const word = pasteWord(conflict.path);
    return `blobsy resolve --show ${word}`;
  }
  const inGit = first("tracked-by-git");
  if (inGit) return `git rm --cached -- ${pasteWord(inGit.path)}`;
  const absent = new Set<string>(
    files.flatMap(({ state, path }) => (state === "absent" ? [path] : [])),
  );
  const isMore = report.problems.some(({ path }) => !absent.has(path));
  if (first("stale", "ref-removed", "renamed") || isMore) return "blobsy sync";
  if (first("absent")) return "blobsy pull";
  if (first("unusable") || report.refused.length > 0) return "blobsy fsck";
  if (files.some(({ git }) => git[1] !== " " && git !== "??")) return "git commit -a";
  const untracked = files.find(({ git }) => git === "??");
  if (untracked) return `git add -- ${pasteWord(`${untracked.path}.bref`)}`;
  if (files.some(({ committed }) => !committed)) return "git commit";
  if (notUploaded(files).length === 0) return null;
  return hasUpstream ? "git push" : "blobsy push";
}

export function statusJson(report: StatusReport): object {
  const { files } = report;
  const summary = Object.fromEntries(
    ORDER.map((state) => [
      state.replaceAll("-", "_"),
      files.filter((file) => file.state === state).length,
    ]),
  );
  const waiting = notUploaded(files);
  return {
    files: files.map(({ path, state, size, oid, git, committed, uploaded, reason }) => ({
      path,
      state,
      size,
      hash: oid === null ? null : hashJson(oid),
      short: oid === null ? null : shortOid(oid),
      git,
      committed,
      uploaded,
      ...(reason === undefined ? {} : { reason }),
    })),
    summary,
    totals: {
      files: files.length,
      bytes: bytesOf(files),
      not_committed: files.filter(({ committed }) => !committed).length,
      not_uploaded: waiting.length,
      bytes_not_uploaded: bytesOf(waiting),
    },
    refused: report.refused.map(({ refPath, reason }) => ({ path: refPath, reason })),
    unfinished: report.problems.map(({ path, code, message }) => ({ path, code, message })),
    installed: report.installed,
    attention: needsAttention(report),
    next: nextCommand(report),
  };
}
