/** The suite over a server of another dialect, and what that one does in its own way. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readFile } from "node:fs/promises";
import { openTransport } from "../../src/transport/registry.js";
import { FaultProxy } from "../helpers/fault-proxy.js";
import { describeWithSwift } from "../helpers/swift.js";
import { Desk, bytes, digest } from "./desk.js";
import { PART, WHOLE, describeS3, s3Fixture, useAccount } from "./s3-suite.js";

describeWithSwift("s3 on Swift", (server) => {
  useAccount(server);
  describeS3(server, [WHOLE, WHOLE + 1, 3 * PART]);

  describe("an upload in parts", () => {
    const desk = new Desk();
    const size = 8 * PART + 1;
    beforeAll(() => desk.open());
    afterAll(() => desk.close());

    it("goes on in another process, and is whole though the last answer is lost", async () => {
      const made = await s3Fixture(server());
      const proxy = await FaultProxy.start(server().endpoint);
      try {
        const spec = { ...made.spec, endpoint: proxy.endpoint };
        const file = await desk.file(bytes(size));
        // Four parts at a time: with seven on their way three at least are done.
        const task = { spec, act: "upload", key: "k", file, size, dieAfter: 7 * PART } as const;
        expect(await desk.child(task)).toBe("killed");
        proxy.calm();
        const isComplete = ({ method, url }: { method: string; url: string }): boolean =>
          method === "POST" && url.includes("uploadId=");
        // Twice: with checksums, which it does not take, and without.
        proxy.next({ kind: "lose answer" }, { times: 2, matches: isComplete });
        const transport = await openTransport(spec);
        await transport.upload("k", file, size);
        expect(proxy.up, "what was finished is not sent again").toBeLessThan(size - 2 * PART);
        const dest = desk.path();
        await transport.download("k", dest, size);
        expect(digest(await readFile(dest))).toBe(digest(bytes(size)));
        expect(await server().openUploads(spec.bucket)).toEqual([]);
      } finally {
        await proxy.stop();
        await made.dispose();
      }
    });
  });
});
