/** git status with nothing changed, against plain Git with as many files of the same kind. */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { KIB } from "../lab.mjs";
import { compare, median, min } from "../measure.mjs";
import { noNode } from "../trace.mjs";

const OURS = "blobsy";
const PLAIN = "plain Git, ref-sized files";
const OFF = "same repository, monitor off";
const FIRST = "the first after info/exclude changed";

export function* status(lab) {
  yield measured(lab, lab.scaled(10_000)).result;
}

export function* status100k(lab) {
  const few = measured(lab, lab.scaled(10_000));
  yield few.result;
  const many = measured(lab, lab.scaled(100_000));
  yield many.result;
  const linear = {
    say: "added time at 10 x the payloads",
    value: many.added / few.added,
    atMost: 12,
  };
  yield { title: "linear", targets: [linear] };
}

function measured(lab, count) {
  const ours = lab.repository("blobsy", "status");
  lab.files(ours.work, count, KIB);
  lab.commitAll("blobsy", ours, "payloads");
  const plain = lab.repository("plain", "status");
  texts(plain.work, count);
  lab.commitAll("plain", plain, "texts");
  // Git's index must be older than the clock's tick, or it reads files again (racy-git).
  lab.sh("sleep 2");
  const of = (name, { work, env }, line) => ({ name, run: () => ({ line, cwd: work, env }) });
  for (const { work, env } of [ours, plain]) lab.sh("git status && git status", { cwd: work, env });
  const samples = compare(
    lab,
    [
      of(OURS, ours, "git status"),
      of(PLAIN, plain, "git status"),
      of(OFF, ours, "git -c core.fsmonitor=false status"),
    ],
    Math.max(lab.rounds, 7),
  );
  // Apart, since it makes Git forget what it knows of untracked files.
  const first = { ...of(FIRST, ours, "git status"), before: () => changeExclude(lab, ours) };
  samples.set(FIRST, compare(lab, [first], 2).get(FIRST));
  const walls = (name) => samples.get(name).map((run) => run.wall);
  const added = min(walls(OURS)) - min(walls(PLAIN));
  const { targets, notes } = noNode(lab, "git status", { cwd: ours.work, env: ours.env });
  const bar = count === 10_000 ? { atMost: 0.1 } : {};
  targets.push({ say: "added to plain Git, best of each", value: added, unit: "s", ...bar });
  const afterChange = min(walls(FIRST)) - min(walls(PLAIN));
  targets.push({
    say: "the same, the first after info/exclude changed",
    value: afterChange,
    unit: "s",
  });
  const usual = median(walls(OURS)) - median(walls(PLAIN));
  targets.push({ say: "added to plain Git, medians", value: usual, unit: "s" });
  lab.remove(ours.dir, plain.dir);
  const title = `git status, nothing changed, ${count} payloads`;
  return { added, result: { title, samples, targets, notes } };
}

function changeExclude(lab, { work, env }) {
  lab.sh("echo '/not-there' >>.git/info/exclude", { cwd: work, env });
}

function texts(dir, count) {
  for (let at = 0; at < count; at += 1) {
    const folder = path.join(dir, `d${String(Math.floor(at / 100)).padStart(4, "0")}`);
    mkdirSync(folder, { recursive: true });
    const text = `an ordinary text of about the size of a ref file ${at}\n`.repeat(3);
    writeFileSync(path.join(folder, `f${String(at).padStart(5, "0")}.txt`), text);
  }
}
