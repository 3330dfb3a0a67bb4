/** Switching between branches that differ in 200 payloads, held locally and pushed. */
import path from "node:path";
import { KIB, MIB, randomFile } from "../lab.mjs";
import { compare, min } from "../measure.mjs";
import { ratio } from "../table.mjs";

const SIZES = { "1 KiB": KIB, "1 MiB": MIB, "10 MiB": 10 * MIB };

export function* checkout(lab) {
  const count = lab.scaled(200);
  const wall = {};
  for (const [label, size] of Object.entries(SIZES)) {
    const tools = lab.lfs ? ["blobsy", "lfs"] : ["blobsy"];
    const repos = tools.map((tool) => [tool, twoBranches(lab, tool, count, size)]);
    const samples = compare(
      lab,
      repos.map(([tool, repo]) => switching(lab, tool, repo)),
    );
    lab.remove(...repos.map(([, { dir }]) => dir));
    wall[label] = min(samples.get("blobsy").map((run) => run.wall));
    const notes = lab.lfs ? [] : ["git-lfs is left out: it is not installed"];
    yield {
      title: `git checkout, ${count} x ${label}`,
      samples,
      targets: bars(lab, label, samples),
      notes,
    };
  }
  const value = (label) => wall[label] / wall["1 MiB"];
  const targets = ["1 KiB", "10 MiB"].map((label) => ({
    say: `blobsy: wall at ${label} of that at 1 MiB`,
    value: value(label),
    atMost: 1.25,
  }));
  yield { title: "independent of payload size", targets };
}

function bars(lab, label, samples) {
  if (!lab.lfs) return [];
  const faster = { say: "faster than git-lfs, wall", value: ratio(samples, "git-lfs", "blobsy") };
  const less = { say: "less CPU than git-lfs", value: ratio(samples, "git-lfs", "blobsy", "cpu") };
  return [label === "1 MiB" ? { ...faster, atLeast: 1 } : faster, less];
}

function twoBranches(lab, tool, count, size) {
  const repo = lab.repository(tool, `checkout-${size}`);
  const { work, env } = repo;
  const names = Array.from({ length: count }, (_, at) => `f${String(at).padStart(4, "0")}.bin`);
  for (const branch of ["main", "other"]) {
    if (branch === "other") lab.sh("git checkout -q -b other", { cwd: work, env });
    for (const name of names) randomFile(path.join(work, name), size);
    lab.commitAll(tool, repo, branch);
  }
  lab.sh("git push -q --all origin", { cwd: work, env });
  // Both branches once, so that what only the first switch does is done.
  lab.sh("git checkout -q main && git checkout -q other && git status", { cwd: work, env });
  return repo;
}

/** To the branch that is not checked out, a round each way. */
function switching(lab, tool, repo) {
  const { work, env } = repo;
  const other = () =>
    lab.sh("git branch --show-current", { cwd: work }) === "main\n" ? "other" : "main";
  const run = (branch) => ({ line: `git checkout -q ${branch}`, cwd: work, env });
  return { name: tool === "lfs" ? "git-lfs" : tool, before: other, run };
}
