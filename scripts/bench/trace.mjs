/** What a command does, by strace: which programs it starts, and which paths it touches. */
import { readFileSync } from "node:fs";
import path from "node:path";

/** @returns the lines of the trace; `null` where there is no strace */
export function traced(lab, what, line, { cwd, env }) {
  if (!lab.has("strace")) return null;
  const log = path.join(lab.dir, "trace");
  lab.sh(`strace -f -qq -s 4096 -e signal=none -e trace=${what} -o "${log}" ${line}`, { cwd, env });
  const lines = readFileSync(log, "utf8").split("\n");
  lab.remove(log);
  return lines;
}

/** How many times the command starts Node; `null` where there is no strace. */
export function nodeStarts(lab, line, where) {
  const lines = traced(lab, "execve", line, where);
  return (
    lines && lines.filter((one) => /execve\("[^"]*\/node"/.test(one) && / = 0$/.test(one)).length
  );
}

/** The targets that say so, and what to note when it cannot be counted. */
export function noNode(lab, line, where) {
  const starts = nodeStarts(lab, line, where);
  if (starts === null) return { targets: [], notes: ["starts of Node not counted: no strace"] };
  return { targets: [{ say: "starts of Node", value: starts, atMost: 0, unit: "" }], notes: [] };
}
