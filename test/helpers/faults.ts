/** Bad weather at every operation of a command: kill before, kill after, or fail, one point a run. */
import { existsSync, readFileSync, rmSync } from "node:fs";
import { expect } from "vitest";
import { bytes, sha256 } from "./bytes.js";
import type { Repo } from "./repo.js";
import type { Ran } from "./run.js";
import type { World } from "./world.js";

/** A command in trouble. The world is brought back to its snapshot before each point. */
export interface Trouble {
  readonly w: World;
  readonly repo: string;
  readonly command: readonly string[];
  /** What a payload may show at any time; `null` is absent. */
  readonly mayShow: Readonly<Record<string, readonly (string | null)[]>>;
  /** Tags of contents that must be somewhere at any time. */
  readonly kept: readonly string[];
  /** What the user does next: it must end well. */
  readonly again: (repo: Repo) => void;
  /** And what must hold then. */
  readonly after: (repo: Repo) => void;
}

/** Counts the operations of the command when nothing fails. */
export function countOperations(trouble: Trouble): number {
  trouble.w.restore();
  const log = trouble.w.path("fault-log");
  const repo = trouble.w.repo(trouble.repo);
  const ran = run(repo, trouble.command, `log=${log}`);
  expect(ran.code, ran.stderr).toBe(0);
  return existsSync(log) ? readFileSync(log, "utf8").split("\n").filter(Boolean).length : 0;
}

/** At most `points` of the operations 1..n, spread evenly, the first and the last among them. */
export function sample(n: number, points: number): number[] {
  if (n <= points) return Array.from({ length: n }, (_, at) => at + 1);
  return Array.from({ length: points }, (_, at) => 1 + Math.round((at * (n - 1)) / (points - 1)));
}

/** Runs the command with its `at`th operation going wrong, and checks everything. */
export function runInTrouble(trouble: Trouble, at: number, action: string): void {
  const { w } = trouble;
  w.restore();
  const repo = w.repo(trouble.repo);
  const counter = w.path("fault-count");
  rmSync(counter, { force: true });
  run(repo, trouble.command, `at=${at};do=${action};counter=${counter};log=${w.path("fault-log")}`);

  const check = (when: string): void => {
    for (const [name, tags] of Object.entries(trouble.mayShow)) {
      const shown = repo.has(name) ? sha256(repo.read(name)) : null;
      const allowed = tags.map((tag) => (tag === null ? null : sha256(bytes(tag))));
      expect(allowed, `${name} ${when}`).toContain(shown);
    }
    for (const tag of trouble.kept) repo.assertBytesSomewhere(bytes(tag), `${tag} ${when}`);
    for (const file of repo.storeFiles()) repo.assertObjectWhole(file);
  };
  check("right after it");
  repo.sh("rm -f .git/index.lock .git/HEAD.lock .git/refs/heads/*.lock");
  trouble.again(repo);
  trouble.after(repo);
  check("at the end");
}

function run(repo: Repo, command: readonly string[], faults: string): Ran {
  return repo.run(command, { env: { BLOBSY_FAULTS: `${faults};under=${repo.world.dir}` } });
}
