import { describe, expect, it } from "vitest";
import { isDiscard, type SmudgeNote } from "../../../src/domain/discard.js";
import type { FileFacts } from "../../../src/domain/file-facts.js";

const facts: FileFacts = {
  kind: "file",
  size: 3,
  mtimeNs: 100n,
  ctimeNs: 100n,
  ino: 7n,
  dev: 1n,
  nlink: 1,
  mode: 0o644,
};

const note: SmudgeNote = {
  path: "m.bin",
  textHash: "t",
  refWas: "absent",
  payload: facts,
  noticed: false,
  passNs: 200n,
  sinceNs: 50n,
};

describe("discard evidence", () => {
  it("is there when Git removed the ref file, wrote it anew, and had been told of the edit", () => {
    expect(isDiscard(note, "t", facts)).toBe(true);
    expect(isDiscard({ ...note, refWas: "empty" }, "t", facts)).toBe(true);
  });

  it.each([
    [
      "archive and cat-file leave the ref file as it is",
      { ...note, refWas: "present" },
      "t",
      facts,
    ],
    ["the ref file holds something else now", note, "u", facts],
    ["the ref file is gone", note, null, facts],
    ["the payload was edited after the request", note, "t", { ...facts, mtimeNs: 300n }],
    ["the payload was replaced after the request", note, "t", { ...facts, ino: 8n }],
    ["the payload's mtime was set back after the request", note, "t", { ...facts, ctimeNs: 150n }],
    ["there was no payload at the request", { ...note, payload: null }, "t", facts],
    ["there is no payload now", note, "t", null],
    ["the edit came with the noticing pass", { ...note, passNs: 100n }, "t", facts],
    ["the edit came after the noticing pass", { ...note, passNs: 50n }, "t", facts],
    ["the noticing pass looked at later edits only", { ...note, sinceNs: 100n }, "t", facts],
    ["there was no noticing pass", { ...note, passNs: 0n }, "t", facts],
  ] as const)("is not there when %s", (_why, given, text, payload) => {
    expect(isDiscard(given, text, payload)).toBe(false);
  });

  it("does not need the pass when this process showed Git this very edit", () => {
    expect(isDiscard({ ...note, passNs: 0n, noticed: true }, "t", facts)).toBe(true);
  });
});
