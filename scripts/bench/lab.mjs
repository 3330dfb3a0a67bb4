/**
 * A place to measure in: a temporary directory with a home of its own for every tool, so that neither
 * this machine's Git configuration nor the other tool's has a part in it.
 *
 * The built program is copied there first: a build in the meantime does not change what is measured.
 */
import { spawnSync } from "node:child_process";
import { randomFillSync } from "node:crypto";
import { closeSync, cpSync, mkdirSync, mkdtempSync, openSync, realpathSync } from "node:fs";
import { rmSync, statfsSync, symlinkSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
export const KIB = 1024;
export const MIB = 1024 * KIB;
export const GIB = 1024 * MIB;
/** As much room as a round of the largest row may take. */
const ENOUGH = 30 * GIB;
const LFS_RULE = "*.bin filter=lfs diff=lfs merge=lfs -text\n";

export class Lab {
  #made = 0;
  /** Not needed any more. */
  #left = [];

  /** @param {{scale: number, rounds: number, dir?: string}} options */
  constructor({ scale, rounds, dir = tmpdir() }) {
    this.scale = scale;
    this.rounds = rounds;
    this.dir = realpathSync(mkdtempSync(path.join(dir, "blobsy-bench-")));
    process.on("exit", () => this.#delete([this.dir]));
    this.program = this.#copyProgram();
    this.env = { plain: this.#home("plain"), blobsy: this.#home("blobsy") };
    this.env.lfs = this.#home("lfs");
    this.sh("blobsy install --global", { env: this.env.blobsy });
    this.lfs = this.#installLfs();
  }

  /** `count` scaled down as `--scale` says, never below 1. */
  scaled(count) {
    return Math.max(1, Math.round(count * this.scale));
  }

  /** A new, empty directory. */
  folder(name) {
    const dir = path.join(this.dir, `${String((this.#made += 1)).padStart(3, "0")}-${name}`);
    mkdirSync(dir, { recursive: true });
    return dir;
  }

  /**
   * Files that were just deleted make the next ones slower to create (ext4 passes over their inodes for
   * a minute), so nothing is deleted while there is room to keep it.
   */
  remove(...names) {
    if (this.room() < ENOUGH) this.#delete([...this.#left.splice(0), ...names]);
    else this.#left.push(...names);
  }

  #delete(names) {
    for (const name of names) rmSync(name, { recursive: true, force: true, maxRetries: 3 });
  }

  /** Runs a shell line that must succeed, and is not measured. @returns its standard output */
  sh(line, { cwd = this.dir, env = this.env.plain } = {}) {
    const options = { cwd, env, encoding: "utf8", maxBuffer: GIB };
    const ran = spawnSync("bash", ["-e", "-c", line], options);
    if (ran.status === 0) return ran.stdout;
    throw new Error(`${line}\n  in ${cwd} ended with ${ran.status}\n${ran.stdout}${ran.stderr}`);
  }

  has(tool) {
    return spawnSync("sh", ["-c", `command -v ${tool}`]).status === 0;
  }

  /** Files of random bytes, `f00000.bin` and so on, a hundred to a directory. */
  files(dir, count, size) {
    for (let at = 0; at < count; at += 1) {
      const folder = path.join(dir, `d${String(Math.floor(at / 100)).padStart(4, "0")}`);
      mkdirSync(folder, { recursive: true });
      randomFile(path.join(folder, `f${String(at).padStart(5, "0")}.bin`), size);
    }
  }

  /** A repository with a bare one to push to, set up for `tool`; blobs go to `<dir>/blobs`. */
  repository(tool, name) {
    const dir = this.folder(`${tool}-${name}`);
    const work = path.join(dir, "work");
    const env = this.env[tool];
    this.sh("git init -q --bare remote.git && git init -q work", { cwd: dir, env });
    const setUp = {
      blobsy: `blobsy init --quiet local:../blobs
        printf '[externalize]\\n\\talways = *.bin\\n' >>.blobsyconfig`,
      lfs: `printf '${LFS_RULE.replace("\n", "\\n")}' >.gitattributes && git lfs install --local`,
      plain: "echo plain >README && git add README",
    };
    this.sh(setUp[tool], { cwd: work, env });
    this.sh(`git remote add origin "file://${dir}/remote.git" && git add .`, { cwd: work, env });
    this.sh("git commit -qm 'set up' && git push -q -u origin main", { cwd: work, env });
    return { dir, work, env };
  }

  /** Stages every payload of `repo` and commits. */
  commitAll(tool, { work, env }, message) {
    const add = {
      blobsy: "blobsy track --quiet . && git add .",
      lfs: "git add .",
      plain: "git add .",
    };
    this.sh(`${add[tool]} && git commit -qm '${message}'`, { cwd: work, env });
  }

  /** Free bytes where the measuring is done. */
  room() {
    const { bavail, bsize } = statfsSync(this.dir);
    return bavail * bsize;
  }

  #copyProgram() {
    const to = path.join(this.dir, "program");
    for (const part of ["dist", "hooks", "package.json"])
      cpSync(path.join(ROOT, part), path.join(to, part), { recursive: true });
    mkdirSync(path.join(this.dir, "bin"));
    symlinkSync("../program/dist/main.js", path.join(this.dir, "bin/blobsy"));
    return path.join(to, "dist/main.js");
  }

  #home(tool) {
    const home = path.join(this.dir, `home-${tool}`);
    mkdirSync(home);
    const lines = ["[user]", "name = Bench", "email = bench@example.invalid"];
    lines.push(
      "[init]",
      "defaultBranch = main",
      "[gc]",
      "auto = 0",
      "[maintenance]",
      "auto = false",
    );
    writeFileSync(path.join(home, ".gitconfig"), lines.join("\n") + "\n");
    const kept = Object.entries(process.env).filter(
      ([key]) => !/^(GIT|BLOBSY|XDG)_|^NODE_/.test(key),
    );
    const search = `${path.join(this.dir, "bin")}:${process.env.PATH}`;
    const global = path.join(home, ".gitconfig");
    const own = { HOME: home, PATH: search, GIT_CONFIG_GLOBAL: global, GIT_CONFIG_NOSYSTEM: "1" };
    return { ...Object.fromEntries(kept), ...own };
  }

  /** @returns the version, `null` where git-lfs is not installed */
  #installLfs() {
    if (!this.has("git-lfs")) return null;
    this.sh("git lfs install --skip-repo", { env: this.env.lfs });
    return this.sh("git lfs version", { env: this.env.lfs }).trim();
  }
}

/** Writes `size` random bytes. */
export function randomFile(file, size) {
  const part = Buffer.allocUnsafe(Math.min(size, 8 * MIB));
  const fd = openSync(file, "w");
  for (let at = 0; at < size; at += part.length) {
    const bytes = part.subarray(0, Math.min(part.length, size - at));
    writeSync(fd, randomFillSync(bytes));
  }
  closeSync(fd);
}
