import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkEndpoint, parseRemoteUrl } from "../../../src/domain/remote-url.js";

const ORIGINS = ["committed", "user"] as const;

describe.each(ORIGINS)("from %s", (origin) => {
  it.each([
    ["local:../blobs", { kind: "local", dir: "../blobs" }],
    ["local:my blobs/x", { kind: "local", dir: "my blobs/x" }],
    ["s3://bucket", { kind: "s3", bucket: "bucket", prefix: "" }],
    ["s3://my.bucket-1/a/b/", { kind: "s3", bucket: "my.bucket-1", prefix: "a/b" }],
    ["https://host.example.org", { kind: "https", url: "https://host.example.org" }],
    [
      "https://host.example.org:8443/a/b/",
      { kind: "https", url: "https://host.example.org:8443/a/b" },
    ],
    ["https://1.1.1.1/x", { kind: "https", url: "https://1.1.1.1/x" }],
  ])("%j is understood", (text, value) => {
    expect(parseRemoteUrl(text, origin)).toEqual({ ok: true, value });
  });

  it.each([
    ["", /none of/],
    ["../blobs", /none of/],
    ["file:///etc", /none of/],
    ["//evil/share", /none of/],
    ["ext::sh", /none of/],
    [":webdav,bearer_token_command=x:", /none of/],
    ["S3://bucket", /none of/],
    ["local:", /no directory/],
    ["local:a\0b", /control/],
    ["local:a\nb", /control/],
    ["local:\u202ea", /control/],
    ["s3://", /bucket/],
    ["s3:///x", /bucket/],
    ["s3://-oProxy/x", /bucket/],
    ["s3://b..c/x", /bucket/],
    ["s3://a\nb/x", /control/],
    ["s3://a b/x", /spaces/],
    ["s3://bucket/../c", /prefix/],
    ["s3://bucket//c", /prefix/],
    ["s3://bucket/-c", /prefix/],
    ["s3://bucket/.blobsy", /prefix/],
    ["s3://bucket/a?x=1", /prefix/],
    ["s3://key:secret@bucket/x", /passwords/],
    ["https://user:pass@host.example.org/", /passwords/],
    ["https://token@host.example.org/", /passwords/],
    ["https://host.example.org/a@b", /passwords/],
    ["https://host.example.org\n/x", /control/],
    ["https://host.example.org/a b", /spaces/],
    ["https://host.example.org/?q=1", /query/],
    ["https://host.example.org/#f", /query/],
    ["https:\\\\host.example.org", /none of/],
    ["https://host.example.org\\x", /query/],
    ["https://host.example.org/a/../b", /plain form/],
    ["https://host.example.org/%2e%2e/b", /plain form/],
    ["https://", /https/],
    ["https://a..%/", /web address/],
    ["https://a;b.example.org/", /host/],
    ["https://a&b.example.org/", /host/],
    ["https://a'b.example.org/", /host/],
    [`https://host.example.org/${"x".repeat(2048)}`, /2048/],
  ])("%j is refused", (text, reason) => {
    expect(parseRemoteUrl(text, origin)).toEqual({
      ok: false,
      reason: expect.stringMatching(reason) as unknown,
    });
  });

  it.each(["s3://bucket", "local:x", "user@host.example.org", "https://u:p@host.example.org", "x"])(
    "%j is no endpoint",
    (text) => {
      expect(checkEndpoint(text, origin).ok).toBe(false);
    },
  );

  it("an endpoint is a web address", () => {
    const value = "https://s3.example.org";
    expect(checkEndpoint(`${value}/`, origin)).toEqual({ ok: true, value });
  });
});

describe("only a user may name", () => {
  const places: ReadonlyArray<readonly [string, RegExp]> = [
    ["local:/srv/blobs", /relative/],
    ["local:/", /relative/],
    ["local://evil/share", /relative/],
    ["local:C:/blobs", /relative/],
    ["local:c:blobs", /relative/],
    ["local:\\\\evil\\share", /instead/],
    ["local:..\\blobs", /instead/],
    ["local:.git/x", /\.git/],
    ["local:../a/.GIT /x", /\.git/],
    ["local:~/x", /~/],
    ["local:$HOME/x", /\$/],
  ];
  const addresses: ReadonlyArray<readonly [string, RegExp]> = [
    ["http://host.example.org/x", /https/],
    ["https://localhost/x", /this machine/],
    ["https://localhost./x", /this machine/],
    ["https://a.localhost/x", /this machine/],
    ["https://nas/x", /this machine/],
    ["https://nas.local/x", /this machine/],
    ["https://metadata.google.internal/x", /this machine/],
    ["https://127.0.0.1/x", /this machine/],
    ["https://0x7f.1/x", /this machine/],
    ["https://2130706433/x", /this machine/],
    ["https://169.254.169.254/latest", /this machine/],
    ["https://10.0.0.1/x", /this machine/],
    ["https://192.168.1.1:9000/x", /this machine/],
    ["https://[::1]/x", /this machine/],
    ["https://[fd00:ec2::254]/x", /this machine/],
    ["https://[::ffff:127.0.0.1]/x", /this machine/],
    ["https://\uff11\uff12\uff17.0.0.1/x", /this machine/],
    ["https://host.example.org/$HOME", /\$/],
    ["https://host.example.org/~x", /~/],
    ["https://host.example.org/x;id", /path/],
    ["https://host.example.org/x&id&", /path/],
    ["https://host.example.org/(id)|id", /path/],
    ["https://host.example.org/it's", /path/],
  ];

  it.each([...places, ...addresses])("%j", (text, reason) => {
    expect(parseRemoteUrl(text, "user").ok).toBe(true);
    expect(parseRemoteUrl(text, "committed")).toEqual({
      ok: false,
      reason: expect.stringMatching(reason) as unknown,
    });
  });

  it.each(addresses)("the endpoint %j", (text, reason) => {
    expect(checkEndpoint(text, "user").ok).toBe(true);
    expect(checkEndpoint(text, "committed")).toEqual({
      ok: false,
      reason: expect.stringMatching(reason) as unknown,
    });
  });
});

it("a reason never repeats a secret", () => {
  const around = fc.constantFrom(
    "https://u:SECRET@h.example.org",
    "s3://k:SECRET@b/",
    "https://SECRET@h\n",
    "http://u:SECRET@h",
  );
  fc.assert(
    fc.property(around, fc.string(), (text, more) => {
      const verdict = parseRemoteUrl(text + more, "committed");
      expect(verdict.ok).toBe(false);
      expect(JSON.stringify(verdict)).not.toContain("SECRET");
    }),
  );
});
