import { describe, expect, it } from "vitest";
import { type Action, decide, type RefState, type Situation } from "../../src/domain/decide.js";
import { asOid, type Oid } from "../../src/domain/oid.js";

const oid = { A: asOid("a".repeat(64)), B: asOid("b".repeat(64)), C: asOid("c".repeat(64)) };
type Name = keyof typeof oid;

/**
 * The whole table for hashes: payload, ref, base -> without and with discard evidence.
 * "-" is absent; of a ref that is absent, the index has forgotten it ("gone").
 */
const TABLE = `
P R B | no evidence  | evidence
- - - | forget       | forget
- - A | forget       | forget
- A - | materialise A| materialise A
- A A | materialise A| materialise A
- A B | materialise A| materialise A
A - - | release      | release
A - A | retire       | retire
A - B | release      | release
A A - | record A     | record A
A A A | record A     | record A
A A B | record A     | record A
A B - | conflict     | conflict
A B A | follow B     | follow B
A B B | write-ref A  | discard B
A B C | conflict     | discard B
`;

const rows = TABLE.trim()
  .split("\n")
  .slice(1)
  .map((line) => {
    const [names, without, withEvidence] = line.split("|").map((cell) => cell.trim());
    const [p, r, b] = names!.split(" ");
    return { p: p!, r: r!, b: b!, without: without!, withEvidence: withEvidence! };
  });

function situation(p: string, r: string, b: string, rest: Partial<Situation> = {}): Situation {
  return {
    payload: p === "-" ? { kind: "absent" } : { kind: "hash", oid: oid[p as Name] },
    ref: r === "-" ? { kind: "absent", index: "gone" } : { kind: "hash", oid: oid[r as Name] },
    base: b === "-" ? null : oid[b as Name],
    payloadInIndex: false,
    discard: false,
    leftOut: null,
    ...rest,
  };
}

function show(action: Action): string {
  const named = "oid" in action ? ` ${nameOf(action.oid)}` : "";
  return action.kind + named;
}

const nameOf = (o: Oid) => Object.entries(oid).find(([, value]) => value === o)?.[0] ?? "?";

/** Renames A, B, C so that a triple reads as one of the table's rows: only equality matters. */
function canonical(names: string[]): { key: string; rename: Map<string, string> } {
  const rename = new Map<string, string>();
  const key = names.map((name) => {
    if (name === "-") return "-";
    if (!rename.has(name)) rename.set(name, "ABC"[rename.size]!);
    return rename.get(name)!;
  });
  return { key: key.join(" "), rename };
}

const NAMES = ["-", "A", "B", "C"];
const triples = NAMES.flatMap((p) => NAMES.flatMap((r) => NAMES.map((b) => [p, r, b] as const)));

describe("the decision", () => {
  it("has a row for every way three names can agree or differ", () => {
    const keys = new Set(triples.map((t) => canonical([...t]).key));
    expect([...keys].sort()).toEqual(rows.map((row) => `${row.p} ${row.r} ${row.b}`).sort());
  });

  it.each(triples)("payload %s, ref %s, base %s", (p, r, b) => {
    const { key, rename } = canonical([p, r, b]);
    const row = rows.find((candidate) => `${candidate.p} ${candidate.r} ${candidate.b}` === key)!;
    const back = new Map([...rename].map(([from, to]) => [to, from]));
    const expected = (cell: string) =>
      cell.replace(/ ([ABC])$/, (_, name: string) => ` ${back.get(name)!}`);
    expect(show(decide(situation(p, r, b)))).toBe(expected(row.without));
    expect(show(decide(situation(p, r, b, { discard: true })))).toBe(expected(row.withEvidence));
  });

  it.each(triples)("never touches a path Git tracks itself: %s %s %s", (p, r, b) => {
    for (const discard of [true, false]) {
      const action = decide(situation(p, r, b, { payloadInIndex: true, discard }));
      expect(action.kind).toBe("git-owns");
    }
  });

  const badRefs: RefState[] = [
    { kind: "invalid", reason: "line 2" },
    { kind: "conflicted", reason: "line 3" },
    { kind: "refused", reason: "names .git" },
  ];
  it.each(triples)("touches nothing under a ref file it cannot use: %s (%s) %s", (p, _r, b) => {
    for (const ref of badRefs) {
      for (const discard of [true, false]) {
        const action = decide(situation(p, "A", b, { ref, discard }));
        expect(action).toEqual({ kind: "leave", reason: (ref as { reason: string }).reason });
      }
    }
  });

  it.each(triples)(
    "touches nothing where the payload is no readable file: (%s) %s %s",
    (_p, r, b) => {
      const payload = { kind: "unreadable", reason: "a directory" } as const;
      for (const discard of [true, false]) {
        const action = decide(situation("A", r, b, { payload, discard }));
        expect(action).toEqual({ kind: "leave", reason: "a directory" });
      }
    },
  );

  it.each(["A", "-", "B"])(
    "leaves a payload alone whose ref file is still listed (base %s)",
    (b) => {
      for (const p of ["A", "C"]) {
        const ref = { kind: "absent", index: "listed" } as const;
        expect(decide(situation(p, "-", b, { ref })).kind).toBe("leave");
      }
    },
  );

  it("retires an untouched payload outside the sparse checkout, and keeps an edited one", () => {
    const ref = { kind: "absent", index: "skip-worktree" } as const;
    expect(decide(situation("A", "-", "A", { ref })).kind).toBe("retire");
    expect(decide(situation("A", "-", "B", { ref })).kind).toBe("leave");
    expect(decide(situation("A", "-", "-", { ref })).kind).toBe("leave");
  });

  it.each(["excluded", "dropped"] as const)("keeps an %s path empty", (leftOut) => {
    expect(decide(situation("-", "A", "A", { leftOut })).kind).toBe("stay-absent");
    expect(decide(situation("-", "A", "-", { leftOut })).kind).toBe("stay-absent");
    expect(decide(situation("A", "B", "A", { leftOut })).kind).toBe("vacate");
    expect(decide(situation("B", "A", "A", { leftOut })).kind).toBe("write-ref");
    expect(decide(situation("A", "B", "C", { leftOut })).kind).toBe("conflict");
  });

  it.each(triples)("never writes a stale payload's name into the ref: %s %s %s", (p, r, b) => {
    for (const discard of [true, false]) {
      for (const leftOut of ["excluded", "dropped", null] as const) {
        const s = situation(p, r, b, { discard, leftOut });
        if (p === b) expect(decide(s).kind).not.toBe("write-ref");
      }
    }
  });
});
