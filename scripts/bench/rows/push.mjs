/** A second push, when the remote is known to have every blob: how much is asked of the remote. */
import path from "node:path";
import { KIB } from "../lab.mjs";
import { timed } from "../measure.mjs";
import { traced } from "../trace.mjs";

/** How many file operations one question to a directory may take. */
const ONE_REQUEST = 30;
/** A blob's name on the remote ends in its hash. */
const BLOB = /[0-9a-f]{64}/;

export function* secondPush(lab) {
  const few = pushedTwice(lab, lab.scaled(100));
  const many = pushedTwice(lab, lab.scaled(10_000));
  const counted = many.operations !== null;
  const targets = [
    { say: `operations on the remote, ${few.count} blobs`, value: few.operations, unit: "" },
    { say: `${many.count} blobs`, value: many.operations, atMost: ONE_REQUEST, unit: "" },
    { say: "blobs looked at", value: many.blobs, atMost: 0, unit: "" },
  ];
  yield {
    title: "second push of known blobs",
    samples: new Map([few, many].map(({ count, samples }) => [`${count} blobs`, samples])),
    targets: counted ? targets : [],
    notes: counted ? [] : ["requests not counted: no strace"],
  };
}

function pushedTwice(lab, count) {
  const repo = lab.repository("blobsy", "push");
  const { dir, work, env } = repo;
  lab.files(work, count, KIB);
  lab.commitAll("blobsy", repo, "payloads");
  lab.sh("git push -q origin main", { cwd: work, env });
  const again = () =>
    lab.sh("echo more >>README && git add README && git commit -qm more", { cwd: work, env });
  const samples = Array.from({ length: lab.rounds }, () => {
    again();
    return timed("git push -q origin main", { cwd: work, env });
  });
  again();
  const lines = traced(lab, "file", "git push -q origin main", { cwd: work, env });
  const remote = path.join(dir, "blobs");
  const paths = lines?.filter((line) => line.includes(remote)) ?? null;
  const blobs = paths?.filter((line) => BLOB.test(line));
  lab.remove(dir);
  return { count, samples, operations: paths?.length ?? null, blobs: blobs?.length ?? null };
}
