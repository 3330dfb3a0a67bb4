/**
 * Stripping `.bref` undoes every check Git made on a path. Each of these names is checked out by Git;
 * none of their payloads may appear, on clone or on pull, with the filter on.
 */
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bytes, sha256 } from "../helpers/bytes.js";
import { commitOf, inventory, refText, type Entry } from "../helpers/hostile.js";
import type { Ran } from "../helpers/run.js";
import { sharedWorld, type World } from "../helpers/world.js";

/** What every refused ref file would place: it is on the remote, under its right key. */
const LURE = bytes("lure");
/** A good payload beside them, which must arrive all the same. */
const GOOD = bytes("good");

const b = (text: string): Buffer => Buffer.from(text, "latin1");

/** Names of ref files; each goes into a directory of its own, by which its warnings are known. */
const NAMES: Record<string, string | Buffer> = {
  ".git": ".git.bref",
  ".GIT": ".GIT.bref",
  ".git with a trailing space": ".git .bref",
  ".git with a trailing dot": ".git..bref",
  ".git with dots and spaces": ".git . .bref",
  "git~1": "git~1.bref",
  "GIT~2": "GIT~2.bref",
  "zero width non-joiner in .git": ".g\u200cit.bref",
  "byte order mark in .git": ".Git\ufeff.bref",
  "dotless i in .git": ".g\u0131t.bref",
  "full-width g in .git": ".\uff47it.bref",
  ".gitattributes": ".gitattributes.bref",
  "short name of .gitattributes": "gitatt~1.bref",
  ".gitmodules": ".gitmodules.bref",
  "short name of .gitmodules": "gitmod~1.bref",
  ".gitignore": ".gitignore.bref",
  ".mailmap": ".mailmap.bref",
  ".blobsyconfig": ".blobsyconfig.bref",
  "no name": ".bref",
  "the directory itself": "..bref",
  "the parent directory": "...bref",
  "a payload that is a ref file": "x.bref.bref",
  "a payload that is a ref file on Windows": "x.BREF.bref",
  backslash: "a\\b.bref",
  "a Windows device": "con.bref",
  "a Windows device with a suffix": "aux.bin.bref",
  newline: "a\nb.bref",
  "carriage return": "a\rb.bref",
  tab: "a\tb.bref",
  "terminal escape": "\u001b]0;x\u0007.bref",
  delete: "\u007f.bref",
  "bidi override": "\u202ecod.exe.bref",
  "not UTF-8": b("a\xff\xfe.bref"),
  "a lone surrogate": b("\xed\xa0\x80.bref"),
  "a name too long for temporary ones": `${"y".repeat(248)}.bref`,
};

/** The same traps at the root, where the payload would be the repository itself. */
const AT_ROOT = [".git.bref", ".bref", "..bref", "...bref"];

interface Trap {
  readonly at: Buffer;
  /** Text that only lines about this trap have in them. */
  readonly mark: string | undefined;
}

const TRAPS: Record<string, Trap> = {
  ...Object.fromEntries(
    Object.entries(NAMES).map(([what, name], n): [string, Trap] => {
      const mark = `t${100 + n}/`;
      return [what, { at: Buffer.concat([Buffer.from(mark), Buffer.from(name)]), mark }];
    }),
  ),
  ...Object.fromEntries(
    AT_ROOT.map((name) => [`${name} at the root`, { at: Buffer.from(name), mark: undefined }]),
  ),
};

function entries(): Entry[] {
  const traps = Object.values(TRAPS);
  return [
    ...traps.map(({ at }) => ({ at, content: refText(LURE) })),
    ...traps.flatMap(({ mark }) => (mark ? [{ at: `${mark}keep`, content: "plain\n" }] : [])),
    { at: "good.bin.bref", content: refText(GOOD) },
  ];
}

/** The payload of a trap, one character per byte. */
function payloadOf({ at }: Trap): string {
  return at.toString("latin1").slice(0, -".bref".length);
}

function putOnRemote(w: World, content: Buffer): void {
  const hash = sha256(content);
  w.must("mkdir", "-p", "blobs/sha256");
  w.repo("blobs").write(`sha256/${hash}`, content);
}

/** Origin with the set-up commit and, on top, the hostile one; the victim has `install --global`. */
function build(w: World): void {
  w.initWithRemote();
  putOnRemote(w, LURE);
  putOnRemote(w, GOOD);
  w.must("blobsy", "install", "--global");
  const origin = w.path("origin.git");
  w.clone("before", { then: "plain" });
  const hostile = commitOf(w, origin, entries(), "main");
  w.must("git", "--git-dir", origin, "update-ref", "refs/heads/main", hostile);
}

describe.each(["clone", "pull"])("hostile names by %s", (way) => {
  let ran: Ran;
  let outside: Record<string, string> = {};
  const name = way === "clone" ? "victim" : "before";
  const w = sharedWorld((made) => {
    build(made);
    const look = (): Record<string, string> => inventory(made.dir, [name, "node-starts"]);
    outside = look();
    ran =
      way === "clone"
        ? made.run(["git", "clone", "-q", "origin.git", name])
        : made.run(["git", "pull", "-q"], { cwd: made.path(name) });
    expect(look(), "nothing changed outside the clone").toEqual(outside);
  });
  const victim = () => w().repo(name);

  it("Git succeeds, and the good payload arrives", () => {
    expect(ran.code).toBe(0);
    victim().assertPayload("good.bin", GOOD);
    expect(victim().git("status", "--porcelain").stdout).toBe("");
  });

  it("no lure is anywhere in the worktree", () => {
    const found = Object.entries(inventory(victim().dir, [".git"]));
    const lures = found.filter(([, what]) => what.endsWith(sha256(LURE))).map(([at]) => at);
    expect(lures).toEqual([]);
  });

  it("nothing in .git but blobsy's own was written by it", () => {
    const lures = Object.entries(inventory(victim().path(".git"), ["blobsy"]));
    expect(lures.filter(([, what]) => what.endsWith(sha256(LURE)))).toEqual([]);
  });

  it("what is printed cannot reach a terminal's controls", () => {
    const raw = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
    const status = victim().blobsy("status");
    expect(ran.stderr.replaceAll(/^remote: .*$/gm, "")).not.toMatch(raw);
    expect(status.stdout + status.stderr).not.toMatch(raw);
  });

  it.each(Object.entries(TRAPS))("%s: refused in one line, not published", (_what, trap) => {
    const payload = payloadOf(trap);
    const found = inventory(victim().dir, [".git"]);
    expect(found[`${payload}.bref`], "the ref file itself is checked out as it is").toBe(
      `644 ${sha256(refText(LURE))}`,
    );
    if (!/(^|\/)\.{0,2}$/.test(payload)) expect(found[payload]).toBeUndefined();

    const { mark } = trap;
    if (mark !== undefined) {
      const about = (text: string): string[] =>
        text.split("\n").filter((line) => line.includes(mark));
      expect(about(ran.stderr), `lines of warning:\n${about(ran.stderr).join("\n")}`).toHaveLength(
        1,
      );
      expect(about(victim().blobsy("status").stdout), "listed by status").toHaveLength(1);
    }

    const origin = w().path("origin.git");
    const base = w().must("git", "--git-dir", origin, "rev-parse", "main~1").trim();
    const only = [{ at: trap.at, content: refText(LURE) }];
    const commit = commitOf(w(), victim().path(".git"), only, base);
    const push = victim().git("push", "-q", "origin", `${commit}:refs/heads/published`);
    expect(push.code, "pre-push refuses it").not.toBe(0);
    expect(
      w().run(["git", "--git-dir", origin, "rev-parse", "-q", "--verify", "published"]).code,
    ).not.toBe(0);
  });

  it("status --json lists them all, each with its reason", () => {
    const listed = victim().blobsy("status", "--json");
    expect(listed.code).toBe(0);
    const { refused } = JSON.parse(listed.stdout) as {
      refused: { path: string; reason: string }[];
    };
    expect(refused.map(({ path }) => path).sort()).toEqual(
      Object.values(TRAPS)
        .map(({ at }) => at.toString("utf8"))
        .sort(),
    );
    expect(refused.filter(({ reason }) => reason === "")).toEqual([]);
  });
});

describe("a payload .git that would turn a directory into a repository", () => {
  const w = sharedWorld((made) => {
    const evil = "[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = ../sub\n";
    const canary = made.path("CANARY");
    const config = `${evil}\tfsmonitor = "touch '${canary}'; false"\n`;
    const gitfile = Buffer.from("gitdir: ../evil\n");
    made.initWithRemote();
    putOnRemote(made, gitfile);
    made.must("blobsy", "install", "--global");
    const origin = made.path("origin.git");
    const commit = commitOf(
      made,
      origin,
      [
        { at: "evil/HEAD", content: "ref: refs/heads/main\n" },
        { at: "evil/config", content: config },
        { at: "evil/objects/.keep", content: "" },
        { at: "evil/refs/.keep", content: "" },
        { at: "sub/file", content: "x\n" },
        { at: "sub/.git.bref", content: refText(gitfile) },
      ],
      "main",
    );
    made.must("git", "--git-dir", origin, "update-ref", "refs/heads/main", commit);
    made.must("git", "clone", "-q", "origin.git", "victim");
  });

  it("does not appear, whatever is run, and no program of the repository runs", () => {
    const victim = w().repo("victim");
    for (const args of [["sync"], ["pull", "--force"], ["pull", "--", "sub/.git"], ["fetch"]]) {
      victim.blobsy(...args);
    }
    victim.run(["git", "status"], { in: "sub" });
    expect(victim.has("sub/.git")).toBe(false);
    expect(existsSync(w().path("CANARY"))).toBe(false);
  });

  it("would do harm if it appeared: the canary is alive", () => {
    const victim = w().repo("victim");
    victim.write("sub/.git", "gitdir: ../evil\n");
    victim.run(["git", "status"], { in: "sub" });
    expect(existsSync(w().path("CANARY"))).toBe(true);
  });
});
