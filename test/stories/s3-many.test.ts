/** Many small payloads: as few questions as it takes, and none about what is known. */
import { afterEach, expect, it } from "vitest";
import { bytes, sha256 } from "../helpers/bytes.js";
import { FaultProxy } from "../helpers/fault-proxy.js";
import { describeWithRadosgw, type Radosgw } from "../helpers/radosgw.js";
import type { Repo } from "../helpers/repo.js";
import { world } from "../helpers/world.js";

const COUNT = 120;

describeWithRadosgw("many small payloads in a bucket", (server) => {
  let line: FaultProxy | undefined;
  afterEach(() => line?.stop());

  /** Everything committed, nothing pushed. */
  async function start(from: Radosgw): Promise<{ a: Repo; proxy: FaultProxy }> {
    const bucket = await from.bucket();
    const proxy = (line = await FaultProxy.start(from.endpoint));
    const w = world();
    Object.assign(w.env, from.environment());
    w.config("blobsy.backend.default.endpoint", proxy.endpoint);
    w.must("git", "init", "-q", "a");
    const a = w.repo("a");
    const init = await a.start(["blobsy", "init", `s3://${bucket}`]).done;
    expect(init.code).toBe(0);
    for (let at = 0; at < COUNT; at += 1) a.write(`data/${at}.bin`, bytes(`many ${at}`));
    a.write(
      ".blobsyconfig",
      `${a.read(".blobsyconfig").toString()}[externalize]\n    always = *.bin\n`,
    );
    a.mustBlobsy("track", "--quiet", "data");
    a.must("add", ".");
    a.must("commit", "-qm", "many");
    a.must("remote", "add", "origin", w.bare());
    proxy.calm();
    return { a, proxy };
  }

  const push = (a: Repo) => a.start(["git", "push", "-q", "-u", "origin", "main"]).done;

  it("one request for each that is new, and three for all of them", async () => {
    const { a, proxy } = await start(server());
    a.must("config", "blobsy.transfer.concurrency", "32");
    const pushed = await a.start(["blobsy", "push"]).done;
    expect(pushed).toMatchObject({ code: 0 });
    expect(pushed.stderr).not.toContain("Warning");
    expect(proxy.log.filter((one) => one === "PUT 200")).toHaveLength(COUNT);
    const others = proxy.log.filter((one) => one !== "PUT 200");
    // The generation, what is there before, and what is there after.
    expect(others).toEqual(["GET 404", "GET 200", "GET 200"]);

    proxy.calm();
    expect(await push(a)).toMatchObject({ code: 0 });
    expect(proxy.log).toEqual(["GET 404"]);
  });

  it("a clone asks for each once, and otherwise for the generation alone", async () => {
    const { a, proxy } = await start(server());
    expect(await push(a)).toMatchObject({ code: 0 });
    a.must("clone", "-q", ".", "../b");
    a.must("-C", "../b", "config", "blobsy.backend.default.endpoint", proxy.endpoint);
    proxy.calm();
    const pull = a.start(["sh", "-c", "cd ../b && blobsy pull --quiet"]);
    expect(await pull.done).toMatchObject({ code: 0 });
    expect(a.read("../b/data/77.bin")).toEqual(bytes("many 77"));
    const blobs = proxy.seen.filter(({ url }) => url.includes("/sha256/"));
    expect(new Set(blobs.map(({ url }) => url)).size).toBe(COUNT);
    expect(proxy.log.filter((one) => one === "GET 200")).toHaveLength(COUNT);
    expect(new Set(proxy.log)).toEqual(new Set(["GET 200", "GET 404"]));
    expect(proxy.log.filter((one) => one === "GET 404").length).toBeLessThanOrEqual(3);
  });

  it("a server that says it took one, and did not, stops the push", async () => {
    const { a, proxy } = await start(server());
    const lost = sha256(bytes("many 77"));
    const isLost = ({ method, url }: { method: string; url: string }): boolean =>
      method === "PUT" && url.includes(lost);
    proxy.next({ kind: "answer", status: 200 }, { times: 9, matches: isLost });
    const pushed = await push(a);
    expect(pushed.code).toBe(1);
    expect(pushed.stderr).toContain("data/77.bin");
    expect(pushed.stderr).toContain("it is not there");
    expect(a.git("ls-remote", "origin").stdout).toBe("");

    proxy.calm();
    expect(await push(a)).toMatchObject({ code: 0 });
    expect(proxy.log.filter((one) => one.startsWith("PUT"))).toEqual(["PUT 200"]);
  });

  it("a server that asks to slow down gets what it asks for, and every payload", async () => {
    const { a, proxy } = await start(server());
    let puts = 0;
    proxy.next(
      { kind: "answer", status: 503, code: "SlowDown", headers: { "retry-after": "1" } },
      { times: 6, matches: ({ method }) => method === "PUT" && (puts += 1) % 3 === 0 },
    );
    expect(await push(a)).toMatchObject({ code: 0 });
    expect(proxy.log.filter((one) => one === "PUT 200")).toHaveLength(COUNT);
    expect(proxy.log).toContain("PUT 503");
  });
});
