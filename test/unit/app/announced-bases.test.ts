/** What a killed run had announced of a ref file: at each point it may have been killed at. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  announcedBase,
  settleAnnounced,
  takeUpAnnounced,
} from "../../../src/app/announced-bases.js";
import type { Context } from "../../../src/app/context.js";
import { formatRefFile } from "../../../src/domain/bref.js";
import { asOid, type Oid } from "../../../src/domain/oid.js";
import type { PayloadPath } from "../../../src/domain/repo-path.js";
import { lstatFacts } from "../../../src/fs/facts.js";
import { announceRewrites, hasAnnounced, writeRefText } from "../../../src/worktree/announced.js";
import { StatCache } from "../../../src/worktree/stat-cache.js";

const [A, E, C] = ["a", "e", "c"].map((letter) => asOid(letter.repeat(64))) as [Oid, Oid, Oid];
const PAYLOAD = "data/m.bin" as PayloadPath;

let dir: string;
let ctx: Context;
let stateDir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), "blobsy-announced-"));
  stateDir = path.join(dir, "state");
  mkdirSync(path.join(dir, "worktree", "data"), { recursive: true });
  mkdirSync(stateDir);
  const repo = { worktree: path.join(dir, "worktree"), worktreeState: stateDir };
  ctx = { repo } as unknown as Context;
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const baseOf = (oid: Oid) => ({ oid, size: 5, remoteKey: `sha256/${oid}`, executable: false });
const textOf = (oid: Oid): Buffer => Buffer.from(formatRefFile({ ...baseOf(oid) }));
const refFile = (): string => path.join(dir, "worktree", `${PAYLOAD}.bref`);

/** The ref file says A, and that is the base; the payload is E, and that is announced. */
async function announced(where: "own" | "beside"): Promise<{ cache: StatCache; text: string }> {
  writeFileSync(refFile(), textOf(A));
  const cache = StatCache.load(stateDir);
  cache.update(PAYLOAD, { base: baseOf(A) });
  await cache.save();
  const place = { worktree: ctx.repo.worktree, stateDir };
  const dev = where === "own" ? (lstatFacts(refFile())?.dev ?? 0n) : 0n;
  const text = await writeRefText(place, PAYLOAD, textOf(E), { dev, mode: 0o644 });
  expect(path.dirname(text) === path.dirname(refFile())).toBe(where === "beside");
  const one = { path: PAYLOAD, from: A, base: baseOf(E), text: path.basename(text) };
  await announceRewrites(place, [one], [text]);
  return { cache: StatCache.load(stateDir), text };
}

type Killed = (text: string) => void;

const notYet: Killed = () => undefined;
const rewritten: Killed = (text) => renameSync(text, refFile());
const then =
  (first: Killed, next: () => void): Killed =>
  (text) => {
    first(text);
    next();
  };
const gitWrites = (oid: Oid) => () => writeFileSync(refFile(), textOf(oid));
const gitRemoves = () => rmSync(refFile());

const POINTS: [string, Killed, Oid][] = [
  ["before the rename", notYet, A],
  ["before the rename; Git moved the ref file", then(notYet, gitWrites(C)), A],
  ["before the rename; Git has the edit already, and wrote it", then(notYet, gitWrites(E)), E],
  ["after the rename", rewritten, E],
  ["after the rename; Git moved the ref file back", then(rewritten, gitWrites(A)), E],
  ["after the rename; Git moved the ref file elsewhere", then(rewritten, gitWrites(C)), E],
  ["after the rename; Git removed the ref file", then(rewritten, gitRemoves), E],
];

describe.each(["own", "beside"] as const)("a text that lies %s", (where) => {
  it.each(POINTS)("killed %s", async (_when, kill, base) => {
    const { cache, text } = await announced(where);
    kill(text);
    takeUpAnnounced(ctx, cache);
    expect(cache.get(PAYLOAD).base?.oid, "for a look").toBe(base);

    await settleAnnounced(ctx, StatCache.load(stateDir));
    expect(StatCache.load(stateDir).get(PAYLOAD).base?.oid, "for good").toBe(base);
    expect(hasAnnounced(stateDir)).toBe(false);
    expect(existsSync(text)).toBe(false);
    expect(readdirSync(path.dirname(refFile())).filter((name) => name !== "m.bin.bref")).toEqual(
      [],
    );
  });
});

it("what was saved since is not taken back", async () => {
  const { cache, text } = await announced("own");
  rewritten(text);
  cache.update(PAYLOAD, { base: baseOf(C) });
  takeUpAnnounced(ctx, cache);
  expect(cache.get(PAYLOAD).base?.oid).toBe(C);
});

it("whoever read the ref file before it was rewritten still sees the edit", async () => {
  const { text } = await announced("own");
  const base = announcedBase(ctx, PAYLOAD);
  rewritten(text);
  expect(base(baseOf(A), A)?.oid).toBe(A);
  expect(base(baseOf(A), E)?.oid).toBe(E);
  expect(announcedBase(ctx, PAYLOAD)(baseOf(A), A)?.oid).toBe(E);
  expect(announcedBase(ctx, "other.bin" as PayloadPath)(baseOf(A), A)?.oid).toBe(A);
});

describe("a list that somebody else made", () => {
  it.each([
    ["a text somewhere else", { text: "../victim" }],
    ["a text of another name", { text: "victim" }],
    ["a payload outside the worktree", { path: "../m.bin" }],
    ["no text", { text: undefined }],
  ])("%s: nothing is believed and nothing removed", async (_, wrong) => {
    writeFileSync(refFile(), textOf(A));
    const victims = ["worktree/victim", "worktree/data/victim", "victim", "state/victim"];
    for (const name of victims) writeFileSync(path.join(dir, name), "mine");
    mkdirSync(path.join(stateDir, "rewriting"));
    const name = `.blobsy-tmp-${"0".repeat(16)}`;
    const one = { path: PAYLOAD, from: null, base: baseOf(E), text: name, ...wrong };
    writeFileSync(path.join(stateDir, "rewriting", "announced"), `${JSON.stringify(one)}\n`);
    const cache = StatCache.load(stateDir);
    await settleAnnounced(ctx, cache);
    expect(cache.get(PAYLOAD).base).toBeNull();
    for (const victim of victims) expect(existsSync(path.join(dir, victim))).toBe(true);
  });
});
