/**
 * What most stories begin with is made once in a run, by Git and blobsy themselves, and copied into every
 * other world: the same commands over again were a fifth of the time that all tests took.
 */
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { inject } from "vitest";
import { sha256 } from "./bytes.js";
import { filesBelow } from "./repo.js";
import type { World } from "./world.js";

declare module "vitest" {
  export interface ProvidedContext {
    /** A directory for what was made, as long as the run lasts. */
    prepared: string;
  }
}

/**
 * What `make` adds to a world: done by it, or copied from one where it was done.
 * @param what is made; worlds that differ in anything that Git or blobsy could see do not share it
 */
export function prepared(w: World, what: string, make: () => void): void {
  // A trace is of what happens here, and not of what happened elsewhere.
  if (w.isElsewhere || w.env["BLOBSY_TRACE"] !== undefined) return make();
  const known = path.join(inject("prepared"), sha256(`${what}\n${surroundings(w)}`));
  const before = readdirSync(w.dir);
  if (!existsSync(known)) {
    make();
    keep(w, known, (name) => !before.includes(name));
    return;
  }
  const made = path.join(known, "made");
  const names = readdirSync(made);
  execFileSync("cp", ["-a", ...names.map((name) => path.join(made, name)), w.dir]);
  const from = readFileSync(path.join(known, "dir"), "utf8");
  for (const name of names) moveIn(w, w.path(name), from);
}

function keep(w: World, known: string, isMade: (name: string) => boolean): void {
  const aside = mkdtempSync(`${known}-`);
  mkdirSync(path.join(aside, "made"));
  const names = readdirSync(w.dir).filter(isMade);
  execFileSync("cp", ["-a", ...names.map((name) => w.path(name)), path.join(aside, "made")]);
  writeFileSync(path.join(aside, "dir"), w.dir);
  try {
    renameSync(aside, known);
  } catch {
    // Another file's tests have made it meanwhile.
    rmSync(aside, { recursive: true });
  }
}

/** All that a command in this world could find: its environment, home, programs and neighbours. */
function surroundings(w: World): string {
  const home = filesBelow(w.home).map((file) => [file, readFileSync(file, "latin1")]);
  const facts = [w.env, home, readdirSync(w.bin), readdirSync(w.dir), statfsSync(w.dir).type];
  return JSON.stringify(facts).replaceAll(w.dir, "<world>");
}

/** Makes a copied repository one that was made here: paths, and the index, which knows inodes. */
function moveIn(w: World, repo: string, from: string): void {
  for (const file of filesBelow(repo, ["objects"])) {
    const text = readFileSync(file, "latin1");
    const moved = file.endsWith("install.json")
      ? movedRecord(text, from, w.dir)
      : text.replaceAll(from, w.dir);
    if (moved === text || file.endsWith("/.git/index")) continue;
    const { atime, mtime } = statSync(file);
    writeFileSync(file, moved, "latin1");
    utimesSync(file, atime, mtime);
  }
  const index = path.join(repo, ".git", "index");
  if (!existsSync(index)) return;
  rmSync(index);
  const options = { cwd: repo, env: { ...w.env, BLOBSY_NESTED: "1" } };
  execFileSync("git", ["read-tree", "HEAD"], options);
  execFileSync("git", ["update-index", "-q", "--refresh"], options);
}

/** What `blobsy install` wrote where, some of it in base64. */
function movedRecord(text: string, from: string, to: string): string {
  const moved = (value: unknown): unknown => {
    if (typeof value !== "string") return value;
    const bytes = Buffer.from(value, "base64");
    if (bytes.toString("base64") !== value) return value;
    const plain = bytes.toString("latin1");
    return plain.includes(from)
      ? Buffer.from(plain.replaceAll(from, to), "latin1").toString("base64")
      : value;
  };
  return JSON.stringify(
    JSON.parse(text.replaceAll(from, to), (_key, value) => moved(value)),
    null,
    1,
  ).concat(text.endsWith("\n") ? "\n" : "");
}
