import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs, {
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { copyHashing, hashFile } from "../../../src/fs/hash.js";

const MIB = 1024 * 1024;
let dir = "";
let file = "";
let copy = "";

beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), "hash-"));
  file = path.join(dir, "payload");
  copy = path.join(dir, "copy");
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const content = (size: number): Buffer =>
  Buffer.from(Array.from({ length: size }, (_, at) => (at * 7 + (at >> 12)) % 251));
const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

describe("hashing and copying", () => {
  it.each([0, 1, MIB - 1, MIB, MIB + 1, 3 * MIB, 3 * MIB + 5])("%i bytes", async (size) => {
    const bytes = content(size);
    writeFileSync(file, bytes);
    let counted = 0;
    const hashed = await hashFile(file, { onBytes: (more) => (counted += more) });
    expect([hashed.oid, hashed.size, counted]).toEqual([sha256(bytes), size, size]);
    const copied = await copyHashing(file, copy, { mode: 0o444, mtimeNs: 1_000_000_000_000n });
    expect([copied.oid, copied.size]).toEqual([sha256(bytes), size]);
    expect(readFileSync(copy).equals(bytes)).toBe(true);
    expect(statSync(copy).mode & 0o777).toBe(0o444);
    expect(statSync(copy).mtimeMs).toBe(1_000_000);
  });

  it("counts no byte twice when a file changed while it was read", async () => {
    writeFileSync(file, content(3 * MIB));
    let counted = 0;
    let edits = 1;
    const onBytes = (more: number): void => {
      counted += more;
      if (edits-- > 0) writeFileSync(file, content(2 * MIB));
    };
    const hashed = await hashFile(file, { onBytes });
    expect([hashed.oid, counted]).toEqual([sha256(content(2 * MIB)), 2 * MIB]);
  });

  it("gives up on a file that changes every time, and leaves no copy", async () => {
    writeFileSync(file, content(2 * MIB));
    let edits = 0;
    const onBytes = (): void => fs.appendFileSync(file, String((edits += 1)));
    await expect(copyHashing(file, copy, { onBytes })).rejects.toMatchObject({
      code: "PAYLOAD_BUSY",
    });
    expect(fs.existsSync(copy)).toBe(false);
  });

  it("sees an edit of the same length at the same place while it copies", async () => {
    const first = Buffer.alloc(2 * MIB, "a");
    const second = Buffer.alloc(2 * MIB, "b");
    writeFileSync(file, first);
    let edits = 1;
    const onBytes = (): void => {
      if (edits-- > 0) writeFileSync(file, second);
    };
    const { oid } = await copyHashing(file, copy, { onBytes });
    expect(oid).toBe(sha256(readFileSync(copy)));
    expect(oid).toBe(sha256(second));
  });

  it("does not follow a link, and does not wait for a FIFO or a device", async () => {
    writeFileSync(path.join(dir, "real"), "secret");
    symlinkSync("real", file);
    const fifo = path.join(dir, "fifo");
    execFileSync("mkfifo", [fifo]);
    for (const one of [file, fifo, dir, "/dev/zero", path.join(dir, "absent")]) {
      await expect(hashFile(one), one).rejects.toMatchObject({ code: "PAYLOAD_UNREADABLE" });
    }
  });

  it("stops when told", async () => {
    writeFileSync(file, content(4 * MIB));
    const stop = new AbortController();
    const onBytes = (): void => stop.abort();
    await expect(copyHashing(file, copy, { onBytes, signal: stop.signal })).rejects.toMatchObject({
      code: "INTERRUPTED",
    });
    expect(fs.existsSync(copy)).toBe(false);
  });

  it("does not write over what is there", async () => {
    writeFileSync(file, "one");
    writeFileSync(copy, "somebody's");
    await expect(copyHashing(file, copy)).rejects.toMatchObject({ code: "EEXIST" });
    expect(readFileSync(copy, "utf8")).toBe("somebody's");
  });
});
