import { describe, expect, it } from "vitest";
import { matchMoves, type FoundRef, type LostRef } from "../../../src/domain/moves.js";
import { asOid } from "../../../src/domain/oid.js";
import type { PayloadPath } from "../../../src/domain/repo-path.js";

const A = asOid("a".repeat(64));
const B = asOid("b".repeat(64));
const at = (name: string) => name as PayloadPath;
const lost = (path: string, base = A, ino: bigint | null = null, mtimeNs = 1n): LostRef => ({
  path: at(path),
  base,
  refFile: ino === null ? null : { ino, mtimeNs },
});
const found = (path: string, oid = A, ino = 100n, mtimeNs = 1n): FoundRef => ({
  path: at(path),
  oid,
  refFile: { ino, mtimeNs },
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
});
