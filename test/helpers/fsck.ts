/** Runs a table of planted faults: found by name, nothing changed, mended, and then nothing found. */
import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { Repo } from "./repo.js";
import { sharedWorld, type World } from "./world.js";

export const CONTENTS = {
  "model.bin": "model\n".repeat(300),
  "data/deep/part.bin": "part\n".repeat(200),
} as const;
/** Committed, and not pushed: the store has it, and nobody else. */
export const UNPUSHED = { name: "data/own.bin", content: "own\n".repeat(100) } as const;

export interface PlantedFault {
  readonly what: string;
  readonly plant: (repo: Repo, world: World) => unknown;
  /** Each as `fault about`; `about` may be the end of a path. */
  readonly finds: readonly string[];
  /** "mended" unless told. */
  readonly repair?: "mended" | "left";
  /** What a person does where `--repair` cannot. */
  readonly byHand?: (repo: Repo, world: World) => unknown;
  readonly then?: (repo: Repo, world: World) => unknown;
}

interface Told {
  readonly fault: string;
  readonly about: string;
  readonly message: string;
  readonly state: string;
  readonly next?: string;
}

export function fsckJson(repo: Repo, ...args: string[]): { code: number; faults: Told[] } {
  const ran = repo.blobsy("fsck", "--json", ...args);
  const document = JSON.parse(ran.stdout) as { exit_code: number; faults: Told[] };
  expect(document.exit_code).toBe(ran.code);
  return { code: ran.code, faults: document.faults };
}

export function describeFaults(title: string, faults: readonly PlantedFault[]): void {
  describe(title, () => {
    const w = sharedWorld((made) => {
      build(made);
      made.snapshot();
    });

    it.each(faults.map((fault) => [fault.what, fault] as const))("%s", async (_what, fault) => {
      const world = w();
      world.restore();
      const repo = world.repo("a");
      // The copy has other inodes and times: Git and blobsy look at it once.
      repo.mustBlobsy("pull");
      repo.must("status");
      await fault.plant(repo, world);

      const before = picture(world.dir);
      const found = fsckJson(repo);
      expect(picture(world.dir), "nothing is changed without --repair").toEqual(before);
      expect(namesOf(found.faults, fault.finds)).toEqual([...fault.finds].sort());
      expect(found.code).toBe(2);
      expect(found.faults.every(({ state }) => state === "found")).toBe(true);

      const expected = fault.repair ?? "mended";
      const repaired = fsckJson(repo, "--repair");
      // Some only show when what hid them has been put right.
      const told = namesOf(repaired.faults, fault.finds);
      expect(told).toEqual(expect.arrayContaining([...fault.finds]));
      for (const { state, next } of repaired.faults) {
        expect(state).toBe(expected);
        if (expected === "left") expect(next, "what to do by hand").toBeTruthy();
      }
      expect(repaired.code).toBe(expected === "mended" ? 0 : 2);
      fault.byHand?.(repo, world);
      if (expected === "mended" || fault.byHand) {
        expect(fsckJson(repo), "a second run").toEqual({ code: 0, faults: [] });
      }
      fault.then?.(repo, world);
    });
  });
}

function build(world: World): void {
  const repo = world.initWithRemote();
  for (const [name, content] of Object.entries(CONTENTS)) repo.track(name, content);
  repo.must("push", "-q");
  repo.track(UNPUSHED.name, UNPUSHED.content);
}

/** What was found in the words of the table: as much of `about` as it tells. */
function namesOf(found: readonly Told[], wanted: readonly string[]): string[] {
  return found
    .map(({ fault, about }) => {
      const match = wanted.find((want) => {
        const [name, ...rest] = want.split(" ");
        return name === fault && (about === rest.join(" ") || about.endsWith(`/${rest.join(" ")}`));
      });
      return match ?? `${fault} ${about}`;
    })
    .sort();
}

/** Everything in a directory: modes, times, contents. A file that was there for a moment shows too. */
export function picture(dir: string): Record<string, string> {
  const seen: Record<string, string> = {};
  const look = (file: string): void => {
    const { mode, mtimeMs, size } = lstatSync(file);
    const facts = `${mode.toString(8)} ${mtimeMs}`;
    const name = path.relative(dir, file);
    if (name === "node-starts") return; // the test's own
    if (lstatSync(file).isSymbolicLink()) seen[name] = `-> ${readlinkSync(file)}`;
    else if (lstatSync(file).isDirectory()) {
      if (name !== "") seen[name] = facts;
      for (const entry of readdirSync(file)) look(path.join(file, entry));
    } else {
      const hash = createHash("sha256").update(readFileSync(file)).digest("hex");
      seen[name] = `${facts} ${size} ${hash}`;
    }
  };
  look(dir);
  return seen;
}
