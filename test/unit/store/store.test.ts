import { createHash } from "node:crypto";
import fs, {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { asOid, type Oid } from "../../../src/domain/oid.js";
import { lstatFacts } from "../../../src/fs/facts.js";
import { objectPath } from "../../../src/store/layout.js";
import { RecoverLog } from "../../../src/store/recover-log.js";
import { Store } from "../../../src/store/store.js";

let dir = "";
let root = "";
let store: Store;
beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), "store-"));
  root = path.join(dir, ".git/blobsy");
  store = Store.open(root);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const oidOf = (text: string): Oid => asOid(createHash("sha256").update(text).digest("hex"));
const object = (text: string): string => objectPath(store.layout, oidOf(text));
const out = { executable: false, mtimeNs: 1_000_000_000_000n };

function payload(text: string, name = "payload"): string {
  const file = path.join(dir, name);
  writeFileSync(file, text);
  return file;
}

/** Changes an object behind the store's back, as a failing disk does. */
function damage(text: string, bytes: string): void {
  fs.chmodSync(object(text), 0o644);
  writeFileSync(object(text), bytes);
}

function leftovers(): string[] {
  return readdirSync(store.layout.tmp).filter((name) => name !== "aside");
}

describe("ingest", () => {
  it("keeps a read-only copy that later edits do not reach", async () => {
    const file = payload("one");
    const first = await store.ingest(file);
    expect(first).toMatchObject({ oid: oidOf("one"), size: 3, stored: true });
    expect(first.facts).toEqual(lstatFacts(file));
    writeFileSync(file, "two");
    expect(readFileSync(object("one"), "utf8")).toBe("one");
    expect(statSync(object("one")).mode & 0o777).toBe(0o444);
    expect(await store.ingest(payload("one", "again"))).toMatchObject({ stored: false });
    expect(leftovers()).toEqual([]);
  });

  it("replaces a damaged object", async () => {
    await store.ingest(payload("good"));
    for (const bad of ["bad!", "", "longer than it was"]) {
      damage("good", bad);
      expect(await store.ingest(payload("good"))).toMatchObject({ stored: true });
      expect(readFileSync(object("good"), "utf8")).toBe("good");
    }
  });

  it("takes the same content from many at once", async () => {
    const files = Array.from({ length: 12 }, (_, n) => payload(`content ${n % 3}`, `f${n}`));
    const stores = [store, Store.open(root), Store.open(root)];
    const ingested = await Promise.all(
      files.map((file, n) => (stores[n % 2] ?? store).ingest(file)),
    );
    expect(ingested.filter(({ stored }) => stored).length).toBe(3);
    expect(leftovers()).toEqual([]);
  });

  it("leaves nothing of a payload it cannot read", async () => {
    symlinkSync("/etc/passwd", path.join(dir, "link"));
    await expect(store.ingest(path.join(dir, "link"))).rejects.toMatchObject({
      code: "PAYLOAD_UNREADABLE",
    });
    expect(leftovers()).toEqual([]);
  });
});

describe("a finished download", () => {
  it("becomes an object when it is what it should be, and nothing otherwise", async () => {
    await store.prepare();
    const arrive = (text: string): string => {
      const temp = store.tempPath("download");
      writeFileSync(temp, text);
      return temp;
    };
    await store.importTemp(arrive("blob"), { oid: oidOf("blob"), size: 4 });
    expect(await store.verifiedPath(oidOf("blob"), 4)).toBe(object("blob"));
    for (const bad of ["bl0b", "blob and more", ""]) {
      const blob = { oid: oidOf("other"), size: 4 };
      await expect(store.importTemp(arrive(bad), blob)).rejects.toMatchObject({
        code: "BLOB_CORRUPT",
      });
      // Hashed on its way: then it is not read again, but its length still counts.
      const known = bad === "bl0b" ? oidOf(bad) : oidOf("other");
      await expect(store.importTemp(arrive(bad), blob, known)).rejects.toMatchObject({
        code: "BLOB_CORRUPT",
      });
    }
    expect(store.has(oidOf("other"))).toBe(false);
    expect(leftovers()).toEqual([]);
  });
});

describe("a verified object", () => {
  it("is not read again, by this process or the next, until its facts change", async () => {
    await store.ingest(payload("data"));
    const facts = store.objectFacts(oidOf("data"));
    expect(facts && Store.open(root).verified.vouch(oidOf("data"), facts)).toBe(true);
    rmSync(store.layout.verified);
    expect(facts && Store.open(root).verified.vouch(oidOf("data"), facts)).toBe(false);
    expect(await Store.open(root).verifiedPath(oidOf("data"), 4)).toBe(object("data"));
  });

  it("is not vouched for by a damaged record", async () => {
    await store.ingest(payload("data"));
    const facts = store.objectFacts(oidOf("data"));
    const good = readFileSync(store.layout.verified, "latin1");
    for (let at = 1; at < good.length; at += 7) {
      const flipped =
        good.slice(0, at) + String.fromCharCode(good.charCodeAt(at) ^ 1) + good.slice(at + 1);
      writeFileSync(store.layout.verified, flipped, "latin1");
      expect(facts && Store.open(root).verified.vouch(oidOf("data"), facts), `byte ${at}`).toBe(
        false,
      );
    }
    writeFileSync(store.layout.verified, good.slice(0, 50) + good, "latin1");
    expect(facts && Store.open(root).verified.vouch(oidOf("data"), facts)).toBe(true);
  });

  it("is gone when it is damaged, and its bytes are kept as what they are", async () => {
    await store.ingest(payload("data"));
    damage("data", "edit");
    expect(await store.verifiedPath(oidOf("data"), 4)).toBeNull();
    expect(store.has(oidOf("data"))).toBe(false);
    expect(readFileSync(object("edit"), "utf8")).toBe("edit");
    const listed = new RecoverLog(root).listRecoverable();
    expect(listed).toMatchObject([{ oid: oidOf("edit"), size: 4, why: "late-write" }]);
  });

  it("has the size it is asked for", async () => {
    await store.ingest(payload("data"));
    truncateSync(payload("x"), 0);
    expect(store.has(oidOf("data"), 5)).toBe(false);
    expect(await store.verifiedPath(oidOf("nothing"), 4)).toBeNull();
  });
});

describe("a payload that was moved aside", () => {
  it("is filed by rename, hashed or known", async () => {
    const file = payload("aside");
    const { ino } = statSync(file);
    expect(await store.adopt(file)).toEqual({ oid: oidOf("aside"), size: 5 });
    expect([statSync(object("aside")).ino, existsSync(file)]).toEqual([ino, false]);
    const other = payload("known");
    const facts = lstatFacts(other);
    if (!facts) throw new Error("it was just written");
    expect(await store.adopt(other, { oid: oidOf("known"), facts })).toMatchObject({ size: 5 });
    expect(await store.verifiedPath(oidOf("known"), 5)).not.toBeNull();
  });

  it("is hashed when it is not what was known any more", async () => {
    const file = payload("known");
    const facts = lstatFacts(file);
    if (!facts) throw new Error("it was just written");
    writeFileSync(file, "later");
    expect(await store.adopt(file, { oid: oidOf("known"), facts })).toMatchObject({
      oid: oidOf("later"),
    });
  });

  it("is copied when it has another link, which goes on being the user's", async () => {
    const file = payload("linked");
    linkSync(file, path.join(dir, "mine"));
    await store.adopt(file);
    expect(existsSync(file)).toBe(false);
    writeFileSync(path.join(dir, "mine"), "edited");
    expect(readFileSync(object("linked"), "utf8")).toBe("linked");
  });

  it("is dropped when the store has it, and replaces what is damaged", async () => {
    await store.ingest(payload("same"));
    const { ino } = statSync(object("same"));
    await store.adopt(payload("same"));
    expect(statSync(object("same")).ino).toBe(ino);
    damage("same", "evil");
    await store.adopt(payload("same"));
    expect(readFileSync(object("same"), "utf8")).toBe("same");
  });

  it("is noticed when a program goes on writing to it in the store", async () => {
    const file = payload("first");
    const fd = openSync(file, "r+");
    await store.adopt(file);
    writeSync(fd, "LATE!");
    fs.closeSync(fd);
    expect(await store.verifiedPath(oidOf("first"), 5)).toBeNull();
    expect(readFileSync(object("LATE!"), "utf8")).toBe("LATE!");
  });
});

describe("taking a blob out", () => {
  const dest = (): string => path.join(dir, "out");

  it.each(["takeOut", "copyOut"] as const)(
    "%s gives the bytes, mode and time told",
    async (how) => {
      await store.ingest(payload("blob"));
      const facts = await store[how](oidOf("blob"), 4, dest(), { ...out, executable: true });
      expect(facts).toEqual(lstatFacts(dest()));
      expect(readFileSync(dest(), "utf8")).toBe("blob");
      expect([facts?.mtimeNs, (facts?.mode ?? 0) & 0o100]).toEqual([out.mtimeNs, 0o100]);
      expect(store.has(oidOf("blob"))).toBe(how === "copyOut");
      writeFileSync(dest(), "edit");
      if (how === "copyOut") expect(readFileSync(object("blob"), "utf8")).toBe("blob");
    },
  );

  it.each(["takeOut", "copyOut"] as const)("%s gives nothing of a damaged one", async (how) => {
    await store.ingest(payload("blob"));
    damage("blob", "bl0b");
    expect(await store[how](oidOf("blob"), 4, dest(), out)).toBeNull();
    expect([existsSync(dest()), store.has(oidOf("blob"))]).toEqual([false, false]);
    expect(await store[how](oidOf("blob"), 4, dest(), out)).toBeNull();
    expect(readFileSync(object("bl0b"), "utf8")).toBe("bl0b");
  });

  it("does not replace what is there", async () => {
    await store.ingest(payload("blob"));
    writeFileSync(dest(), "mine");
    await expect(store.copyOut(oidOf("blob"), 4, dest(), out)).rejects.toThrow();
    expect(readFileSync(dest(), "utf8")).toBe("mine");
  });
});

describe("the store's own directories", () => {
  it.each(["", "objects", "tmp", "bad"])("are refused when blobsy/%s is a link", (name) => {
    const elsewhere = path.join(dir, "elsewhere");
    mkdirSync(elsewhere);
    const planted = path.join(root, name);
    mkdirSync(path.dirname(planted), { recursive: true });
    symlinkSync(elsewhere, planted);
    expect(() => Store.open(root)).toThrow(/not a directory/);
  });

  it("list every object and nothing else", async () => {
    for (const text of ["a", "bb", "ccc"]) await store.ingest(payload(text));
    writeFileSync(path.join(store.layout.objects, oidOf("a").slice(0, 2), "stray"), "");
    const listed = [];
    for await (const blob of store.list()) listed.push(blob.size);
    expect(listed.sort()).toEqual([1, 2, 3]);
    await store.remove(oidOf("a"));
    await store.remove(oidOf("a"));
    expect(store.has(oidOf("a"))).toBe(false);
  });
});

describe("the recover log", () => {
  it("survives a torn line, and lists newest first and each once", async () => {
    const log = new RecoverLog(root);
    expect(log.listRecoverable()).toEqual([]);
    const entry = {
      path: "a b\n.bin",
      size: 1,
      executable: true,
      worktree: dir,
      why: "removed",
    } as const;
    const one = { ...entry, time: "2030-01-01T00:00:00.000Z", oid: oidOf("1") };
    const two = { ...entry, time: "2030-01-02T00:00:00.000Z", oid: oidOf("2") };
    await log.append(one);
    fs.appendFileSync(store.layout.recoverLog, '{"time":"2030-01-01T0');
    await log.append(two);
    await log.append(one);
    expect(log.listRecoverable()).toEqual([one, two]);
  });
});
