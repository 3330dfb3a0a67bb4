/** Peak memory over file sizes and counts, command by command. */
import { existsSync } from "node:fs";
import path from "node:path";
import { GIB, KIB, randomFile } from "../lab.mjs";
import { peaks } from "../memory.mjs";
import { startServer } from "../s3-server.mjs";
import { repository } from "./s3.mjs";

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

/** To and from a bucket. */
export async function* memoryS3(lab) {
  const server = await startServer(lab);
  try {
    for (const [count, size, say] of [
      [1, lab.scaled((2 * GIB) / KIB) * KIB, "one payload of 2 GiB"],
      [lab.scaled(10_000), 4 * KIB, "10000 payloads of 4 KiB"],
    ]) {
      const files = lab.folder("memory-files");
      if (count === 1) randomFile(path.join(files, "big.bin"), size);
      else lab.files(files, count, size);
      const { work, dir, ...made } = repository(lab, server, files);
      const env = { ...made.env, ...lab.env.blobsy };
      const push = await peaks("blobsy push --quiet", { cwd: work, env });
      if (server.count("start") !== count) throw new Error("not everything was pushed");
      const endpoint = `blobsy.backend.default.endpoint=${server.endpoint}`;
      const clone = await peaks(`git clone -q -c ${endpoint} work clone`, { cwd: dir, env });
      if (!existsSync(path.join(dir, "clone", count === 1 ? "big.bin" : "d0000/f00000.bin")))
        throw new Error("the clone has no payloads");
      server.purge("start");
      lab.remove(dir, files);
      const what = lab.scale === 1 ? say : `${say}, times ${lab.scale}`;
      yield {
        title: `peak memory, ${what}, radosgw`,
        targets: [...bars("push", push), ...bars("clone", clone)],
      };
    }
  } finally {
    server.stop();
  }
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
