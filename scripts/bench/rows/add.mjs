/** Taking payloads in: one of 1 GiB, and a thousand of 1 MiB. */
import path from "node:path";
import { GIB, KIB, MIB, randomFile } from "../lab.mjs";
import { compare } from "../measure.mjs";
import { ratio } from "../table.mjs";

const EDITED = "git add of an edit";
const NEW = "blobsy track";
const LFS = "git-lfs: git add";
const LIMIT = "limit";
const SYNCED = "limit, synced";

export function* addOne(lab) {
  const size = lab.scaled(GIB / KIB) * KIB;
  const source = path.join(lab.folder("source"), "big.bin");
  randomFile(source, size);
  const samples = compare(lab, [
    {
      name: EDITED,
      before() {
        const repo = lab.repository("blobsy", "add-one");
        randomFile(path.join(repo.work, "big.bin"), MIB);
        lab.commitAll("blobsy", repo, "small");
        lab.sh(`cp "${source}" big.bin`, { cwd: repo.work });
        return repo;
      },
      run: ({ work, env }) => ({ line: "git add -u", cwd: work, env }),
      after: (repo) => hasOneMore(lab, repo, "git diff --cached --name-only"),
    },
    {
      name: NEW,
      before: () => withCopy(lab, "blobsy", source),
      run: ({ work, env }) => ({ line: "blobsy track big.bin", cwd: work, env }),
      after: ({ dir }) => lab.remove(dir),
    },
    ...lfsAdd(lab, () => withCopy(lab, "lfs", source)),
    ...limits(lab, source),
  ]);
  lab.remove(path.dirname(source));
  yield {
    title: `git add of one payload of ${size / MIB} MiB`,
    samples,
    ...bars(lab, samples, 1.3),
  };
}

export function* trackMany(lab) {
  const count = lab.scaled(1000);
  const source = lab.folder("source");
  lab.files(source, count, MIB);
  const samples = compare(lab, [
    {
      name: NEW,
      before: () => withCopy(lab, "blobsy", source),
      run: ({ work, env }) => ({ line: "blobsy track .", cwd: work, env }),
      after: ({ dir }) => lab.remove(dir),
    },
    ...lfsAdd(lab, () => withCopy(lab, "lfs", source)),
    ...limits(lab, source),
  ]);
  lab.remove(source);
  yield { title: `blobsy track of ${count} x 1 MiB`, samples, ...bars(lab, samples, 1.5) };
}

function withCopy(lab, tool, source) {
  const repo = lab.repository(tool, "add");
  lab.sh(`cp -r "${source}" .`, { cwd: repo.work });
  return repo;
}

/** The edit must have been staged, or nothing was measured. */
function hasOneMore(lab, { dir, work, env }, line) {
  if (!lab.sh(line, { cwd: work, env }).includes("big.bin.bref")) throw new Error("nothing staged");
  lab.remove(dir);
}

function lfsAdd(lab, before) {
  if (!lab.lfs) return [];
  const run = ({ work, env }) => ({ line: "git add .", cwd: work, env });
  return [{ name: LFS, before, run, after: ({ dir }) => lab.remove(dir) }];
}

/** The same bytes copied and hashed by the fastest tools at hand; the second also waits for the disk. */
export function limits(lab, source) {
  const copyAndHash = (dir) =>
    `cp -r "${source}" "${dir}/copy" && find "${source}" -type f -print0 | xargs -0 openssl dgst -sha256`;
  const before = () => lab.folder("limit");
  const after = (dir) => lab.remove(dir);
  return [
    { name: LIMIT, before, run: (dir) => ({ line: copyAndHash(dir) }), after },
    { name: SYNCED, before, run: (dir) => ({ line: `${copyAndHash(dir)} && sync` }), after },
  ];
}

function bars(lab, samples, atMost) {
  const ours = [EDITED, NEW].filter((name) => samples.has(name));
  const targets = ours.flatMap((name) => [
    { say: `${name}: wall of the limit`, value: ratio(samples, name, LIMIT), atMost },
    { say: `${name}: wall of the limit, synced`, value: ratio(samples, name, SYNCED) },
    { say: `${name}: CPU of the limit`, value: ratio(samples, name, LIMIT, "cpu") },
  ]);
  if (!lab.lfs) return { targets, notes: ["git-lfs is left out: it is not installed"] };
  for (const name of ours) {
    const value = ratio(samples, LFS, name, "cpu");
    targets.push({ say: `${name}: less CPU than git-lfs`, value, atLeast: 4 });
  }
  return { targets };
}
