import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as zlib from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { hasChecksum, likeThat, partChecksum } from "../../../src/transport/part-checksum.js";
import { sha256 } from "../../helpers/bytes.js";

// The check value of every description of this CRC-32.
const content = Buffer.from("..123456789..");
const CRC = "crc32:cbf43926";
const SHA = `sha256:${sha256(Buffer.from("123456789"))}`;
const hasCrc = "crc32" in zlib;
let dir = "";
let stretch = { file: "", start: 2, length: 9 };

beforeAll(() => {
  dir = mkdtempSync(path.join(tmpdir(), "part-checksum-"));
  stretch = { ...stretch, file: path.join(dir, "file") };
  writeFileSync(stretch.file, content);
});
afterAll(() => rmSync(dir, { recursive: true }));

it("is the same in one piece and in several", () => {
  const whole = partChecksum();
  whole.update(content.subarray(2, 11));
  const pieces = partChecksum();
  for (const byte of content.subarray(2, 11)) pieces.update(Uint8Array.of(byte));
  expect([whole.digest(), pieces.digest()]).toEqual(Array(2).fill(hasCrc ? CRC : SHA));
});

it.each([...(hasCrc ? [CRC] : []), SHA])("%s is found again", async (noted) => {
  expect(likeThat(noted)).not.toBeNull();
  expect(await hasChecksum(noted, stretch, undefined)).toBe(true);
  expect(await hasChecksum(noted, { ...stretch, start: 1 }, undefined)).toBe(false);
});

it.each(["", "md5:25f9e794323b453885f5181f1b624d0b", sha256(Buffer.from("123456789")), "crc32:"])(
  "%j is believed of nothing",
  async (noted) => {
    expect(await hasChecksum(noted, stretch, undefined)).toBe(false);
  },
);

it("is not there where the file is too short", async () => {
  await expect(hasChecksum(SHA, { ...stretch, length: 99 }, undefined)).rejects.toMatchObject({
    code: "BLOB_CORRUPT",
  });
});
