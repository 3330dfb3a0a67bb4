/** Ref files, keys, links and remotes that a hostile commit may hold; each is refused as it says. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bytes, sha256 } from "../helpers/bytes.js";
import { commitOf, inventory, refText, type Entry } from "../helpers/hostile.js";
import type { Repo } from "../helpers/repo.js";
import type { Ran } from "../helpers/run.js";
import { sharedWorld, world, type World } from "../helpers/world.js";

const SECRET = bytes("secret");

/** A content of its own for each row, so that no row finds its blob by another row's ref file. */
function lureOf(what: string): Buffer {
  return bytes(`lure: ${what}`.slice(0, 60));
}

type Text = (lure: Buffer, hash: string) => string;

/** Ref texts that must place nothing. Each lure is on the remote under its usual key. */
const REFUSED_TEXTS: Record<string, Text> = {
  empty: () => "",
  "a newline": () => "\n",
  "cut off": (lure) => refText(lure).slice(0, 60),
  "no format": (lure) => refText(lure).replace(/^format.*\n/m, ""),
  "no hash": (lure) => refText(lure).replace(/^hash.*\n/m, ""),
  "no size": (lure) => refText(lure).replace(/^size.*\n/m, ""),
  "another major version": (lure) => refText(lure, { format: "blobsy-bref/1.0" }),
  "another format": (lure) => refText(lure, { format: "git-lfs/1" }),
  "hash twice": (lure) => refText(lure).replace(/^(hash.*\n)/m, `$1hash: sha256:${sha256("x")}\n`),
  "size twice": (lure) => refText(lure).replace(/^(size.*\n)/m, "$1size: 65\n"),
  "hash too short": (lure, hash) => refText(lure, { hash: `sha256:${hash.slice(1)}` }),
  "hash too long": (lure, hash) => refText(lure, { hash: `sha256:${hash}0` }),
  "hash in upper case": (lure, hash) => refText(lure, { hash: `sha256:${hash.toUpperCase()}` }),
  "hash without its kind": (lure, hash) => refText(lure, { hash: hash }),
  "another kind of hash": (lure, hash) => refText(lure, { hash: `sha512:${hash}${hash}` }),
  "negative size": (lure) => refText(lure, { size: "-64" }),
  "size with a leading zero": (lure) => refText(lure, { size: "064" }),
  "size as an exponent": (lure) => refText(lure, { size: "64e0" }),
  "size in hex": (lure) => refText(lure, { size: "0x40" }),
  "size as a fraction": (lure) => refText(lure, { size: "64.0" }),
  "size beyond 2^53": (lure) => refText(lure, { size: "9007199254740993" }),
  "more than 4096 bytes": (lure) => `${refText(lure)}${"# comment\n".repeat(500)}`,
  "conflict markers": (lure) =>
    `<<<<<<< HEAD\n${refText(SECRET)}=======\n${refText(lure)}>>>>>>> x\n`,
  json: (_, hash) =>
    JSON.stringify({ format: "blobsy-bref/0.1", hash: `sha256:${hash}`, size: 64 }),
  "a NUL": (lure) => refText(lure).replace("size", "x\0y: 1\nsize"),
  "size too small": (lure) => refText(lure, { size: "63" }),
  "size too large": (lure) => refText(lure, { size: "65" }),
  "size 0 with another hash": (lure) => refText(lure, { size: "0" }),
  "hash of something else": (lure) => refText(lure, { hash: `sha256:${sha256("other")}` }),
  "key climbs out": () => refText(SECRET, { remote_key: "../secret" }),
  "key climbs out later": () => refText(SECRET, { remote_key: "sha256/../../secret" }),
  "absolute key": () => refText(SECRET, { remote_key: "/etc/hostname" }),
  "key with an empty name": (lure, hash) => refText(lure, { remote_key: `sha256//${hash}` }),
  "key with a dot name": (lure, hash) => refText(lure, { remote_key: `./sha256/${hash}` }),
  "hidden key": (lure, hash) => refText(lure, { remote_key: `.hidden/${hash}` }),
  "blobsy's own key": (lure) => refText(lure, { remote_key: ".blobsy/remote" }),
  "key that looks like an option": (lure, hash) => refText(lure, { remote_key: `-rf/${hash}` }),
  "key with an option inside": (lure, hash) => refText(lure, { remote_key: `a/-o${hash}` }),
  "key with a backslash": (lure, hash) => refText(lure, { remote_key: `sha256\\${hash}` }),
  "key too long": (lure, hash) => refText(lure, { remote_key: `${"k".repeat(600)}/${hash}` }),
  "key with a control character": (lure, hash) =>
    refText(lure, { remote_key: `sha256/\u0007${hash}` }),
};

/** These are kept as they are and must work. */
const ACCEPTED_TEXTS: Record<string, Text> = {
  "CR LF": (lure) => refText(lure).replaceAll("\n", "\r\n"),
  "a byte order mark": (lure) => `\ufeff${refText(lure)}`,
  "comments and blank lines": (lure) => `# one\n\n${refText(lure)}\n# two\n`,
  "unknown keys": (lure) => `${refText(lure)}note: kept\nexec: touch /tmp/x\n`,
  "a newer minor version": (lure) => refText(lure, { format: "blobsy-bref/0.9" }),
};

function texts(from: Record<string, Text>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(from).map(([what, text]) => {
      const lure = lureOf(what);
      return [what, text(lure, sha256(lure))];
    }),
  );
}

const REFUSED = texts(REFUSED_TEXTS);
const ACCEPTED = texts(ACCEPTED_TEXTS);

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
    for (const what of [...Object.keys(REFUSED), ...Object.keys(ACCEPTED)]) {
      putOnRemote(made, lureOf(what));
    }
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

  it.each(Object.entries(REFUSED))("%s: no payload, said, kept as it is", (what, text) => {
    const victim = w().repo("victim");
    const name = fileOf(what);
    expect(victim.has(name)).toBe(false);
    expect(victim.read(`${name}.bref`).toString()).toBe(text);
    // Of many like it, some are counted only, and the line says where to see them all.
    const lines = ran.stderr.split("\n").filter((line) => line.includes(`${name}`));
    if (lines.length === 0) expect(ran.stderr).toMatch(/more like these; see: blobsy status/);
    expect(victim.blobsy("status").stdout).toContain(name);
  });

  it.each(Object.entries(ACCEPTED))("%s: works", (what, text) => {
    const victim = w().repo("victim");
    victim.assertPayload(fileOf(what), lureOf(what));
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

describe("ref files that name the same hash", () => {
  it.each(["zstd", "brotli"])(
    "compressed: %s, where the object is not: never other bytes",
    (how) => {
      const w = world();
      const [plain, garbage] = [lureOf("plain"), lureOf("garbage")];
      w.initWithRemote();
      putOnRemote(w, plain);
      w.repo("blobs").write(`sha256/${sha256(garbage)}`, Buffer.alloc(64, 7));
      w.must("blobsy", "install", "--global");
      advance(w, [
        { at: "plain.bin.bref", content: `${refText(plain)}compressed: ${how}\n` },
        { at: "garbage.bin.bref", content: `${refText(garbage)}compressed: ${how}\n` },
      ]);
      const b = w.clone("b", { then: "plain" });
      if (b.has("plain.bin")) b.assertPayload("plain.bin", plain);
      expect(b.has("garbage.bin")).toBe(false);
      expect(b.storeHas(garbage)).toBe(false);
      expect(b.blobsy("status").stdout).toContain("garbage.bin");
    },
  );

  it("one that lies about the size does not take the blob from the honest ones", () => {
    const w = world();
    const lure = lureOf("shared");
    w.initWithRemote();
    putOnRemote(w, lure);
    w.must("blobsy", "install", "--global");
    advance(w, [
      { at: "a-honest.bin.bref", content: refText(lure) },
      { at: "b-liar.bin.bref", content: refText(lure, { size: "65" }) },
      { at: "c-liar.bin.bref", content: refText(lure, { size: "63" }) },
      { at: "d-honest.bin.bref", content: refText(lure) },
    ]);
    const b = w.clone("b", { then: "plain" });
    b.assertPayload("a-honest.bin", lure);
    b.assertPayload("d-honest.bin", lure);
    expect(b.has("b-liar.bin")).toBe(false);
    expect(b.has("c-liar.bin")).toBe(false);
    expect(b.blobsy("status").stdout).toContain("b-liar.bin");
    expect(b.status()).toEqual([]);
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

    // Git does not replace a directory that has a file it does not know; so that goes first.
    expect(b.git("checkout", "-q", "FETCH_HEAD").code).toBe(1);
    b.remove("d/model.bin");
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
    putOnRemote(w, lureOf("other"));
    writeFileSync(w.path("outside.bref"), refText(lureOf("other")));
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
    putOnRemote(w, lureOf("other"));
    w.must("blobsy", "install", "--global");
    const attributes =
      "* filter=blobsy\n*.bref text eol=crlf working-tree-encoding=UTF-16LE-BOM ident\n";
    advance(w, [
      { at: "x.bin.bref", content: refText(lureOf("other")) },
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
    b.assertPayload("x.bin", lureOf("other"));
    expect(b.read("x.bin.bref").toString()).toBe(refText(lureOf("other")));
  });
});

describe("remotes that a commit names", () => {
  function withUrl(url: string): { w: World; b: Repo; ran: Ran } {
    const w = world();
    w.initWithRemote();
    putOnRemote(w, lureOf("other"));
    w.must("cp", "-a", "blobs", "unmarked");
    w.must("rm", "-rf", "unmarked/.blobsy");
    w.must("blobsy", "install", "--global");
    const config = `[blobsy]\n\tbackend = default\n[backend "default"]\n\turl = ${url}\n`;
    advance(w, [
      { at: "x.bin.bref", content: refText(lureOf("other")) },
      { at: ".blobsyconfig", content: config.replaceAll("WORLD", w.dir) },
    ]);
    const ran = w.run(["git", "clone", "-q", "origin.git", "b"]);
    return { w, b: w.repo("b"), ran };
  }

  it("the usual one works: this very set-up is no trap", () => {
    const { b } = withUrl("local:../blobs");
    b.assertPayload("x.bin", lureOf("other"));
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
