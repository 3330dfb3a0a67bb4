/** Public data over https: whoever may read the web may clone, and nobody needs a credential. */
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { makeCertificate } from "../helpers/web.js";
import type { Repo } from "../helpers/repo.js";
import { world, type World } from "../helpers/world.js";

const DATA = randomBytes(300_000);

/** Serves the world's `blobs` in a process of its own. @returns its address */
async function serve(w: World): Promise<string> {
  const { file } = makeCertificate(w.dir);
  w.env["NODE_EXTRA_CA_CERTS"] = file;
  const script = w.path("serve.cjs");
  writeFileSync(
    script,
    `const [https, fs, path] = ["node:https", "node:fs", "node:path"].map(require);
     const tls = { key: fs.readFileSync("key.pem"), cert: fs.readFileSync("cert.pem") };
     const server = https.createServer(tls, (request, response) => {
       if (request.headers.authorization) return response.writeHead(400).end();
       fs.readFile(path.join("blobs", path.normalize(request.url)), (error, bytes) => {
         if (error) return response.writeHead(404).end();
         response.writeHead(200, { "content-length": bytes.length });
         response.end(request.method === "HEAD" ? undefined : bytes);
       });
     });
     server.listen(0, "127.0.0.1", () => fs.writeFileSync("port", String(server.address().port)));`,
  );
  return `https://localhost:${await listening(w, script, "port")}`;
}

/** Runs a server until the end of the test. @returns the port that it has written into `file` */
async function listening(w: World, script: string, file: string): Promise<string> {
  const server = w.start([process.execPath, script]);
  onTestFinished(async () => {
    server.signal("SIGKILL");
    await server.done;
  });
  for (;;) {
    const port = w.run(["cat", file]).stdout;
    if (port !== "") return port;
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** The maintainer's: readers are told of the web server, uploads go where only they may write. */
async function publish(w: World): Promise<{ a: Repo; url: string }> {
  const url = await serve(w);
  // A server of this machine, so the reader has to say that it may be used; one of the Internet needs nothing.
  w.config("blobsy.trustedEndpoint", url);
  const a = w.initWithRemote();
  a.must("config", "blobsy.backend.default.url", "local:../blobs");
  a.write(".blobsyconfig", `[backend "default"]\n    url = ${url}\n`);
  a.must("commit", "-qam", "readers come by https");
  a.track("data.bin", DATA);
  a.must("push", "-q");
  return { a, url };
}

it("a clone without credentials is complete, by command and by Git alone", async () => {
  const w = world();
  await publish(w);
  const b = w.clone("b");
  b.assertPayload("data.bin", DATA);
  b.assertInStep("data.bin");
  b.assertPristine();

  w.must("blobsy", "install", "--global");
  const c = w.clone("c", { then: "plain" });
  c.assertPayload("data.bin", DATA);
  c.must("checkout", "-q", "HEAD^");
  c.assertPayload("data.bin", null);
  c.must("checkout", "-q", "main");
  c.assertPayload("data.bin", DATA);
});

it("a push says that the remote can only be read, and what to do; commits without new data go", async () => {
  const w = world();
  await publish(w);
  const b = w.clone("b");
  b.write("note.txt", "changed\n");
  b.commitAll("only text");
  b.must("push", "-q");

  b.write("data.bin", "new");
  b.commitAll("new data");
  const pushed = b.git("push", "-q");
  expect(pushed.code).not.toBe(0);
  expect(pushed.stderr).toContain("can only be read");
  expect(pushed.stderr).toContain("git config blobsy.backend.default.url");
  b.must("config", "blobsy.backend.default.url", "local:../blobs");
  b.must("push", "-q");
});

it("without the user's word a commit cannot lead to this machine", async () => {
  const w = world();
  await publish(w);
  w.must("git", "config", "--global", "--unset", "blobsy.trustedEndpoint");
  w.must("git", "clone", "-q", path.join(w.dir, "origin.git"), "b");
  const b = w.repo("b");
  for (const command of ["install", "pull"]) {
    const refused = b.blobsy(command);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("this machine or this network");
    expect(refused.stderr).toContain("blobsy.trustedEndpoint");
  }
  b.assertPayload("data.bin", null);
});

it("Git's own proxy and authority are the way out for blobsy too", async () => {
  const w = world();
  const { url } = await publish(w);
  delete w.env["NODE_EXTRA_CA_CERTS"];
  const script = w.path("proxy.cjs");
  writeFileSync(
    script,
    `const [http, net, fs] = ["node:http", "node:net", "node:fs"].map(require);
     const proxy = http.createServer().on("connect", ({ url }, socket) => {
       fs.appendFileSync("asked", url + "\\n");
       const onward = net.connect(Number(url.split(":")[1]), "127.0.0.1", () => {
         socket.write("HTTP/1.1 200 OK\\r\\n\\r\\n");
         socket.pipe(onward).pipe(socket);
       });
       for (const one of [socket, onward]) one.on("error", () => socket.destroy());
     });
     proxy.listen(0, "127.0.0.1", () => fs.writeFileSync("proxy", String(proxy.address().port)));`,
  );
  const port = await listening(w, script, "proxy");
  w.must("blobsy", "install", "--global");
  w.config(`http.${url}.proxy`, `http://127.0.0.1:${port}`);
  const without = w.clone("without", { then: "plain" });
  without.assertPayload("data.bin", null);
  expect(without.blobsy("pull").stderr).toContain("certificate is not accepted");
  w.config("http.sslCAInfo", w.path("cert.pem"));
  const b = w.clone("b", { then: "plain" });
  b.assertPayload("data.bin", DATA);
  const { host } = new URL(url);
  expect(new Set(w.run(["cat", "asked"]).stdout.trim().split("\n"))).toEqual(new Set([host]));
});
