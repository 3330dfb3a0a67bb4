import { describe, expect, it } from "vitest";
import { formatRefFile } from "../../src/domain/bref.js";
import { favouredSide, mergeRefs } from "../../src/domain/merge-refs.js";
import { asOid } from "../../src/domain/oid.js";

const text = (digit: string, key = "k"): string =>
  formatRefFile({ oid: asOid(digit.repeat(64)), size: 4, remoteKey: `${key}/x` });
const A = text("a");
const B = text("b");
const C = text("c");
const A2 = text("a", "other");
const BROKEN = "<<<<<<< HEAD\n";

describe("three ref files merge to", () => {
  it.each([
    ["one side unchanged", A, A, B, "theirs"],
    ["the other unchanged", A, B, A, "ours"],
    ["both changed to the same", A, B, B, "ours"],
    ["the same blob under two keys", B, A, A2, "ours"],
    ["only the key changed here", A, A2, B, "theirs"],
    ["only a comment changed there", A, B, `${A}# note\n`, "ours"],
    ["both changed", A, B, C, null],
    ["added twice alike", "", A, A2, "ours"],
    ["added twice, differently", "", A, B, null],
    ["a broken side", A, BROKEN, B, null],
    ["a broken side, unchanged", BROKEN, BROKEN, B, "theirs"],
  ] as const)("%s", (_name, base, ours, theirs, side) => {
    expect(mergeRefs(Buffer.from(base), Buffer.from(ours), Buffer.from(theirs))).toBe(side);
  });
});

describe("the favoured side", () => {
  it.each([
    ["git merge x", null],
    ["git merge -X theirs x", "theirs"],
    ["git merge -Xours x", "ours"],
    ["git rebase --strategy-option=theirs x", "theirs"],
    ["git merge --strategy-option ours x", "ours"],
    ["git merge -X ours -X theirs x", "theirs"],
    ["git merge -X ignore-all-space x", null],
  ] as const)("of %s", (command, side) => {
    expect(favouredSide(command.split(" "))).toBe(side);
  });
});
