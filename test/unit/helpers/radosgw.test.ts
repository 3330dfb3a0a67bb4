import { expect, it } from "vitest";
import { describeWithRadosgw } from "../../helpers/radosgw.js";

describeWithRadosgw("the S3 server that tests run against", (server) => {
  it("keeps objects, and lets nobody in who does not own them", async () => {
    const bucket = await server().bucket();
    await server().put(bucket, "a/b", Buffer.from("content"));
    expect(await server().objects(bucket)).toEqual([["a/b", 7]]);
    expect((await server().get(bucket, "a/b")).toString()).toBe("content");
    expect(await server().openUploads(bucket)).toEqual([]);
    expect((await fetch(`${server().endpoint}/${bucket}/a/b`)).status).toBe(403);
  });
});
