/** Pushes and pulls of a large payload that are killed half way: the next one goes on. */
import { existsSync, readdirSync } from "node:fs";
import { afterEach, expect, it } from "vitest";
import { sha256, sized } from "../helpers/bytes.js";
import { FaultProxy } from "../helpers/fault-proxy.js";
import { describeWithRadosgw, type Radosgw } from "../helpers/radosgw.js";
import type { Repo } from "../helpers/repo.js";
import { world, type World } from "../helpers/world.js";

const MIB = 1024 * 1024;
const SIZE = 112 * MIB;
/** Not the same twice, so that parts that change places would show. */
const CONTENT = Buffer.alloc(SIZE, sized("large", 1_000_003));
/** Parts on their way when a process dies are lost: four of 8 MiB. */
const ON_THE_WAY = 32 * MIB;

describeWithRadosgw("a killed transfer of a large payload", (server) => {
  let proxy: FaultProxy | undefined;
  afterEach(() => proxy?.stop());

  async function start(
    from: Radosgw,
    content: Buffer = CONTENT,
  ): Promise<{ w: World; a: Repo; line: FaultProxy; bucket: string }> {
    const bucket = await from.bucket();
    const line = (proxy = await FaultProxy.start(from.endpoint));
    const w = world();
    Object.assign(w.env, from.environment());
    w.config("blobsy.backend.default.endpoint", line.endpoint);
    w.must("git", "init", "-q", "a");
    const a = w.repo("a");
    // Not by `run`: that one waits, and the proxy, which lives in this process, would wait as well.
    await succeed(a, "blobsy", "init", `s3://${bucket}/x`);
    a.must("commit", "-qm", "set up");
    a.must("remote", "add", "origin", w.bare());
    a.write("large.bin", content);
    await succeed(a, "blobsy", "track", "large.bin");
    a.must("commit", "-qm", "large");
    return { w, a, line, bucket };
  }

  async function succeed(repo: Repo, ...argv: string[]): Promise<void> {
    const { code, stderr } = await repo.start(argv).done;
    expect({ argv, code, stderr: code === 0 ? "" : stderr }).toEqual({ argv, code: 0, stderr: "" });
  }

  /** Runs it until so many bytes have passed, and kills it with all it has started. */
  async function kill(
    repo: Repo,
    line: FaultProxy,
    after: number,
    ...argv: string[]
  ): Promise<void> {
    line.calm();
    const running = repo.start(argv);
    let isKilled = false;
    line.onBytes((up, down) => {
      if (isKilled || up + down < after) return;
      isKilled = true;
      running.signal("SIGKILL");
    });
    expect((await running.done).code).toBe(128 + 9);
    line.calm();
  }

  it("push, then clone and pull", async () => {
    const { w, a, line } = await start(server());
    await kill(a, line, 80 * MIB, "git", "push", "-q", "-u", "origin", "main");
    expect(a.git("ls-remote", "origin").stdout).toBe("");
    await succeed(a, "git", "push", "-q", "-u", "origin", "main");
    // 80 MiB had been sent, and what was on its way is sent once more.
    expect(line.up).toBeLessThan(SIZE - (80 * MIB - ON_THE_WAY) + MIB);
    expect(line.up).toBeGreaterThan(SIZE - 80 * MIB);

    w.must("git", "clone", "-q", "origin.git", "b");
    const b = w.repo("b");
    await succeed(b, "blobsy", "install");
    await kill(b, line, 80 * MIB, "blobsy", "pull");
    b.assertPayload("large.bin", null);
    await succeed(b, "blobsy", "pull");
    expect(line.down).toBeLessThan(SIZE - (80 * MIB - ON_THE_WAY) + MIB);
    b.assertPayload("large.bin", CONTENT);
    expect(existsSync(b.path(".git/blobsy/transfers"))).toBe(true);
    expect(readdirSync(b.path(".git/blobsy/transfers"))).toEqual([]);
    b.assertPristine();
  });

  it("a second push of what is there asks once, and moves nothing", async () => {
    const { a, line } = await start(server());
    await succeed(a, "git", "push", "-q", "-u", "origin", "main");
    a.must("commit", "-q", "--allow-empty", "-m", "nothing new");
    line.calm();
    await succeed(a, "git", "push", "-q");
    expect(line.up).toBe(0);
    expect(line.log).toEqual(["GET 404"]);
  });

  it("fsck --repair gives up what nobody has finished for two days, and nothing else", async () => {
    const { a, line, bucket } = await start(server(), sized("small", 1000));
    await succeed(a, "git", "push", "-q", "-u", "origin", "main");
    const HOUR = 3_600_000;
    const ages: Readonly<Record<string, number>> = {
      [sha256("old")]: 48 * HOUR + 60_000,
      [sha256("young")]: 48 * HOUR - 60_000,
      [sha256("undated")]: NaN,
    };
    const mine = Object.keys(ages).map((hash) => `x/sha256/${hash}`);
    // A prefix may hold more than blobs.
    const foreign = "x/backup-2024.tar";
    for (const key of [...mine, foreign]) await server().beginUpload(bucket, key);
    const shift = (body: string): string =>
      body.replace(/<Upload>.*?<\/Upload>/gs, (upload) => {
        const hash = Object.keys(ages).find((one) => upload.includes(one));
        const age = hash === undefined ? 99 * HOUR : (ages[hash] ?? 0);
        const date = Number.isNaN(age) ? "" : new Date(Date.now() - age).toISOString();
        const told = date && `<Initiated>${date}</Initiated>`;
        return upload.replace(/<Initiated>.*?<\/Initiated>/, told);
      });
    line.calm();
    const matches = ({ method, url }: { method: string; url: string }): boolean =>
      method === "GET" && /[?&]uploads/.test(url);
    line.next({ kind: "rewrite", change: shift }, { times: 99, matches });

    const shown = await a.start(["blobsy", "fsck", "--remote"]).done;
    expect(shown.code).not.toBe(0);
    expect(shown.stdout).toContain(`sha256/${sha256("old")}`);
    expect(shown.stdout).toContain("2 days ago");
    expect(await server().openUploads(bucket)).toHaveLength(4);

    await a.start(["blobsy", "fsck", "--remote", "--repair"]).done;
    expect(await server().openUploads(bucket)).toEqual(
      [...mine.filter((key) => !key.includes(sha256("old"))), foreign].sort(),
    );
    await succeed(a, "blobsy", "fsck", "--remote");
    // Who may not see them is told so, and all else is looked at.
    line.calm();
    line.next({ kind: "answer", status: 403, code: "AccessDenied" }, { times: 9, matches });
    const denied = await a.start(["blobsy", "fsck", "--remote"]).done;
    expect([denied.code, denied.stdout + denied.stderr]).toEqual([
      0,
      expect.stringContaining("uploads that nobody finished were not looked for"),
    ]);
    // Of the rest nothing was touched.
    expect(await server().objects(bucket)).toHaveLength(1);
  });
});
