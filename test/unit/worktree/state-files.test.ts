import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SmudgeNote } from "../../../src/domain/discard.js";
import { asOid } from "../../../src/domain/oid.js";
import { ownIdentity } from "../../../src/fs/owner.js";
import {
  ignorePattern,
  joinIgnoreBlock,
  splitIgnoreBlock,
} from "../../../src/worktree/ignore-block.js";
import { updateExclude } from "../../../src/worktree/ignore-exclude.js";
import { Journal, readOtherJournals } from "../../../src/worktree/journal.js";
import {
  addNote,
  leaveTodo,
  readLeft,
  readNotes,
  readPending,
  readProblems,
  removeNotes,
  takeTodo,
  writeLeft,
  writePending,
} from "../../../src/worktree/notices.js";
import { noteRewrite, trimRewrites, wasRewrittenFrom } from "../../../src/worktree/rewrites.js";
import { EMPTY_ENTRY, StatCache } from "../../../src/worktree/stat-cache.js";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), "blobsy-state-"));
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

const A = asOid("a".repeat(64));
const B = asOid("b".repeat(64));
const record = { oid: A, size: 5, mtimeNs: 11n, ctimeNs: 12n, ino: 13n, tick: 14n };
const entry = {
  base: { oid: A, size: 5, remoteKey: "sha256/aa", executable: true },
  payload: record,
  ref: { ...record, size: 200 },
  dropped: true,
  key: { oid: B, key: "x/y z" },
  placing: { oid: A, size: 7, remoteKey: "sha256/next", executable: true },
};

describe("the stat cache", () => {
  it("gives back what was saved", async () => {
    const cache = StatCache.load(dir);
    cache.update("data/a b.bin", entry);
    cache.update("__proto__", { dropped: true });
    await cache.save();
    const again = StatCache.load(dir);
    expect(again.get("data/a b.bin")).toEqual(entry);
    expect(again.get("__proto__").dropped).toBe(true);
    expect(again.get("constructor")).toEqual(EMPTY_ENTRY);
    expect([...again.paths()].sort()).toEqual(["__proto__", "data/a b.bin"]);
  });

  it("is not written anew when it cannot be read, nor are lists of what is left to do", async () => {
    const cache = StatCache.load(dir);
    const names = ["stat-cache", "problems", "pending", "rewrites"];
    for (const name of names) symlinkSync(name, path.join(dir, name));
    cache.update("m.bin", entry);
    await expect(cache.save()).rejects.toThrow(/ELOOP/);
    expect(() => StatCache.load(dir)).toThrow(/ELOOP/);
    expect(() => readProblems(dir)).toThrow(/ELOOP/);
    expect(() => readPending(dir)).toThrow(/ELOOP/);
    expect(() => wasRewrittenFrom(dir, "m.bin", "old")).toThrow(/ELOOP/);
    expect(readdirSync(dir).sort()).toEqual(names.sort());
  });

  it("is empty when a single byte of it is damaged", async () => {
    const cache = StatCache.load(dir);
    cache.update("m.bin", entry);
    await cache.save();
    const file = path.join(dir, "stat-cache");
    const good = readFileSync(file);
    for (let at = 0; at < good.length; at += 7) {
      const bad = Buffer.from(good);
      bad[at] = (bad[at] ?? 0) ^ 1;
      writeFileSync(file, bad);
      expect(StatCache.load(dir).size).toBe(0);
    }
    for (const cut of [0, 1, good.length - 1]) {
      writeFileSync(file, good.subarray(0, cut));
      expect(StatCache.load(dir).size).toBe(0);
    }
  });

  it("does not bring back an older base by hashing a payload", async () => {
    const first = StatCache.load(dir);
    first.update("m.bin", entry);
    await first.save();
    const hashing = StatCache.load(dir);
    hashing.update("m.bin", { payload: { ...record, oid: B } });
    const settling = StatCache.load(dir);
    settling.update("m.bin", { base: { ...entry.base, oid: B } });
    await settling.save();
    hashing.reload();
    expect(hashing.get("m.bin").base?.oid).toBe(B);
    await hashing.save();
    const after = StatCache.load(dir).get("m.bin");
    expect(after.base?.oid).toBe(B);
    expect(after.payload?.oid).toBe(B);
  });

  it("keeps what another process saved meanwhile, and its own changes on top", async () => {
    const first = StatCache.load(dir);
    const second = StatCache.load(dir);
    first.update("a", entry);
    first.update("both", { ...entry, dropped: false });
    await first.save();
    second.update("b", entry);
    second.update("both", entry);
    await second.save();
    const after = StatCache.load(dir);
    expect([...after.paths()].sort()).toEqual(["a", "b", "both"]);
    expect(after.get("both").dropped).toBe(true);
    after.forget("a");
    await after.save();
    expect(StatCache.load(dir).has("a")).toBe(false);
  });
});

describe("the ignore block", () => {
  it.each([
    ["m.bin", "/m.bin"],
    ["d/[1] *?.bin", "/d/\\[1\\] \\*\\?.bin"],
    ["back\\slash", "/back\\\\slash"],
    ["!x", "/!x"],
    ["#x", "/#x"],
    ["ends with two  ", "/ends with two\\ \\ "],
  ])("names %j by %j, and Git agrees", (payload, pattern) => {
    expect(ignorePattern(payload)).toBe(pattern);
    execFileSync("git", ["init", "-q", dir]);
    writeFileSync(path.join(dir, ".git/info/exclude"), `${pattern}\n`);
    const ignored = (name: string) => {
      try {
        execFileSync("git", ["check-ignore", "-q", `./${name}`], { cwd: dir });
        return true;
      } catch {
        return false;
      }
    };
    expect(ignored(payload)).toBe(true);
    expect(ignored(`sub/${payload}`)).toBe(false);
    expect(ignored(`${payload}x`)).toBe(false);
  });

  it.each([
    ["", ["/a"]],
    ["*.o\n", ["/a", "/b"]],
    ["no newline at the end", ["/a"]],
    ["*.o\n", []],
  ])("goes in and out of %j without a trace", (text, lines) => {
    const joined = joinIgnoreBlock({ before: text, lines, after: "" });
    const block = splitIgnoreBlock(joined);
    expect(block.lines).toEqual(lines);
    expect(joinIgnoreBlock({ ...block, lines: [] }).replace(/\n$/, "")).toBe(
      text.replace(/\n$/, ""),
    );
  });

  it("two blocks, as of two files put together, are read and written as one", () => {
    const one = joinIgnoreBlock({ before: "*.o\n", lines: ["/a", "/b"], after: "*.x\n" });
    const two = joinIgnoreBlock({ before: "*.y\n", lines: ["/b", "/c"], after: "" });
    const block = splitIgnoreBlock(one + two);
    expect(block).toEqual({ before: "*.o\n*.x\n*.y\n", lines: ["/a", "/b", "/c"], after: "" });
  });

  it("grows first and shrinks after, and leaves the user's lines alone", async () => {
    const file = path.join(dir, "info/exclude");
    mkdirSync(path.dirname(file));
    mkdirSync(path.join(dir, "blobsy"));
    writeFileSync(file, "*.o\n");
    const state = path.join(dir, "blobsy/worktree");
    const update = (payloads: string[], mode: "grow" | "exact") =>
      updateExclude({ commonDir: dir, stateDir: state, payloads, mode });
    await update(["a", "b"], "grow");
    await update(["c"], "grow");
    expect(splitIgnoreBlock(readFileSync(file, "utf8")).lines).toEqual(["/a", "/b", "/c"]);
    await update(["c"], "exact");
    expect(splitIgnoreBlock(readFileSync(file, "utf8"))).toMatchObject({
      before: "*.o\n",
      lines: ["/c"],
    });
  });

  it("keeps lines that another worktree needs", async () => {
    mkdirSync(path.join(dir, "info"));
    const other = path.join(dir, "worktrees/w/blobsy/worktree");
    mkdirSync(other, { recursive: true });
    mkdirSync(path.join(dir, "blobsy"));
    writeFileSync(path.join(dir, "worktrees/w/gitdir"), "/somewhere/w/.git\n");
    writeFileSync(path.join(other, "payloads"), "./theirs.bin\0");
    await updateExclude({
      commonDir: dir,
      stateDir: path.join(dir, "blobsy/worktree"),
      payloads: ["mine.bin"],
      mode: "exact",
    });
    const { lines } = splitIgnoreBlock(readFileSync(path.join(dir, "info/exclude"), "utf8"));
    expect(lines).toEqual(["/mine.bin", "/theirs.bin"]);
  });
});

const note: SmudgeNote = {
  path: "data/m n.bin",
  textHash: "t".repeat(64),
  refWas: "absent",
  payload: {
    kind: "file",
    size: 3,
    mtimeNs: 1n,
    ctimeNs: 2n,
    ino: 3n,
    dev: 4n,
    nlink: 1,
    mode: 0o755,
  },
  noticed: true,
  passNs: 99n,
  sinceNs: 7n,
};

/** As it is written: with the owner before it. */
function journalLine(about: SmudgeNote): string {
  const journal = new Journal(path.join(dir, "elsewhere"));
  journal.append(about);
  const text = readFileSync(journal.file, "utf8");
  journal.remove();
  return text;
}

describe("the journal", () => {
  it("of a process that died is evidence, to the last field; a torn line is none", () => {
    const journal = new Journal(dir);
    journal.append(note);
    journal.append({ ...note, path: "other.bin", payload: null, noticed: false });
    const own = readFileSync(journal.file, "latin1").split("\n");
    journal.remove();
    const dead = execFileSync("sh", ["-c", "echo $$"]).toString().trim();
    const file = path.join(dir, "journal", `${dead}.1`);
    const owner = (own[0] ?? "").replace(/\.\d+\.\d+$/, `.${dead}.1`);
    writeFileSync(file, [owner, ...own.slice(1)].join("\n"));
    appendFileSync(file, "torn.bin\tabc\tabsent\t-\t9\tfile 3 1");
    const { live, orphaned, removeOrphaned } = readOtherJournals(dir);
    expect(live.size).toBe(0);
    expect([...orphaned.keys()]).toEqual(["data/m n.bin", "other.bin"]);
    expect(orphaned.get("data/m n.bin")).toEqual(note);
    removeOrphaned();
    expect(readOtherJournals(dir).orphaned.size).toBe(0);
  });

  it("belongs to its process from the moment it is there, written or not", () => {
    const { hostTag, boot } = ownIdentity();
    const parent = `${process.ppid}.0`;
    const names = [parent, `${parent}.${hostTag}.${boot}`, `${parent}.00000000.${boot}`];
    mkdirSync(path.join(dir, "journal"));
    for (const name of names) writeFileSync(path.join(dir, "journal", name), "");
    const line = journalLine(note);
    appendFileSync(path.join(dir, "journal", names[1] ?? ""), line);
    const { live, orphaned, removeOrphaned } = readOtherJournals(dir);
    expect([...live]).toEqual([note.path]);
    expect(orphaned.size).toBe(0);
    removeOrphaned();
    expect(readdirSync(path.join(dir, "journal")).sort()).toEqual(names.sort());
  });

  it("that cannot be read is not taken for one without notes", () => {
    mkdirSync(path.join(dir, "journal", "999999.1"), { recursive: true });
    expect(() => readOtherJournals(dir)).toThrow(/EISDIR/);
  });

  it("of this process is its own, and goes when all is settled", () => {
    const journal = new Journal(dir);
    expect(journal.notes.size).toBe(0);
    journal.append(note);
    expect(journal.notes.size).toBe(1);
    expect(readOtherJournals(dir).live.size).toBe(0);
    journal.remove();
    expect(readOtherJournals(dir).orphaned.size).toBe(0);
  });
});

describe("rewrites", () => {
  it("are known from before they happen until they are many", () => {
    expect(wasRewrittenFrom(dir, "m.bin", "old")).toBe(false);
    noteRewrite(dir, "m.bin", "old");
    noteRewrite(dir, "m.bin", "newer");
    expect(wasRewrittenFrom(dir, "m.bin", "old")).toBe(true);
    expect(wasRewrittenFrom(dir, "bin", "old")).toBe(false);
    expect(wasRewrittenFrom(dir, "m.bin", "ol")).toBe(false);
    trimRewrites(dir);
    expect(wasRewrittenFrom(dir, "m.bin", "newer")).toBe(true);
    for (let n = 0; n < 2000; n += 1) noteRewrite(dir, "m.bin", "x".repeat(64));
    trimRewrites(dir);
    expect(wasRewrittenFrom(dir, "m.bin", "newer")).toBe(false);
  });
});

describe("notices", () => {
  it("stand until they are settled, and a torn line takes no other along", async () => {
    await writeLeft(dir, [{ path: "a", code: "IO", message: "m" }]);
    await writePending(dir, [{ path: "a", payload: A, ref: B }]);
    appendFileSync(path.join(dir, "problems"), '{"path":"b","co');
    expect(readProblems(dir)).toEqual([{ path: "a", code: "IO", message: "m" }]);
    expect(readPending(dir)).toEqual([{ path: "a", payload: A, ref: B }]);
    await writeLeft(dir, []);
    expect(readProblems(dir)).toEqual([]);
  });

  it("are not lost when two processes write at once, nor told twice", async () => {
    const failed = { path: "a", code: "IO", message: "m" };
    const stagedOld = { ...failed, message: "not taken in", stagedOld: true };
    // One that holds the lock has looked already when another's clean fails.
    const standing = readLeft(dir);
    const settled = readNotes(dir);
    await addNote(dir, stagedOld);
    await writeLeft(dir, [...standing, failed]);
    await removeNotes(settled);
    expect(readProblems(dir)).toEqual([stagedOld]);

    const seen = readNotes(dir);
    await addNote(dir, { ...stagedOld, message: "again" });
    await removeNotes(seen);
    expect(readProblems(dir)).toEqual([{ ...stagedOld, message: "again" }]);
    await removeNotes(readNotes(dir));
    expect(readProblems(dir)).toEqual([failed]);
  });

  it("leave work for whoever holds the lock", async () => {
    expect(await takeTodo(dir)).toBe(false);
    await leaveTodo(dir);
    expect(await takeTodo(dir)).toBe(true);
    expect(await takeTodo(dir)).toBe(false);
  });
});
