/** Peak memory over file sizes and counts, command by command. */
import { existsSync } from "node:fs";
import path from "node:path";
import { GIB, KIB, randomFile } from "../lab.mjs";
import { peaks } from "../memory.mjs";

const BLOBSY_MIB = 150;
/** Git's own, with a few thousand small text files; it must not grow with what payloads hold. */
const GIT_MIB = 64;

export async function* memoryOne(lab) {
  const size = lab.scaled((3 * GIB) / KIB) * KIB;
  yield* lifeOf(lab, `one payload of ${size / GIB} GiB`, (work) =>
    randomFile(path.join(work, "big.bin"), size),
  );
}

export async function* memoryMany(lab) {
  const count = lab.scaled(10_000);
  yield* lifeOf(lab, `${count} payloads of 1 KiB`, (work) => lab.files(work, count, KIB));
}

async function* lifeOf(lab, what, fill) {
  if (!existsSync("/proc/self/status")) {
    yield { title: what, notes: ["left out: needs /proc"] };
    return;
  }
  const repo = lab.repository("blobsy", "memory");
  const { dir, work, env } = repo;
  fill(work);
  const all = [];
  const step = async (name, line, cwd = work) => all.push([name, await peaks(line, { cwd, env })]);
  await step("track", "blobsy track --quiet .");
  await step("commit", "git commit -qm payloads");
  await step("push", "git push -q origin main");
  await step("clone", `git clone -q "file://${dir}/remote.git" clone`, dir);
  lab.remove(path.join(dir, "clone"));
  lab.sh("git checkout -q -b other", { cwd: work, env });
  fill(work);
  await step("add of edits", "git add -u");
  await step("commit", "git commit -qm edits");
  await step("switch", "git checkout -q main");
  await step("status", "git status");
  lab.remove(dir);
  yield { title: `peak memory, ${what}`, targets: all.flatMap(([name, most]) => bars(name, most)) };
}

function bars(name, most) {
  const { blobsy, git } = most;
  const targets = [];
  const limits = [
    ["blobsy", blobsy, BLOBSY_MIB],
    ["git", git, GIT_MIB],
  ];
  for (const [who, value, atMost] of limits)
    if (value !== undefined) targets.push({ say: `${name}: ${who}`, value, atMost, unit: "MiB" });
  return targets;
}
