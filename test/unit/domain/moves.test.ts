import { describe, expect, it } from "vitest";
import { matchMoves, type FoundRef, type LostRef } from "../../../src/domain/moves.js";
import { asOid, type Oid } from "../../../src/domain/oid.js";
import type { PayloadPath } from "../../../src/domain/repo-path.js";

const A = asOid("a".repeat(64));
const B = asOid("b".repeat(64));
const at = (name: string) => name as PayloadPath;
const ref = (oid: Oid, ino: bigint, more: { size?: number; mtimeNs?: bigint } = {}) => ({
  oid,
  ino,
  size: 200,
  mtimeNs: 1n,
  ...more,
});
const lost = (path: string, base = A, ino: bigint | null = null): LostRef => ({
  path: at(path),
  base,
  ref: ino === null ? null : ref(base, ino),
  hasPayload: true,
});
const found = (path: string, oid = A, ino = 100n, mtimeNs = 1n): FoundRef => ({
  path: at(path),
  ref: ref(oid, ino, { mtimeNs }),
  hasPayload: false,
});

describe("renamed ref files", () => {
  it("are known by their inode, whatever they name now", () => {
    expect(matchMoves([lost("a", A, 7n)], [found("b", B, 7n)])).toEqual([{ from: "a", to: "b" }]);
  });

  it("are known by what they name when Git wrote them anew", () => {
    expect(matchMoves([lost("a", A, 7n)], [found("b", A, 8n)])).toEqual([{ from: "a", to: "b" }]);
  });

  it("prefer the inode over the name", () => {
    const moves = matchMoves([lost("a", A, 1n), lost("b", A, 2n)], [found("x", A, 2n)]);
    expect(moves).toEqual([{ from: "b", to: "x" }]);
  });

  it("are still known by it when they were touched, but not when the number is used again", () => {
    expect(matchMoves([lost("a", A, 7n)], [found("b", A, 7n, 2n)])).toHaveLength(1);
    expect(matchMoves([lost("a", A, 7n)], [found("b", B, 7n, 2n)])).toEqual([]);
  });

  it("are matched once each", () => {
    const moves = matchMoves([lost("a")], [found("x"), found("y")]);
    expect(moves).toEqual([{ from: "a", to: "x" }]);
  });

  it("are not guessed from different content", () => {
    expect(matchMoves([lost("a", A)], [found("x", B)])).toEqual([]);
  });

  it("swap places by inode", () => {
    const moves = matchMoves(
      [lost("a", A, 1n), lost("b", B, 2n)],
      [found("x", B, 2n), found("y", A, 1n)],
    );
    expect(moves).toEqual([
      { from: "b", to: "x" },
      { from: "a", to: "y" },
    ]);
  });

  describe("whose payload is at the old path no more", () => {
    const gone = { ...lost("a", A, 7n), hasPayload: false };

    it.each([true, false])("are known by being the very same file (payload there: %s)", (there) => {
      const to = { ...found("x", A, 7n), hasPayload: there };
      expect(matchMoves([gone], [to])).toEqual([{ from: "a", to: "x" }]);
    });

    it.each([
      ["an inode that another file was given", { ref: ref(A, 7n, { size: 199 }) }],
      ["what they name", { ref: ref(A, 8n) }],
      ["an inode, naming something else", { ref: ref(B, 7n) }],
    ])("are not known by %s", (_what, change) => {
      expect(matchMoves([gone], [{ ...found("x"), ...change }])).toEqual([]);
    });
  });

  it("leave a payload alone that is at the new path already, beside the old one", () => {
    expect(matchMoves([lost("a", A, 7n)], [{ ...found("x", A, 7n), hasPayload: true }])).toEqual(
      [],
    );
  });
});
