import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describeTransport } from "./transport.js";

describeTransport("local", async () => {
  const dir = await mkdtemp(path.join(tmpdir(), "local-remote-"));
  await chmod(dir, 0o755);
  return {
    spec: { kind: "local", dir },
    unreachable: { kind: "local", dir: path.join(dir, "not", "mounted") },
    plant: async (key, content) => {
      await mkdir(path.dirname(path.join(dir, key)), { recursive: true });
      await writeFile(path.join(dir, key), content);
    },
    deny: async (what, key) => {
      // Everything here is root's; so nobody may write anywhere, and reads what all may read.
      if (what === "reading") await chmod(path.join(dir, key), 0o400);
      return null;
    },
    dispose: () => rm(dir, { recursive: true, force: true }),
  };
});
