/** An S3 bucket as the remote, from `init` to a clone, by plain Git commands and a real server. */
import { describe, expect, it } from "vitest";
import { bytes, sha256, sized } from "../helpers/bytes.js";
import { describeWithRadosgw, type Radosgw } from "../helpers/radosgw.js";
import type { Repo } from "../helpers/repo.js";
import { world, type World } from "../helpers/world.js";

/** A repository that shares payloads in a new bucket, and an origin. */
async function start(server: Radosgw): Promise<{ w: World; a: Repo; bucket: string }> {
  const bucket = await server.bucket();
  const w = world();
  Object.assign(w.env, server.environment());
  // An address of this machine: only a user may name it.
  w.config("blobsy.backend.default.endpoint", server.endpoint);
  const origin = w.bare();
  w.must("git", "init", "-q", "a");
  const a = w.repo("a");
  a.mustBlobsy("init", `s3://${bucket}/team/blobs/`);
  a.write("note.txt", "a plain file\n");
  a.must("add", ".");
  a.must("commit", "-qm", "set up");
  a.must("remote", "add", "origin", origin);
  a.must("push", "-q", "-u", "origin", "main");
  return { w, a, bucket };
}

describeWithRadosgw("a bucket as the remote", (server) => {
  it("init, add, push, clone, pull: by Git alone", async () => {
    const { w, a, bucket } = await start(server());
    expect(a.read(".blobsyconfig").toString()).toContain(`url = s3://${bucket}/team/blobs\n`);
    a.track("data/model.bin", sized("v1", 300_000));
    a.track("data/empty.bin", "");
    a.must("push", "-q");
    expect(await server().objects(bucket)).toEqual(
      [
        [`team/blobs/sha256/${sha256(sized("v1", 300_000))}`, 300_000],
        [`team/blobs/sha256/${sha256("")}`, 0],
      ].sort(),
    );

    const b = w.clone("b");
    b.assertPayload("data/model.bin", sized("v1", 300_000));
    b.assertPayload("data/empty.bin", "");
    b.assertPristine();

    a.write("data/model.bin", sized("v2", 300_001));
    a.commitAll("v2");
    a.must("push", "-q");
    b.must("pull", "-q");
    b.assertPayload("data/model.bin", sized("v2", 300_001));
    b.assertPristine();
  });

  it("a large payload goes in parts, and arrives whole", async () => {
    const { w, a, bucket } = await start(server());
    const content = Buffer.alloc(40 * 1024 * 1024 + 7, sized("large", 99_991));
    a.track("large.bin", content);
    a.must("push", "-q");
    expect(await server().openUploads(bucket)).toEqual([]);
    const b = w.clone("b");
    b.assertPayload("large.bin", content);
    expect(b.run(["ls", ".git/blobsy/transfers"]).stdout).toBe("");
  });

  it("damaged bytes in the bucket appear at no payload's path", async () => {
    const { w, a, bucket } = await start(server());
    a.track("model.bin", sized("right", 5000));
    a.must("push", "-q");
    const key = `team/blobs/sha256/${sha256(sized("right", 5000))}`;
    await server().put(bucket, key, sized("wrong", 5000));
    const b = w.clone("b", { then: "plain" });
    b.mustBlobsy("install");
    const pull = b.blobsy("pull");
    expect(pull.code).toBe(1);
    expect(pull.stderr).toContain("has something else as");
    b.assertPayload("model.bin", null);
  });

  describe("what is said when it does not work", () => {
    it("no such bucket", async () => {
      const { a, bucket } = await start(server());
      a.track("model.bin", bytes("v1"));
      a.must("config", "blobsy.backend.default.url", `s3://${bucket}-gone`);
      const push = a.git("push");
      expect(push.code).toBe(1);
      expect(push.stderr).toContain(`there is no bucket ${bucket}-gone (NoSuchBucket, HTTP 404)`);
      expect(push.stderr).toContain(`aws s3 mb s3://${bucket}-gone`);
    });

    it.each([
      ["no credentials", {}, "no usable AWS credentials were found"],
      [
        "a wrong secret",
        { AWS_ACCESS_KEY_ID: "AKIAOWNER", AWS_SECRET_ACCESS_KEY: "hunter2" },
        "the credentials are not accepted (SignatureDoesNotMatch",
      ],
      [
        "an unknown key",
        { AWS_ACCESS_KEY_ID: "AKIANOBODY", AWS_SECRET_ACCESS_KEY: "hunter2" },
        "the credentials are not accepted (InvalidAccessKeyId",
      ],
      [
        "somebody else's credentials",
        { AWS_ACCESS_KEY_ID: "AKIASTRANGER", AWS_SECRET_ACCESS_KEY: "stranger-secret" },
        "or it is missing and they may not list the bucket (AccessDenied, HTTP 403)",
      ],
    ])("%s, and no secret is repeated", async (_, keys, sentence) => {
      const { w, a } = await start(server());
      a.track("model.bin", bytes("v1"));
      delete w.env["AWS_ACCESS_KEY_ID"];
      delete w.env["AWS_SECRET_ACCESS_KEY"];
      Object.assign(w.env, keys);
      const push = a.git("push");
      expect(push.code).toBe(1);
      expect(push.stderr).toContain(sentence);
      const verbose = a.blobsy("push", "--verbose");
      expect(verbose.code).toBe(1);
      for (const text of [push.stderr, verbose.stderr, verbose.stdout]) {
        expect(text).not.toMatch(/hunter2|stranger-secret|Signature=|Credential=/);
      }
    });
  });

  it("credentials come from a profile of the user's own choice", async () => {
    const { w, a, bucket } = await start(server());
    a.track("model.bin", bytes("v1"));
    for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"]) {
      delete w.env[name];
    }
    const { accessKeyId, secretAccessKey } = server().owner;
    a.write(
      "../aws-config",
      `[profile ceph]\nregion = us-east-1\naws_access_key_id = ${accessKeyId}\n` +
        `aws_secret_access_key = ${secretAccessKey}\n`,
    );
    w.env["AWS_CONFIG_FILE"] = w.path("aws-config");
    expect(a.git("push").code).toBe(1);
    a.must("config", "blobsy.backend.default.profile", "ceph");
    a.must("push", "-q");
    expect(await server().objects(bucket)).toHaveLength(1);
  });
});
