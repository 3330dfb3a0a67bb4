/**
 * Ingest, replace, remove and move, failing at each of their operations in turn: killed before it,
 * killed after it, out of space, a disk error. After each, the payload path shows nothing, the old
 * bytes or the new ones; all bytes are somewhere; and the next run ends as if nothing had happened.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { linkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FaultLogLine } from "../../src/fs/faults.js";
import { bundle, type PlantedBug } from "./bundle.js";
import type { ChildJob } from "./child.js";
import { lintDurability, readLog } from "./durability-lint.js";

// In memory where that can be: a sweep starts some hundred processes and syncs in each.
const base = mkdtempSync(path.join(existsSync("/dev/shm") ? "/dev/shm" : os.tmpdir(), "faults-"));
const OLD = "the old bytes".repeat(1000);
const NEW = "the new bytes, which are longer".repeat(1000);
let child = "";

beforeAll(async () => {
  child = await bundle("child.ts", base);
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

interface Scene {
  readonly root: string;
  readonly job: ChildJob;
}

interface Scenario {
  readonly name: string;
  readonly job: (scene: { worktree: string; state: string }) => ChildJob;
  /** Bytes at the payload's path (and at `to`) when all is done; null for none. */
  readonly end: Readonly<Record<string, string | null>>;
  /** What else is to be seen on the way. */
  readonly old: string | null;
  readonly secondLink?: boolean;
}

const PAYLOAD = "data/sub/model.bin";
const incoming = (mayMove: boolean) => ({ oid: sha256(NEW), size: NEW.length, mayMove });
const SCENARIOS: Scenario[] = [
  {
    name: "ingest",
    job: (at) => ({ ...at, kind: "ingest", payload: PAYLOAD }),
    end: { [PAYLOAD]: OLD },
    old: OLD,
  },
  {
    name: "place anew, names synced last",
    job: (at) => ({
      ...at,
      kind: "replace",
      payload: PAYLOAD,
      incoming: incoming(false),
      filing: "later",
    }),
    end: { [PAYLOAD]: NEW },
    old: null,
  },
  {
    name: "replace by a copy",
    job: (at) => ({ ...at, kind: "replace", payload: PAYLOAD, incoming: incoming(false) }),
    end: { [PAYLOAD]: NEW },
    old: OLD,
  },
  {
    name: "replace by renames, synced last",
    job: (at) => ({
      ...at,
      kind: "replace",
      payload: PAYLOAD,
      incoming: incoming(true),
      knowsOld: true,
      filing: "later",
    }),
    end: { [PAYLOAD]: NEW },
    old: OLD,
  },
  {
    name: "replace a payload with a second link",
    job: (at) => ({ ...at, kind: "replace", payload: PAYLOAD, incoming: incoming(false) }),
    end: { [PAYLOAD]: NEW },
    old: OLD,
    secondLink: true,
  },
  {
    name: "remove",
    job: (at) => ({ ...at, kind: "remove", payload: PAYLOAD }),
    end: { [PAYLOAD]: null },
    old: OLD,
  },
  {
    name: "move",
    job: (at) => ({ ...at, kind: "move", payload: PAYLOAD, to: "other/name.bin" }),
    end: { [PAYLOAD]: null, "other/name.bin": OLD },
    old: OLD,
  },
];

/** A part of all combinations, in a minute or two; `BLOBSY_SWEEP=full` tries each. */
const isFull = process.env["BLOBSY_SWEEP"] === "full";
const ERRNOS = ["ENOSPC", "EIO", "EACCES"];
// Killed after one operation is killed before the next.
const ACTIONS = isFull ? ["kill-before", "kill-after", ...ERRNOS] : ["kill-before", "an error"];

describe.each(SCENARIOS)("$name", (scenario) => {
  it.each(ACTIONS)(
    "survives %s at every operation",
    (kind) => {
      const total = countOps(scenario);
      expect(total).toBeGreaterThan(5);
      const step = isFull || kind !== "an error" ? 1 : 2;
      for (let at = 1; at <= total; at += step) {
        const action = kind === "an error" ? (ERRNOS[at % ERRNOS.length] ?? "EIO") : kind;
        const scene = setUp(scenario);
        const where = `${action} at ${at}`;
        run(scene, `at=${at};do=${action}`);
        expectNothingLost(scenario, scene, where);
        const again = run(scene);
        expect(again.status, `${where}: ${again.stderr}`).toBe(0);
        expectNothingLost(scenario, scene, `${where}, run again`);
        expectEnd(scenario, scene, where);
        rmSync(scene.root, { recursive: true });
      }
    },
    300_000,
  );

  it("syncs what it publishes before, and its directory after", () => {
    const scene = setUp(scenario);
    expect(lint(scene, child)).toEqual([]);
  });
});

describe("the checks themselves", () => {
  const replace = SCENARIOS[2] as Scenario;

  it.each<PlantedBug & { says: string }>([
    {
      file: "fs/hash.ts",
      from: "await syncFile(copy, temp);",
      to: "",
      says: "published without a sync",
    },
    {
      file: "store/store.ts",
      from: "await this.syncs.sync(path.dirname(object));",
      to: "",
      says: "was not synced after",
    },
    {
      file: "worktree/place.ts",
      from: "await parent.sync();",
      to: "",
      says: "was not synced after",
    },
  ])("find a missing sync in $file", async ({ says, ...bug }) => {
    const planted = await bundle("child.ts", base, bug);
    const found = lint(setUp(replace), planted);
    expect(found.length).toBeGreaterThan(0);
    expect(found.join("\n")).toContain(says);
  });

  it("find an old payload that is removed before it is kept", async () => {
    const planted = await bundle("child.ts", base, {
      file: "worktree/move-aside.ts",
      from: "await rename(parent.at(), file);",
      to: "await rename(parent.at(), file); await unlinkIfThere(file); file; await rename(noteFile, file);",
    });
    const scene = setUp(replace);
    run(scene, undefined, planted);
    expect(() => expectNothingLost(replace, scene, "planted")).toThrow();
  });
});

function setUp({ job, old, secondLink }: Scenario): Scene {
  const root = mkdtempSync(path.join(base, "scene-"));
  const worktree = path.join(root, "work tree");
  const state = path.join(root, ".git/blobsy");
  const made = job({ worktree, state });
  const payload = path.join(worktree, made.payload);
  mkdirSync(worktree);
  if (made.kind === "replace") {
    // The new version comes into the store as any payload does.
    writeFileSync(path.join(worktree, "seed"), NEW);
    const seeded = run({ root, job: { worktree, state, kind: "ingest", payload: "seed" } });
    expect(seeded.status, seeded.stderr).toBe(0);
    rmSync(path.join(worktree, "seed"));
  }
  if (old !== null) {
    mkdirSync(path.dirname(payload), { recursive: true });
    writeFileSync(payload, old);
    if (secondLink) linkSync(payload, path.join(root, "second"));
  }
  return { root, job: made };
}

function run(scene: Scene, faults?: string, script = child) {
  const env = { ...process.env };
  delete env["BLOBSY_FAULTS"];
  if (faults !== undefined) env["BLOBSY_FAULTS"] = faults;
  const args = [script, JSON.stringify(scene.job)];
  return spawnSync(process.execPath, args, { encoding: "utf8", env });
}

function logOf(scene: Scene, script: string): FaultLogLine[] {
  const log = path.join(scene.root, "ops.log");
  const done = run(scene, `log=${log}`, script);
  expect(done.status, done.stderr).toBe(0);
  return readLog(log);
}

function countOps(scenario: Scenario): number {
  const scene = setUp(scenario);
  const { length } = logOf(scene, child);
  rmSync(scene.root, { recursive: true });
  return length;
}

function lint(scene: Scene, script: string): string[] {
  const { worktree, state, payload, to } = scene.job;
  const finals = [path.join(worktree, payload), path.join(worktree, to ?? payload)];
  const objects = path.join(state, "objects") + path.sep;
  const log = logOf(scene, script);
  const isObject = (file: string): boolean => file.startsWith(objects);
  return lintDurability(log, (file) => finals.includes(file) || isObject(file), isObject);
}

function expectNothingLost(scenario: Scenario, scene: Scene, where: string): void {
  const { worktree, state, payload, to } = scene.job;
  const versions = [scenario.old, scene.job.kind === "replace" ? NEW : null];
  for (const name of [payload, to ?? payload]) {
    const shown = read(path.join(worktree, name));
    if (shown !== null) expect(versions.map(short), `${where}: ${name}`).toContain(short(shown));
  }
  const files = filesUnder(worktree).concat(filesUnder(state));
  const kept = new Set(files.map((file) => read(file)));
  for (const version of versions) {
    if (version !== null)
      expect(kept.has(version), `${where}: ${short(version)} is kept`).toBe(true);
  }
  for (const object of filesUnder(path.join(state, "objects"))) {
    expect(sha256(read(object) ?? ""), where).toBe(path.basename(object));
  }
}

function expectEnd({ end, old }: Scenario, { root, job }: Scene, where: string): void {
  for (const [name, bytes] of Object.entries(end)) {
    expect(short(read(path.join(job.worktree, name))), `${where}: ${name}`).toBe(short(bytes));
  }
  const leftOver = filesUnder(path.join(job.state, "tmp")).concat(
    filesUnder(job.worktree).filter((file) => !(path.relative(job.worktree, file) in end)),
  );
  expect(leftOver, `${where}: nothing is left over`).toEqual([]);
  const mustBeKept = job.kind === "ingest" || job.kind === "replace" || job.kind === "remove";
  if (old !== null && mustBeKept) {
    const object = path.join(job.state, "objects", sha256(old).slice(0, 2), sha256(old));
    expect(short(read(object)), `${where}: the old bytes are in the store`).toBe(short(old));
    const isLogged = (read(path.join(job.state, "recover.log")) ?? "").includes(sha256(old));
    if (job.kind !== "ingest") expect(isLogged, `${where}: recover lists them`).toBe(true);
  }
  const second = path.join(root, "second");
  if (existsSync(second)) expect(short(read(second))).toBe(short(OLD));
}

function filesUnder(dir: string): string[] {
  if (!existsSync(dir)) return [];
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

function read(file: string): string | null {
  return existsSync(file) ? readFileSync(file, "latin1") : null;
}

function short(bytes: string | null): string {
  return bytes === null ? "nothing" : `${bytes.slice(0, 13)}... (${bytes.length})`;
}

function sha256(bytes: string): string {
  return createHash("sha256").update(bytes, "latin1").digest("hex");
}
