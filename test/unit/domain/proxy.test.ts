import { describe, expect, it } from "vitest";
import { namesProxy, proxyFor, shownProxy } from "../../../src/domain/proxy.js";

const HTTPS = "https://bucket.s3.eu-west-1.amazonaws.com";

function via(url: string, env: Record<string, string>, configured?: string): string {
  const proxy = proxyFor(new URL(url), env, configured);
  return proxy ? `${proxy.from} ${shownProxy(proxy)}` : "direct";
}

describe("which proxy", () => {
  it.each<[string, Record<string, string>, string]>([
    [HTTPS, {}, "direct"],
    [HTTPS, { HTTPS_PROXY: "http://p:3128" }, "HTTPS_PROXY http://p:3128"],
    [
      HTTPS,
      { https_proxy: "http://low:1", HTTPS_PROXY: "http://up:2" },
      "https_proxy http://low:1",
    ],
    [HTTPS, { HTTP_PROXY: "http://p:3128" }, "direct"],
    [HTTPS, { ALL_PROXY: "p:3128" }, "ALL_PROXY http://p:3128"],
    [HTTPS, { HTTPS_PROXY: "" }, "direct"],
    [HTTPS, { HTTPS_PROXY: "proxy.corp:8080" }, "HTTPS_PROXY http://proxy.corp:8080"],
    [HTTPS, { HTTPS_PROXY: "https://p" }, "HTTPS_PROXY https://p"],
    ["http://minio:9000", { HTTP_PROXY: "http://p:3128" }, "HTTP_PROXY http://p:3128"],
    ["http://minio:9000", { http_proxy: "http://p:3128" }, "http_proxy http://p:3128"],
    ["http://minio:9000", { HTTPS_PROXY: "http://p:3128" }, "direct"],
  ])("%s with %j: %s", (url, env, expected) => expect(via(url, env)).toBe(expected));

  it.each<[string | undefined, string]>([
    [undefined, "HTTPS_PROXY http://env:1"],
    ["http://git:2", "http.proxy http://git:2"],
    ["", "direct"],
  ])("http.proxy = %s outranks the environment: %s", (configured, expected) => {
    expect(via(HTTPS, { HTTPS_PROXY: "http://env:1" }, configured)).toBe(expected);
  });

  it.each<[string, string, boolean]>([
    [HTTPS, "*", true],
    [HTTPS, "amazonaws.com", true],
    [HTTPS, ".amazonaws.com", true],
    [HTTPS, "*.amazonaws.com", true],
    [HTTPS, "AMAZONAWS.com", true],
    [HTTPS, "naws.com", false],
    [HTTPS, "other.com, amazonaws.com", true],
    [HTTPS, "amazonaws.com:443", true],
    [HTTPS, "amazonaws.com:8443", false],
    ["https://minio:9000", "minio", true],
    ["https://minio:9000", "minio:9000", true],
    ["https://127.0.0.1:9000", "127.0.0.1", true],
    ["https://[::1]:9000", "::1", true],
    ["https://[::1]:9000", "[::1]", true],
    ["https://example.org", "", false],
    ["https://example.org", " , ", false],
  ])("%s is excepted by NO_PROXY=%s: %s", (url, list, isDirect) => {
    const env = { HTTPS_PROXY: "http://p:1", NO_PROXY: list };
    expect(via(url, env) === "direct").toBe(isDirect);
    expect(via(url, { no_proxy: list }, "http://p:1") === "direct").toBe(isDirect);
  });

  it("is never gone round because its kind is not known, and shows no password", () => {
    for (const [text, said] of [
      ["socks5h://me:geheim@p:1080", "socks5h://"],
      ["http://[", "no address"],
    ] as const) {
      expect(() => via(HTTPS, { HTTPS_PROXY: text })).toThrow(said);
      expect(() => via(HTTPS, { HTTPS_PROXY: text })).not.toThrow("geheim");
      expect(via(HTTPS, { HTTPS_PROXY: text, NO_PROXY: "amazonaws.com" })).toBe("direct");
    }
    expect(via(HTTPS, { HTTPS_PROXY: "http://me:geheim@p:1" })).toBe("HTTPS_PROXY http://p:1");
  });

  it("is not looked for where nothing names one", () => {
    expect(namesProxy({ HTTPS_PROXY: "", NO_PROXY: "x", PATH: "/bin" }, undefined)).toBe(false);
    expect(namesProxy({ all_proxy: "http://p" }, undefined)).toBe(true);
    expect(namesProxy({ all_proxy: "http://p" }, "")).toBe(false);
    expect(namesProxy({}, "http://p")).toBe(true);
  });
});
