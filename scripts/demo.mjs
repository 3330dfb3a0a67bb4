// The main job on real files: two clones and a shared directory, plain Git commands, every byte checked.
// Works in a temporary directory with a Git configuration of its own, and removes it at the end.
import { spawnSync } from "node:child_process";
import { createHash, randomFillSync } from "node:crypto";
import {
  closeSync,
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const KIB = 1024;
const MIB = 1024 * KIB;
const PROGRAM = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const dir = realpathSync(mkdtempSync(path.join(tmpdir(), "blobsy-demo-")));
const env = environment();
const checked = { files: 0, bytes: 0 };

process.on("exit", () => rmSync(dir, { recursive: true, force: true }));
for (const [name, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
])
  process.on(name, () => process.exit(code));

try {
  await demo();
  console.log(
    `\nDone: ${checked.files} times a file was compared by SHA-256 (${size(checked.bytes)} in all); every byte is right.`,
  );
} catch (error) {
  console.error(`\nThe demo failed: ${error.message}`);
  process.exitCode = 1;
}

async function demo() {
  console.log(`Working in ${dir}\n`);
  console.log("Ann starts a project and shares its large files in a directory beside it.");
  const ann = path.join(dir, "ann");
  await step("git clone, blobsy init local:../blobs", () => {
    run(dir, "git", "init", "-q", "--bare", "origin.git");
    run(dir, "git", "clone", "-q", "origin.git", "ann");
    run(ann, "blobsy", "init", "local:../blobs");
    writeFileSync(path.join(ann, "notes.md"), "An ordinary file, kept in Git.\n");
  });

  const main = writeFirstFiles(ann);
  for (const [name, file] of Object.entries(main))
    console.log(`            ${size(file.size).padStart(9)}  ${name}`);
  await step("blobsy track data empty.bin, git commit", () => {
    run(
      ann,
      "blobsy",
      "track",
      "data",
      ...Object.keys(main).filter((name) => !name.startsWith("data/")),
    );
    run(ann, "git", "add", ".");
    run(ann, "git", "commit", "-qm", "first version");
  });
  await step("git push (uploads the payloads, then the commit)", () =>
    run(ann, "git", "push", "-q", "-u", "origin", "HEAD"),
  );
  await expectFiles(ann, main);

  console.log("\nBen clones. Without blobsy he has small text files; then he installs it.");
  const ben = path.join(dir, "ben");
  await step("git clone", () => run(dir, "git", "clone", "-q", "origin.git", "ben"));
  expectNone(ben, main);
  await step("blobsy install, blobsy pull", () => {
    run(ben, "blobsy", "install");
    run(ben, "blobsy", "pull");
  });
  await expectFiles(ben, main);

  console.log("\nBen edits the largest payload in place. Git sees it as a change of the ref file.");
  edit(ben, main, "data/model.bin", "Ben was here");
  await step("git status", () => expectStatus(ben, " M data/model.bin.bref"));
  await step("git commit -a, git push", () => {
    run(ben, "git", "commit", "-qam", "second version of the model");
    run(ben, "git", "push", "-q");
  });
  await step("Ann: git pull", () => run(ann, "git", "pull", "-q"));
  await expectFiles(ann, main);
  await expectFiles(ben, main);

  console.log("\nAnn works on a branch: one payload edited, one removed, one added.");
  run(ann, "git", "switch", "-q", "-c", "experiment");
  const experiment = { ...main };
  edit(ann, experiment, "data/model.bin", "an experiment");
  run(ann, "git", "rm", "-q", "data/table.bin.bref");
  delete experiment["data/table.bin"];
  experiment["data/new.bin"] = random(path.join(ann, "data/new.bin"), 8 * MIB);
  await step("blobsy track, git commit -a, git push", () => {
    run(ann, "blobsy", "track", "data/new.bin");
    run(ann, "git", "commit", "-qam", "an experiment");
    run(ann, "git", "push", "-q", "-u", "origin", "experiment");
  });
  await expectFiles(ann, experiment, ["data/table.bin"]);
  await step("git switch main", () => run(ann, "git", "switch", "-q", "main"));
  await expectFiles(ann, main, ["data/new.bin"]);
  await step("git switch experiment", () => run(ann, "git", "switch", "-q", "experiment"));
  await expectFiles(ann, experiment, ["data/table.bin"]);
  run(ann, "git", "switch", "-q", "main");
  await step("Ben: git fetch, git switch experiment", () => {
    run(ben, "git", "fetch", "-q");
    run(ben, "git", "switch", "-q", "experiment");
  });
  await expectFiles(ben, experiment, ["data/table.bin"]);
  run(ben, "git", "switch", "-q", "main");
  await expectFiles(ben, main, ["data/new.bin"]);

  console.log("\nAnn puts an edit aside and takes it up again.");
  const edited = { ...main };
  edit(ann, edited, "data/weights.bin", "not ready yet");
  await step("git stash", () => run(ann, "git", "stash", "-q"));
  await expectFiles(ann, main);
  await step("git stash pop", () => run(ann, "git", "stash", "pop", "-q"));
  await expectFiles(ann, edited);

  console.log("\nBen changes the same payload meanwhile. Git refuses to overwrite Ann's edit.");
  edit(ben, main, "data/weights.bin", "Ben again");
  run(ben, "git", "commit", "-qam", "new weights");
  run(ben, "git", "push", "-q");
  await step("Ann: git pull, refused", () => {
    const { status, stderr } = runAny(ann, "git", "pull", "-q");
    if (status === 0 || !stderr.includes("would be overwritten"))
      throw new Error(`git pull was not refused: ${stderr}`);
  });
  await expectFiles(ann, edited);
  await step("Ann: git restore, git pull", () => {
    run(ann, "git", "restore", "data/weights.bin.bref");
    run(ann, "git", "pull", "-q");
  });
  await expectFiles(ann, main);
  await step("Ann: blobsy recover data/weights.bin (what restore threw away)", () =>
    run(ann, "blobsy", "recover", "data/weights.bin"),
  );
  await expectFiles(ann, edited);
  run(ann, "git", "restore", "data/weights.bin.bref");
  await expectFiles(ann, main);
  for (const clone of [ann, ben]) expectStatus(clone, "");

  console.log("\nNo payload went through Git:");
  for (const name of ["ann/.git/objects", "ben/.git/objects", "origin.git/objects", "blobs"]) {
    const [kib] = run(dir, "du", "-sk", name).split("\t");
    console.log(`            ${size(Number(kib) * KIB).padStart(9)}  ${name}`);
    if (name !== "blobs" && Number(kib) > 4 * KIB) throw new Error(`${name} holds ${kib} KiB`);
  }
}

/** A file of each size; one is a program that people really have, the others cannot be compressed. */
function writeFirstFiles(clone) {
  mkdirSync(path.join(clone, "data"));
  const files = {
    "empty.bin": random(path.join(clone, "empty.bin"), 0),
    "one byte.bin": random(path.join(clone, "one byte.bin"), 1),
    "data/table.bin": random(path.join(clone, "data/table.bin"), 3 * MIB + 7),
    "data/weights.bin": random(path.join(clone, "data/weights.bin"), 40 * MIB),
    "data/model.bin": random(path.join(clone, "data/model.bin"), 200 * MIB),
  };
  const node = readFileSync(process.execPath);
  writeFileSync(path.join(clone, "data/node"), node, { mode: 0o755 });
  files["data/node"] = {
    size: node.length,
    sha256: createHash("sha256").update(node).digest("hex"),
    executable: true,
  };
  return files;
}

function random(file, bytes) {
  const hash = createHash("sha256");
  const chunk = Buffer.alloc(Math.min(bytes, 8 * MIB));
  const fd = openSync(file, "w");
  for (let left = bytes; left > 0; left -= chunk.length) {
    const part = randomFillSync(chunk).subarray(0, left);
    hash.update(part);
    writeSync(fd, part);
  }
  closeSync(fd);
  return { size: bytes, sha256: hash.digest("hex") };
}

/** Writes some bytes in the middle of a payload, as an editor or a database would: its size stays. */
function edit(clone, files, name, text) {
  const file = path.join(clone, name);
  const fd = openSync(file, "r+");
  writeSync(fd, text, Math.floor(files[name].size / 2));
  closeSync(fd);
  const sha256 = createHash("sha256").update(readFileSync(file)).digest("hex");
  files[name] = { size: files[name].size, sha256 };
}

/** Every file has exactly these bytes, and those that belong to another branch are gone. */
async function expectFiles(clone, files, absent = []) {
  for (const [name, expected] of Object.entries(files)) {
    const file = path.join(clone, name);
    if (!existsSync(file)) throw new Error(`${file} is missing`);
    const found = await sha256Of(file);
    if (found !== expected.sha256)
      throw new Error(`${file} has other bytes: ${found}, not ${expected.sha256}`);
    const runs = (statSync(file).mode & 0o100) !== 0;
    if (runs !== (expected.executable ?? false)) throw new Error(`${file} has the wrong mode`);
    checked.files += 1;
    checked.bytes += expected.size;
  }
  for (const name of absent) {
    if (existsSync(path.join(clone, name)))
      throw new Error(`${name} of the other branch is still there`);
  }
}

function expectNone(clone, files) {
  for (const name of Object.keys(files)) {
    const ref = readFileSync(path.join(clone, `${name}.bref`), "utf8");
    if (!ref.includes(files[name].sha256))
      throw new Error(`${name}.bref does not name its payload`);
    if (existsSync(path.join(clone, name))) throw new Error(`${name} is there without blobsy`);
  }
}

function expectStatus(clone, expected) {
  const found = run(clone, "git", "status", "--porcelain").trimEnd();
  if (found !== expected)
    throw new Error(
      `git status in ${clone} says ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`,
    );
}

function sha256Of(file) {
  return new Promise((resolve, reject) => {
    const hash = createHash("sha256");
    createReadStream(file, { highWaterMark: MIB })
      .on("data", (chunk) => hash.update(chunk))
      .on("error", reject)
      .on("end", () => resolve(hash.digest("hex")));
  });
}

async function step(what, act) {
  const began = process.hrtime.bigint();
  await act();
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  console.log(`  ${seconds.toFixed(2).padStart(6)} s  ${what}`);
}

function run(cwd, ...argv) {
  const { status, stdout, stderr } = runAny(cwd, ...argv);
  if (status !== 0) throw new Error(`${argv.join(" ")} ended with ${status}\n${stdout}${stderr}`);
  return stdout;
}

function runAny(cwd, program, ...args) {
  const done = spawnSync(program, args, { cwd, env, encoding: "utf8", maxBuffer: 64 * MIB });
  if (done.error) throw done.error;
  return done;
}

/** Nobody's own configuration takes part, and PATH finds the blobsy that was just built. */
function environment() {
  if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is missing: run npm run build first`);
  const home = path.join(dir, "home");
  mkdirSync(path.join(home, "bin"), { recursive: true });
  for (const name of ["blobsy", "git-blobsy"]) symlinkSync(PROGRAM, path.join(home, "bin", name));
  const config = path.join(home, ".gitconfig");
  writeFileSync(
    config,
    "[user]\n\tname = Demo\n\temail = demo@example.org\n[init]\n\tdefaultBranch = main\n",
  );
  const kept = Object.entries(process.env).filter(([name]) => !/^(GIT|BLOBSY)_/.test(name));
  return {
    ...Object.fromEntries(kept),
    HOME: home,
    XDG_CONFIG_HOME: path.join(home, ".config"),
    GIT_CONFIG_GLOBAL: config,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    LC_ALL: "C",
    PATH: [path.join(home, "bin"), path.dirname(process.execPath), process.env.PATH].join(
      path.delimiter,
    ),
  };
}

function size(bytes) {
  if (bytes >= 1024 * MIB) return `${(bytes / MIB / 1024).toFixed(1)} GiB`;
  if (bytes >= MIB) return `${(bytes / MIB).toFixed(1)} MiB`;
  return bytes >= KIB ? `${(bytes / KIB).toFixed(1)} KiB` : `${bytes} B`;
}
