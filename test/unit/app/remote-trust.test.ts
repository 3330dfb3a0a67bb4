import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { pinnedRemotes } from "../../../src/app/remote-pin.js";
import {
  createRemote,
  trustRemote,
  trustedRemote,
  type TrustedRemote,
} from "../../../src/app/remote-trust.js";
import { Fixture } from "./remote-fixture.js";

let world: Fixture;

beforeEach(() => {
  world = new Fixture();
});

afterEach(() => world.dispose());

async function open(backend?: string): Promise<TrustedRemote> {
  const ctx = await world.context();
  return trustedRemote(ctx.repo, await ctx.config(), backend);
}

async function trust(): Promise<TrustedRemote> {
  const ctx = await world.context();
  return trustRemote(ctx.repo, await ctx.config());
}

async function create(dir: string, origin: "committed" | "user" = "committed"): Promise<void> {
  const ctx = await world.context();
  await createRemote(ctx.repo, { kind: "local", dir }, origin);
}

/** Everything below the base, to see that nothing was made. */
function everything(): string[] {
  return (readdirSync(world.base, { recursive: true }) as string[])
    .filter((name) => !name.startsWith("repo/.git/"))
    .sort();
}

describe("a committed path that leaves the worktree", () => {
  it("is used when the directory holds the marker", async () => {
    world.useRemote();
    expect(await open()).toEqual({
      name: "default",
      url: "local:../blobs",
      spec: { kind: "local", dir: world.remote },
    });
  });

  it("is not used without the marker, and gets none by itself", async () => {
    world.commitUrl("local:../blobs");
    mkdirSync(world.remote);
    const before = everything();
    await expect(open()).rejects.toMatchObject({ code: "NEEDS_TRUST", next: "blobsy trust" });
    expect(everything()).toEqual(before);
    expect(pinnedRemotes((await world.context()).repo.sharedState)).toEqual([]);
  });

  it("is not taken for marked by a link", async () => {
    world.commitUrl("local:../blobs");
    const other = world.makeRemote(path.join(world.base, "other"));
    mkdirSync(world.remote);
    symlinkSync(path.join(other, ".blobsy"), path.join(world.remote, ".blobsy"));
    await expect(open()).rejects.toMatchObject({ code: "NEEDS_TRUST" });
    rmSync(path.join(world.remote, ".blobsy"));
    mkdirSync(path.join(world.remote, ".blobsy"));
    symlinkSync(
      path.join(other, ".blobsy", "remote"),
      path.join(world.remote, ".blobsy", "remote"),
    );
    await expect(open()).rejects.toMatchObject({ code: "NEEDS_TRUST" });
  });

  it("is used through a link that lies outside the worktree, by its real name", async () => {
    const real = world.makeRemote(path.join(world.base, "big-disk"));
    symlinkSync(real, world.remote);
    world.commitUrl("local:../blobs");
    expect((await open()).spec).toEqual({ kind: "local", dir: real });
  });

  it("that is not there is told, and not made", async () => {
    world.commitUrl("local:../blobs");
    const before = everything();
    await expect(open()).rejects.toMatchObject({ code: "NO_REMOTE", path: world.remote });
    writeFileSync(world.remote, "a file");
    await expect(open()).rejects.toMatchObject({ code: "NO_REMOTE" });
    rmSync(world.remote);
    expect(everything()).toEqual(before);
  });
});

describe("a committed path inside the worktree", () => {
  it("needs no marker", async () => {
    world.commitUrl("local:shared/blobs");
    mkdirSync(path.join(world.repo, "shared/blobs"), { recursive: true });
    expect((await open()).spec).toEqual({
      kind: "local",
      dir: path.join(world.repo, "shared/blobs"),
    });
  });

  it.each(["shared", "shared/blobs"])("is not reached through a link at %s", async (link) => {
    const secret = world.makeRemote(path.join(world.base, "secret"));
    mkdirSync(path.join(secret, "blobs"));
    world.makeRemote(path.join(secret, "blobs"));
    mkdirSync(path.join(world.repo, path.dirname(link)), { recursive: true });
    symlinkSync(
      link === "shared" ? secret : path.join(secret, "blobs"),
      path.join(world.repo, link),
    );
    world.commitUrl("local:shared/blobs");
    await expect(open()).rejects.toMatchObject({ code: "NO_REMOTE" });
    await expect(trust()).rejects.toMatchObject({ code: "NO_REMOTE" });
  });
});

describe("places no commit may name", () => {
  const cases: [string, string][] = [
    ["the worktree itself", "."],
    ["what holds the worktree", ".."],
    ["what holds everything", "../../../../../../../.."],
    ["the worktree by a detour", "../repo"],
  ];
  it.each(cases)("%s: local:%s", async (_, dir) => {
    world.commitUrl(`local:${dir}`);
    world.makeRemote(
      path.resolve(world.repo, dir) === "/" ? undefined : path.resolve(world.repo, dir),
    );
    await expect(open()).rejects.toMatchObject({ code: "NO_REMOTE" });
    await expect(create(dir)).rejects.toMatchObject({ code: "NO_REMOTE" });
  });

  it.each([
    ".git/blobs",
    ".GIT/blobs",
    "a/.git./x",
    "git~1/blobs",
    "/tmp",
    "a\\b",
    "~/blobs",
    "$HOME/x",
  ])("refused by the configuration already: local:%s", async (dir) => {
    world.commitUrl(`local:${dir}`);
    await expect(open()).rejects.toMatchObject({ code: "BAD_CONFIG" });
  });

  it("inside a bare repository next door, and inside a .git by a link", async () => {
    const bare = path.join(world.base, "bare");
    world.git("init", "-q", "--bare", bare);
    world.makeRemote(path.join(bare, "objects"));
    world.commitUrl("local:../bare/objects");
    await expect(open()).rejects.toMatchObject({ code: "NO_REMOTE" });

    world.makeRemote(path.join(world.repo, ".git", "x"));
    symlinkSync(path.join(world.repo, ".git", "x"), world.remote);
    world.commitUrl("local:../blobs");
    await expect(open()).rejects.toMatchObject({ code: "NO_REMOTE" });
  });
});

describe("the user's own configuration", () => {
  it("may name any directory, without marker; it is noted when it is the first", async () => {
    world.commitUrl("local:../nowhere");
    const own = path.join(world.base, "own disk");
    mkdirSync(own);
    world.git("config", "blobsy.backend.default.url", `local:${own}`);
    expect((await open()).spec).toEqual({ kind: "local", dir: own });
    expect(pinnedRemotes((await world.context()).repo.sharedState)).toEqual([`local:${own}`]);
    // What was committed all the while is a remote that this clone has not used.
    world.git("config", "--unset", "blobsy.backend.default.url");
    world.useRemote();
    await expect(open()).rejects.toMatchObject({ code: "NEEDS_TRUST", next: "blobsy trust" });
  });

  it("may name another backend", async () => {
    world.useRemote();
    const other = world.makeRemote(path.join(world.base, "other"));
    world.git("config", "blobsy.backend.second.url", `local:${other}`);
    expect((await open("second")).spec).toEqual({ kind: "local", dir: other });
    expect((await open()).spec).toEqual({ kind: "local", dir: world.remote });
    await expect(open("third")).rejects.toMatchObject({ code: "NO_REMOTE" });
  });
});

describe("the pin", () => {
  it("keeps a later commit from sending anything elsewhere, until the user trusts it", async () => {
    world.useRemote();
    await open();
    world.makeRemote(path.join(world.base, "evil"), "evil");
    world.commitUrl("local:../evil");
    const refused = await open().catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "NEEDS_TRUST", next: "blobsy trust" });
    expect((refused as Error).message).toContain("local:../evil");
    expect((refused as Error).message).toContain("local:../blobs");

    expect((await trust()).spec).toEqual({ kind: "local", dir: path.join(world.base, "evil") });
    expect((await open()).url).toBe("local:../evil");
    world.commitUrl("local:../blobs");
    expect((await open()).url).toBe("local:../blobs");
  });

  it("is not fooled by another backend's name", async () => {
    world.useRemote();
    await open();
    world.makeRemote(path.join(world.base, "evil"));
    const evil = '[backend "fresh"]\n    url = local:../evil\n[blobsy]\n    backend = fresh\n';
    world.commitUrl("local:../blobs", evil);
    await expect(open()).rejects.toMatchObject({ code: "NEEDS_TRUST" });
  });

  it("does not mind how the same place is spelled, or that everything was moved", async () => {
    world.useRemote();
    await open();
    world.commitUrl("local:.././blobs//");
    expect((await open()).spec).toEqual({ kind: "local", dir: world.remote });
  });

  it("is not set by what was refused", async () => {
    world.commitUrl("local:../blobs");
    await expect(open()).rejects.toMatchObject({ code: "NO_REMOTE" });
    world.makeRemote(path.join(world.base, "right"));
    world.commitUrl("local:../right");
    expect((await open()).url).toBe("local:../right");
  });
});

describe("making a remote", () => {
  it("makes directory and marker, so that a clone can use it", async () => {
    await create("../blobs");
    expect(readFileSync(path.join(world.remote, ".blobsy", "remote"), "utf8")).toMatch(
      /^id: \S{36}$/m,
    );
    world.commitUrl("local:../blobs");
    expect((await open()).spec).toEqual({ kind: "local", dir: world.remote });
  });

  it("leaves a marker that is there", async () => {
    world.makeRemote(undefined, "kept");
    await create("../blobs");
    expect(readFileSync(path.join(world.remote, ".blobsy", "remote"), "utf8")).toContain(
      "id: kept\n",
    );
  });

  it("makes none that a clone could not use", async () => {
    await expect(create("../repo/.git/blobs")).rejects.toMatchObject({ code: "NO_REMOTE" });
    await expect(create("/tmp/somewhere")).rejects.toMatchObject({ code: "NO_REMOTE" });
    expect(existsSync(path.join(world.repo, ".git", "blobs"))).toBe(false);
  });

  it("makes an absolute one for the user's own configuration", async () => {
    const own = path.join(world.base, "own", "disk");
    await create(own, "user");
    expect(existsSync(path.join(own, ".blobsy", "remote"))).toBe(true);
  });

  it("trust marks a directory that is there, and makes none", async () => {
    world.commitUrl("local:../blobs");
    await expect(trust()).rejects.toMatchObject({ code: "NO_REMOTE" });
    expect(existsSync(world.remote)).toBe(false);
    mkdirSync(world.remote);
    await trust();
    expect((await open()).spec).toEqual({ kind: "local", dir: world.remote });
  });
});

it("says so when there is no remote", async () => {
  await expect(open()).rejects.toMatchObject({ code: "NO_REMOTE" });
});

it("a web server may be inside only by the user's own word", async () => {
  world.commitUrl("https://example.org/prefix");
  expect((await open()).spec).toMatchObject({ kind: "https", isTrusted: false });
  world.git("config", "blobsy.trustedEndpoint", "https://example.org/");
  expect((await open()).spec).toMatchObject({ kind: "https", isTrusted: true });
  world.git("config", "blobsy.trustedEndpoint", "https://example.org:8443");
  expect((await open()).spec).toMatchObject({ kind: "https", isTrusted: false });
  world.git("config", "--unset", "blobsy.trustedEndpoint");
  world.git("config", "blobsy.backend.default.url", "http://127.0.0.1:1/x");
  expect((await open()).spec).toMatchObject({ kind: "https", isTrusted: true });
});

it("pins what a clone's first configuration names together, and nothing that comes later", async () => {
  const first = '[backend "other"]\n    url = https://other.example.org/x\n';
  world.commitUrl("https://example.org/prefix", first);
  await open();
  expect((await open("other")).url).toBe("https://other.example.org/x");
  world.commitUrl("https://example.org/prefix", first.replaceAll("other", "third"));
  await expect(open("third")).rejects.toMatchObject({
    code: "NEEDS_TRUST",
    next: "blobsy trust third",
  });
});
