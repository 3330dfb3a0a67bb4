/** git clone with a thousand payloads of 1 MiB from a local remote, durably. */
import path from "node:path";
import { readdirSync, statSync } from "node:fs";
import { MIB } from "../lab.mjs";
import { compare } from "../measure.mjs";
import { ratio } from "../table.mjs";
import { limits } from "./add.mjs";

export function* clone(lab) {
  const count = lab.scaled(1000);
  const source = lab.folder("source");
  lab.files(source, count, MIB);
  const tools = lab.lfs ? ["blobsy", "lfs"] : ["blobsy"];
  const samples = compare(lab, [
    ...tools.map((tool) => cloning(lab, tool, pushed(lab, tool, source), count)),
    ...limits(lab, source),
  ]);
  const targets = [
    { say: "wall of the limit", value: ratio(samples, "blobsy", "limit"), atMost: 1.5 },
    { say: "wall of the limit, synced", value: ratio(samples, "blobsy", "limit, synced") },
    { say: "CPU of the limit", value: ratio(samples, "blobsy", "limit", "cpu") },
  ];
  const notes = lab.lfs ? [] : ["git-lfs is left out: it is not installed"];
  if (lab.lfs) {
    const faster = ratio(samples, "git-lfs", "blobsy");
    targets.push({ say: "faster than git-lfs, wall", value: faster, atLeast: 3 });
    targets.push({
      say: "less CPU than git-lfs",
      value: ratio(samples, "git-lfs", "blobsy", "cpu"),
    });
  }
  yield { title: `git clone with ${count} x 1 MiB`, samples, targets, notes };
}

function pushed(lab, tool, source) {
  const repo = lab.repository(tool, "clone");
  lab.sh(`cp -r "${source}"/. .`, { cwd: repo.work });
  lab.commitAll(tool, repo, "payloads");
  lab.sh("git push -q origin main", { cwd: repo.work, env: repo.env });
  lab.remove(repo.work);
  return repo;
}

function cloning(lab, tool, { dir, env }, count) {
  let round = 0;
  return {
    name: tool === "lfs" ? "git-lfs" : tool,
    before: () => path.join(dir, `clone${(round += 1)}`),
    run: (to) => ({ line: `git clone -q "file://${dir}/remote.git" "${to}"`, cwd: dir, env }),
    after(to) {
      const whole = (name) => name.endsWith(".bin") && statSync(path.join(to, name)).size === MIB;
      const found = readdirSync(to, { recursive: true }).filter(whole).length;
      if (found !== count) throw new Error(`${tool} cloned ${found} of ${count} payloads`);
      lab.remove(to);
    },
  };
}
