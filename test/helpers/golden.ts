/**
 * What people see, kept in test/golden and compared. `UPDATE_GOLDEN=1` writes the files anew; look at
 * `git diff` then. What differs from run to run (places, times, versions, commits) is named instead.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { screenOf, type ScreenOptions } from "./screen.js";
import type { World } from "./world.js";

const DIR = fileURLToPath(new URL("../golden", import.meta.url));
const PACKAGE = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

export type Story = (t: Transcript, w: World) => void;

/** A project with a remote, an origin and `data/model.bin`, pushed; the transcript is in it. */
export function tracked(t: Transcript, w: World): void {
  const a = w.initWithRemote("project");
  a.write("data/model.bin", "model one\n");
  t.in("project");
  t.quietly("blobsy track -q data/model.bin && git commit -qm 'the model' && git push -q");
}

/** One story as a person at a terminal would tell it. */
export class Transcript {
  readonly #parts: string[] = [];
  #cwd: string;

  constructor(readonly world: World) {
    this.#cwd = world.dir;
  }

  /** Everything after this runs here; `.` is the directory of all repositories. */
  in(dir: string): void {
    this.#cwd = this.world.path(dir);
  }

  /** What was done before the next command, for the reader. */
  note(text: string): void {
    this.#parts.push(`# ${text}\n`);
  }

  /** Runs shell lines that are no part of the story. @throws when they fail */
  quietly(lines: string): void {
    const ran = this.#sh(lines);
    if (ran.code !== 0) throw new Error(`failed: ${lines}\n${ran.stdout}${ran.stderr}`);
  }

  /** A command line: its stdout, its stderr (marked), and its exit code when that is not 0. */
  run(line: string): void {
    const { stdout, stderr, code } = this.#sh(line);
    const errors = stderr.trimEnd().split("\n").filter(Boolean);
    this.#parts.push(
      [
        `$ ${line}`,
        ...stdout.trimEnd().split("\n").filter(Boolean),
        ...errors.map((one) => `err: ${one}`),
        ...(code === 0 ? [] : [`exit code ${code}`]),
        "",
      ].join("\n"),
    );
  }

  /** The same on a terminal of this width: the screen when it has ended. */
  screen(line: string, options: ScreenOptions): void {
    const shown = screenOf(this.world, this.#cwd, line, options);
    const how = `${options.columns} columns${options.color ? ", in colour" : ""}`;
    this.#parts.push(`$ ${line}   (a terminal of ${how})\n${shown}`);
  }

  text(): string {
    return steady(this.#parts.join("\n"), this.world.dir);
  }

  #sh(lines: string): { stdout: string; stderr: string; code: number } {
    return this.world.run(["sh", "-c", lines], { cwd: this.#cwd, env: { NO_COLOR: "" } });
  }
}

/** Compares with `test/golden/<name>.txt`. */
export function expectGolden(name: string, text: string): void {
  const file = path.join(DIR, `${name}.txt`);
  if (process.env["UPDATE_GOLDEN"] === "1") {
    mkdirSync(DIR, { recursive: true });
    writeFileSync(file, text);
  }
  const wanted = existsSync(file) ? readFileSync(file, "utf8") : "";
  expect(text, `${file} (UPDATE_GOLDEN=1 writes it anew)`).toBe(wanted);
}

/** Names what is not the same in every run. */
function steady(text: string, dir: string): string {
  return text
    .replaceAll(dir, "<world>")
    .replaceAll(PACKAGE, "<package>")
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, "<time>")
    .replace(/blobsy \d+\.\d+\.\d+ \(node \d+\.\d+\.\d+\)/g, "blobsy <version> (node <version>)")
    .replace(/\b(commit |\[\w+(?: \(root-commit\))? )[0-9a-f]{7,40}\b/g, "$1<commit>")
    .replace(/\b[0-9a-f]{7,12}\.\.[0-9a-f]{7,12}\b/g, "<commit>..<commit>")
    .replace(/[ \t]+$/gm, "");
}
