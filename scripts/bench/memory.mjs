/** The peak memory of a command's processes, apart for blobsy and for git. */
import { spawn } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";

const EVERY_MS = 15;
/** The program by its name on PATH, or by its file. */
const OURS = /\/(bin\/blobsy|dist\/main\.js)\0/;

/**
 * Runs a shell line and looks at its processes until it ends. A peak is kept by the kernel (VmHWM), so
 * only a process that comes and goes between two looks is missed.
 * @returns {Promise<Record<string, number>>} MiB by program name; blobsy's own are "blobsy"
 */
export async function peaks(line, { cwd, env }) {
  const child = spawn("bash", ["-e", "-c", line], {
    cwd,
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (chunk) => (said += chunk));
  const most = {};
  const look = setInterval(() => watch(child.pid, most), EVERY_MS);
  const code = await new Promise((done) => child.on("close", done));
  clearInterval(look);
  if (code !== 0) throw new Error(`${line} ended with ${code}\n${said}`);
  return most;
}

function watch(root, most) {
  const processes = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const parents = new Map(processes.map((pid) => [Number(pid), facts(pid)]));
  for (const [pid, found] of parents) {
    if (!found || !isBelow(pid, root, parents)) continue;
    most[found.name] = Math.max(most[found.name] ?? 0, found.peak);
  }
}

function isBelow(pid, root, parents) {
  for (let at = pid; at > 1; at = parents.get(at)?.parent ?? 0) if (at === root) return true;
  return false;
}

function facts(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/status`, "utf8");
    const parent = Number(/^PPid:\s+(\d+)/m.exec(text)?.[1]);
    const peak = Number(/^VmHWM:\s+(\d+)/m.exec(text)?.[1] ?? 0) / 1024;
    const program = /^Name:\s+(\S+)/m.exec(text)?.[1] ?? "?";
    const isOurs = OURS.test(readFileSync(`/proc/${pid}/cmdline`, "utf8"));
    const isGit = program === "git" || program.startsWith("git-");
    return { parent, peak, name: isOurs ? "blobsy" : isGit ? program : "other" };
  } catch {
    return null; // it has ended
  }
}
