/** Ref files, keys, links and remotes that a hostile commit may hold; each is refused as it says. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bytes, sha256 } from "../helpers/bytes.js";
import { commitOf, inventory, refText, type Entry } from "../helpers/hostile.js";
import type { Repo } from "../helpers/repo.js";
import type { Ran } from "../helpers/run.js";
import { sharedWorld, world, type World } from "../helpers/world.js";

const LURE = bytes("lure");
const SECRET = bytes("secret");
const HASH = sha256(LURE);
const KEY = `sha256/${HASH}`;

/** Ref texts that must place nothing. The lure is on the remote under `KEY`. */
const REFUSED: Record<string, string> = {
  empty: "",
  "a newline": "\n",
  "cut off": refText(LURE).slice(0, 60),
  "no format": refText(LURE).replace(/^format.*\n/m, ""),
  "no hash": refText(LURE).replace(/^hash.*\n/m, ""),
  "no size": refText(LURE).replace(/^size.*\n/m, ""),
  "another major version": refText(LURE, { format: "blobsy-bref/1.0" }),
  "another format": refText(LURE, { format: "git-lfs/1" }),
  "hash twice": refText(LURE).replace(/^(hash.*\n)/m, `$1hash: sha256:${sha256("x")}\n`),
  "size twice": refText(LURE).replace(/^(size.*\n)/m, "$1size: 65\n"),
  "hash too short": refText(LURE, { hash: `sha256:${HASH.slice(1)}` }),
  "hash too long": refText(LURE, { hash: `sha256:${HASH}0` }),
  "hash in upper case": refText(LURE, { hash: `sha256:${HASH.toUpperCase()}` }),
  "hash without its kind": refText(LURE, { hash: HASH }),
  "another kind of hash": refText(LURE, { hash: `sha512:${HASH}${HASH}` }),
  "negative size": refText(LURE, { size: "-64" }),
  "size with a leading zero": refText(LURE, { size: "064" }),
  "size as an exponent": refText(LURE, { size: "64e0" }),
  "size in hex": refText(LURE, { size: "0x40" }),
  "size as a fraction": refText(LURE, { size: "64.0" }),
  "size beyond 2^53": refText(LURE, { size: "9007199254740993" }),
  "more than 4096 bytes": `${refText(LURE)}${"# comment\n".repeat(500)}`,
  "conflict markers": `<<<<<<< HEAD\n${refText(SECRET)}=======\n${refText(LURE)}>>>>>>> x\n`,
  json: JSON.stringify({ format: "blobsy-bref/0.1", hash: `sha256:${HASH}`, size: 64 }),
  "a NUL": refText(LURE).replace("size", "x\0y: 1\nsize"),
  "size too small": refText(LURE, { size: "63" }),
  "size too large": refText(LURE, { size: "65" }),
  "size 0 with another hash": refText(LURE, { size: "0" }),
  "hash of something else": refText(LURE, { hash: `sha256:${sha256("other")}` }),
  "unknown compression": `${refText(LURE)}compressed: brotli\n`,
  "compressed, but the object is not": `${refText(LURE)}compressed: zstd\n`,
  "key climbs out": refText(SECRET, { remote_key: "../secret" }),
  "key climbs out later": refText(SECRET, { remote_key: "sha256/../../secret" }),
  "absolute key": refText(SECRET, { remote_key: "/etc/hostname" }),
  "key with an empty name": refText(LURE, { remote_key: `sha256//${HASH}` }),
  "key with a dot name": refText(LURE, { remote_key: `./${KEY}` }),
  "hidden key": refText(LURE, { remote_key: `.hidden/${HASH}` }),
  "blobsy's own key": refText(LURE, { remote_key: ".blobsy/remote" }),
  "key that looks like an option": refText(LURE, { remote_key: `-rf/${HASH}` }),
  "key with an option inside": refText(LURE, { remote_key: `a/-o${HASH}` }),
  "key with a backslash": refText(LURE, { remote_key: `sha256\\${HASH}` }),
  "key too long": refText(LURE, { remote_key: `${"k".repeat(600)}/${HASH}` }),
  "key with a control character": refText(LURE, { remote_key: `sha256/\u0007${HASH}` }),
};

/** These are kept as they are and must work. */
const ACCEPTED: Record<string, string> = {
  "CR LF": refText(LURE).replaceAll("\n", "\r\n"),
  "a byte order mark": `\ufeff${refText(LURE)}`,
  "comments and blank lines": `# one\n\n${refText(LURE)}\n# two\n`,
  "unknown keys": `${refText(LURE)}note: kept\nexec: touch /tmp/x\n`,
  "a newer minor version": refText(LURE, { format: "blobsy-bref/0.9" }),
};

function fileOf(what: string): string {
  return `${what.replaceAll(/[^\w]+/g, "-")}.bin`;
}

function putOnRemote(w: World, content: Buffer): void {
  w.must("mkdir", "-p", "blobs/sha256");
  w.repo("blobs").write(`sha256/${sha256(content)}`, content);
}

function advance(w: World, entries: readonly Entry[]): void {
  const origin = w.path("origin.git");
  const commit = commitOf(w, origin, entries, "main");
  w.must("git", "--git-dir", origin, "update-ref", "refs/heads/main", commit);
}

describe.each(["clone", "pull"])("hostile ref files by %s", (way) => {
  let ran: Ran;
  const w = sharedWorld((made) => {
    made.initWithRemote();
    putOnRemote(made, LURE);
    writeFileSync(made.path("secret"), SECRET);
    made.must("blobsy", "install", "--global");
    if (way === "pull") made.clone("victim", { then: "plain" });
    advance(made, [
      ...[...Object.entries(REFUSED), ...Object.entries(ACCEPTED)].map(([what, content]) => ({
        at: `${fileOf(what)}.bref`,
        content,
      })),
    ]);
    const look = (): object => inventory(made.dir, ["victim", "node-starts"]);
    const before = look();
    ran =
      way === "pull"
        ? made.run(["git", "pull", "-q"], { cwd: made.path("victim") })
        : made.run(["git", "clone", "-q", "origin.git", "victim"]);
    expect(look(), "nothing changed outside the clone").toEqual(before);
  });

  it("Git succeeds", () => {
    expect(ran.code).toBe(0);
  });

  it.each(Object.entries(REFUSED))("%s: no payload, said once, kept as it is", (what, text) => {
    const victim = w().repo("victim");
    const name = fileOf(what);
    expect(victim.has(name)).toBe(false);
    expect(victim.read(`${name}.bref`).toString()).toBe(text);
    const lines = ran.stderr.split("\n").filter((line) => line.includes(name));
    expect(lines.length, "it is said").toBeGreaterThan(0);
    expect(victim.blobsy("status").stdout).toContain(name);
  });

  it.each(Object.entries(ACCEPTED))("%s: works", (what, text) => {
    const victim = w().repo("victim");
    victim.assertPayload(fileOf(what), LURE);
    expect(victim.read(`${fileOf(what)}.bref`).toString()).toBe(text);
  });

  it("the tree is clean and sync brings none of them either", () => {
    const victim = w().repo("victim");
    expect(victim.status()).toEqual([]);
    expect(victim.blobsy("sync").code).not.toBe(0);
    for (const what of Object.keys(REFUSED)) expect(victim.has(fileOf(what)), what).toBe(false);
    const secrets = Object.values(inventory(victim.dir)).filter((is) =>
      is.endsWith(sha256(SECRET)),
    );
    expect(secrets).toEqual([]);
  });

  it("unknown keys survive an edit, in their order", () => {
    const victim = w().repo("victim");
    victim.write(fileOf("unknown keys"), bytes("edit"));
    victim.commitAll("edit");
    const text = victim.ref(fileOf("unknown keys"))?.text ?? "";
    expect(text).toMatch(/note: kept\nexec: touch \/tmp\/x\n/);
    victim.assertInStep(fileOf("unknown keys"));
  });
});

describe("what lies in the way of a payload", () => {
  /** A victim with `model.bin` at v1 tracked, and an origin that moved it to v2. */
  function start(): { w: World; b: Repo } {
    const w = world();
    const a = w.initWithRemote();
    a.track("d/model.bin", bytes("v1"));
    a.must("push", "-q");
    const b = w.clone("b");
    a.write("d/model.bin", bytes("v2"));
    a.commitAll("v2");
    a.must("push", "-q");
    b.sh("rm -f d/model.bin");
    return { w, b };
  }

  it.each([
    [
      "a link to a file",
      (b: Repo, w: World) => symlinkSync(w.path("target"), b.path("d/model.bin")),
    ],
    ["a dangling link", (b: Repo, w: World) => symlinkSync(w.path("none"), b.path("d/model.bin"))],
    ["a directory", (b: Repo) => b.write("d/model.bin/inside", "x")],
    ["a FIFO", (b: Repo) => execFileSync("mkfifo", [b.path("d/model.bin")])],
  ] as const)("%s at its path: left alone, and no hang", (_what, put) => {
    const { w, b } = start();
    writeFileSync(w.path("target"), "precious\n");
    put(b, w);
    const before = inventory(b.path("d"), ["model.bin.bref"]);

    expect(b.git("pull", "-q").code).toBe(0);
    b.blobsy("sync");

    expect(inventory(b.path("d"), ["model.bin.bref"])).toEqual(before);
    expect(w.must("cat", "target")).toBe("precious\n");
    expect(existsSync(w.path("none"))).toBe(false);
    expect(b.blobsy("status").stdout).toContain("d/model.bin");
    expect(b.ref("d/model.bin")?.hash).toBe(sha256(bytes("v2")));
  });

  it("a parent that became a link outwards: nothing is written through it", () => {
    const { w, b } = start();
    mkdirSync(w.path("elsewhere"));
    b.sh("mv d real && ln -s ../elsewhere d");

    b.git("pull", "-q");
    b.blobsy("sync");
    b.blobsy("pull", "--force");

    expect(inventory(w.path("elsewhere"))).toEqual({});
  });

  it("a committed link as parent, and a stale record below it", () => {
    const { w, b } = start();
    mkdirSync(w.path("elsewhere"));
    b.must("pull", "-q");
    const origin = w.path("origin.git");
    const base = w.must("git", "--git-dir", origin, "rev-parse", "main~2").trim();
    const link = commitOf(w, origin, [{ at: "d", content: "../elsewhere", mode: "120000" }], base);
    w.must("git", "--git-dir", origin, "update-ref", "refs/heads/link", link);
    b.must("fetch", "-q", "origin", "link");

    expect(b.git("checkout", "-q", "FETCH_HEAD").code).toBe(0);
    b.blobsy("sync");

    expect(inventory(w.path("elsewhere"))).toEqual({});
    b.must("checkout", "-q", "main");
    b.assertPayload("d/model.bin", bytes("v2"));
  });

  it("a nested repository: its directory is not ours", () => {
    const { b } = start();
    b.sh("rm -rf d && git init -q d");
    expect(b.git("pull", "-q").code).toBe(0);
    b.blobsy("sync");
    expect(b.has("d/model.bin")).toBe(false);
  });

  it("a ref file that is a link is no ref file", () => {
    const w = world();
    w.initWithRemote();
    putOnRemote(w, LURE);
    writeFileSync(w.path("outside.bref"), refText(LURE));
    w.must("blobsy", "install", "--global");
    advance(w, [{ at: "x.bin.bref", content: "../outside.bref", mode: "120000" }]);
    const b = w.clone("b", { then: "plain" });
    b.blobsy("sync");
    expect(b.has("x.bin")).toBe(false);
    expect(b.status()).toEqual([]);
  });

  it("attributes of a commit cannot recode ref files or send other files through", () => {
    const w = world();
    w.initWithRemote();
    putOnRemote(w, LURE);
    w.must("blobsy", "install", "--global");
    const attributes =
      "* filter=blobsy\n*.bref text eol=crlf working-tree-encoding=UTF-16LE-BOM ident\n";
    advance(w, [
      { at: "x.bin.bref", content: refText(LURE) },
      { at: "README", content: "$Id$ plain text\n" },
      { at: "big.dat", content: Buffer.alloc(3_000_000, 7) },
      { at: ".gitattributes", content: attributes },
    ]);
    const b = w.clone("b", { then: "plain" });
    b.mustBlobsy("install");
    b.blobsy("sync");
    expect(b.read("README").toString()).toBe("$Id$ plain text\n");
    expect(b.read("big.dat").equals(Buffer.alloc(3_000_000, 7))).toBe(true);
    b.sh("rm -f x.bin.bref && git checkout -q -- x.bin.bref");
    b.mustBlobsy("sync");
    b.assertPayload("x.bin", LURE);
    expect(b.read("x.bin.bref").toString()).toBe(refText(LURE));
  });
});

describe("remotes that a commit names", () => {
  function withUrl(url: string): { w: World; b: Repo; ran: Ran } {
    const w = world();
    w.initWithRemote();
    putOnRemote(w, LURE);
    w.must("cp", "-a", "blobs", "unmarked");
    w.must("rm", "-rf", "unmarked/.blobsy");
    w.must("blobsy", "install", "--global");
    const config = `[blobsy]\n\tbackend = default\n[backend "default"]\n\turl = ${url}\n`;
    advance(w, [
      { at: "x.bin.bref", content: refText(LURE) },
      { at: ".blobsyconfig", content: config.replaceAll("WORLD", w.dir) },
    ]);
    const ran = w.run(["git", "clone", "-q", "origin.git", "b"]);
    return { w, b: w.repo("b"), ran };
  }

  it("the usual one works: this very set-up is no trap", () => {
    const { b } = withUrl("local:../blobs");
    b.assertPayload("x.bin", LURE);
  });

  it.each([
    ["an absolute directory", "local:WORLD/blobs"],
    ["a directory without blobsy's marker", "local:../unmarked"],
    ["a git dir", "local:.git"],
    ["a directory that is not there", "local:../none"],
    ["the home directory", "local:~/blobs"],
    ["a variable", "local:$HOME/blobs"],
    ["plain http", "http://127.0.0.1:9/x"],
    ["this machine", "https://127.0.0.1:9/x"],
    ["a file URL", "file://WORLD/blobs"],
    ["credentials in the URL", "https://user:pass@example.org/x"],
  ])("%s is not used: %s", (_what, url) => {
    const { w, b, ran } = withUrl(url);
    expect(ran.code).toBe(0);
    expect(b.has("x.bin")).toBe(false);
    expect(b.status()).toEqual([]);
    expect(existsSync(w.path("none"))).toBe(false);
    expect(ran.stderr).toMatch(/blobsy/);
    expect(ran.stderr).not.toContain("user:pass");
    expect(b.blobsy("pull").code).not.toBe(0);
    expect(b.has("x.bin")).toBe(false);
  });

  it("a command backend does nothing until trusted", () => {
    const { w, b, ran } = withUrl(
      "local:../blobs\n\ttype = command\n\tpull = touch WORLD/CANARY\n\tpush = touch WORLD/CANARY",
    );
    expect(ran.code).toBe(0);
    b.blobsy("sync");
    b.git("push", "-q", "origin", "HEAD:refs/heads/y");
    expect(existsSync(w.path("CANARY"))).toBe(false);
  });

  it("a later commit that points elsewhere sends nothing there", () => {
    const w = world();
    const a = w.initWithRemote();
    a.track("model.bin", bytes("v1"));
    a.must("push", "-q");
    const b = w.clone("b");
    w.must("cp", "-a", "blobs", "elsewhere");
    const config =
      '[blobsy]\n\tbackend = default\n[backend "default"]\n\turl = local:../elsewhere\n';
    advance(w, [{ at: ".blobsyconfig", content: config }]);
    b.must("pull", "-q");
    b.write("model.bin", bytes("private"));
    b.commitAll("private");
    const before = inventory(w.path("elsewhere"));

    const push = b.git("push", "-q");

    expect(push.code).not.toBe(0);
    expect(push.stderr).toMatch(/blobsy trust/);
    b.blobsy("push");
    b.blobsy("sync");
    expect(inventory(w.path("elsewhere"))).toEqual(before);
    b.mustBlobsy("trust");
    b.must("push", "-q");
    const found = Object.values(inventory(w.path("elsewhere")));
    expect(found.some((is) => is.endsWith(sha256(bytes("private"))))).toBe(true);
  });
});
