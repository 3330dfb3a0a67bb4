import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { WebServer, makeCertificate, tempDir } from "../helpers/web.js";
import { describeReadOnlyTransport } from "./read-only.js";

const own = tempDir("web-cert-");
const certificate = makeCertificate(own.dir);
// Read when the first connection is made; Node itself reads NODE_EXTRA_CA_CERTS only at its start.
process.env["BLOBSY_EXTRA_CA_CERTS"] = certificate.file;

describeReadOnlyTransport("https", async () => {
  const { dir, dispose } = tempDir("web-");
  const served = path.join(dir, "served");
  mkdirSync(path.join(served, "data"), { recursive: true });
  const server = await WebServer.start(served, certificate);
  const spec = { kind: "https", backend: "default", isTrusted: true } as const;
  const stateDir = path.join(dir, "state");
  return {
    spec: { ...spec, url: `${server.url}/data`, stateDir },
    unreachable: { ...spec, url: "https://localhost:1/data", stateDir },
    plant: async (key, content) => {
      const file = path.join(served, "data", key);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, content);
    },
    deny: async (key) => chmodSync(path.join(served, "data", key), 0),
    dispose: async () => {
      await server.stop();
      dispose();
    },
  };
});
