/** Progress as people meet it: in a terminal, under Git, in a log, and not at all. */
import { randomBytes } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { describe, expect, it, onTestFinished } from "vitest";
import { screenOf } from "../helpers/screen.js";
import { makeCertificate } from "../helpers/web.js";
import { world, type World } from "../helpers/world.js";

const DATA = randomBytes(300_000);

/** A server that sends half of a blob, and the rest once the file `go` is there. */
async function slowServer(w: World): Promise<string> {
  const { file } = makeCertificate(w.dir);
  w.env["NODE_EXTRA_CA_CERTS"] = file;
  const script = w.path("serve.cjs");
  writeFileSync(
    script,
    `const [https, fs, path] = ["node:https", "node:fs", "node:path"].map(require);
     const tls = { key: fs.readFileSync("key.pem"), cert: fs.readFileSync("cert.pem") };
     const server = https.createServer(tls, (request, response) => {
       fs.readFile(path.join("blobs", path.normalize(request.url)), (error, bytes) => {
         if (error) return response.writeHead(404).end();
         response.writeHead(200, { "content-length": bytes.length });
         if (request.method === "HEAD") return response.end();
         response.write(bytes.subarray(0, bytes.length / 2));
         const rest = setInterval(() => {
           if (!fs.existsSync("go")) return;
           clearInterval(rest);
           response.end(bytes.subarray(bytes.length / 2));
         }, 50);
       });
     });
     server.listen(0, "127.0.0.1", () => fs.writeFileSync("port", String(server.address().port)));`,
  );
  const server = w.start([process.execPath, script]);
  onTestFinished(async () => {
    server.signal("SIGKILL");
    await server.done;
  });
  for (;;) {
    const port = w.run(["cat", "port"]).stdout;
    if (port !== "") return `https://localhost:${port}`;
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** A repository whose blob comes slowly; every clone of this user arrives complete. */
async function published(): Promise<World> {
  const w = world();
  const url = await slowServer(w);
  w.config("blobsy.trustedEndpoint", url);
  const a = w.initWithRemote();
  a.must("config", "blobsy.backend.default.url", "local:../blobs");
  a.write(".blobsyconfig", `[backend "default"]\n    url = ${url}\n`);
  a.must("commit", "-qam", "readers come by https");
  a.track("data.bin", DATA);
  a.must("push", "-q");
  w.must("blobsy", "install", "--global");
  return w;
}

/** Lets the server go on when this shows in that file. */
const goOn = (pattern: string, file: string): string =>
  `(until grep -q '${pattern}' '${file}' 2>/dev/null; do sleep 0.1; done; touch go) &`;

describe("progress", () => {
  it("in a terminal, in git clone: one live line, drawn over itself and gone at the end", async () => {
    const w = await published();
    const clone = `${goOn("left", "raw")}\ngit clone origin.git b`;
    const shown = screenOf(w, w.dir, clone, { columns: 80, raw: "raw" });
    const raw = readFileSync(w.path("raw"), "utf8");
    const line =
      /\r\u001b\[Kdownloading: 0\/1 file, \d+ KB of 293 KB, [\d.]+ K?B\/s, [\d.]+ s left/;
    expect(raw).toMatch(line);
    expect(raw.replace(/\r\u001b\[K[^\r\n]*/g, ""), "nothing of it stays").not.toMatch(
      /downloading/,
    );
    expect(shown).toBe("Cloning into 'b'...\ndone.\n");
    w.repo("b").assertPayload("data.bin", DATA);
  });

  it("in a narrow terminal it keeps to one line", async () => {
    const w = await published();
    const clone = `${goOn("downloading", "raw")}\ngit clone -q origin.git b`;
    expect(screenOf(w, w.dir, clone, { columns: 40, raw: "raw" }).trim()).toBe("");
    const drawn = readFileSync(w.path("raw"), "utf8").matchAll(/\r\u001b\[K([^\r\n\u001b]+)/g);
    const lines = [...drawn].map(([, line = ""]) => line);
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line.length).toBeLessThan(40);
  });

  it("in a log: whole lines without control characters", async () => {
    const w = await published();
    w.must("sh", "-c", `${goOn("downloading", "log")}\ngit clone -q origin.git b 2>log`);
    const log = readFileSync(w.path("log"), "utf8");
    expect(log).toMatch(/^(downloading: 0\/1 file, \d+ KB of 293 KB, .*\n)+$/);
    expect(log).not.toMatch(/[\r\u001b]/);
  });

  it("with --quiet, and for what is done within a second: nothing", async () => {
    const w = await published();
    w.must("git", "-c", "filter.blobsy.process=", "clone", "-q", "origin.git", "b");
    const pull = `(sleep 2; touch go) &\nblobsy --quiet -C b pull`;
    expect(screenOf(w, w.dir, pull, { columns: 80, raw: "raw" }).trim()).toBe("");
    expect(readFileSync(w.path("raw"), "utf8")).not.toMatch(/downloading/);
    w.repo("b").assertPayload("data.bin", DATA);
    rmSync(w.path("b", "data.bin"));
    const again = screenOf(w, w.dir, "blobsy -C b pull", { columns: 80, raw: "raw" });
    expect(again).toBe("placed data.bin (293 KB)\n");
    expect(readFileSync(w.path("raw"), "utf8")).not.toMatch(/downloading|placing/);
  });
});
