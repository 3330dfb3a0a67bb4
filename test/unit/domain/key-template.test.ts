import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  checkKeyTemplate,
  evaluateKeyTemplate,
  type KeyVariables,
} from "../../../src/domain/key-template.js";
import { asOid, type Oid } from "../../../src/domain/oid.js";
import { checkKeyToWrite } from "../../../src/domain/remote-key.js";
import type { PayloadPath } from "../../../src/domain/repo-path.js";

const oid = asOid("0123456789ab".padEnd(64, "cdef"));
const short = "0123456789ab";
const variables: KeyVariables = {
  oid,
  payload: "data/v1/model x.bin" as PayloadPath,
  branch: "feature/a",
  nowSecs: new Date("2026-01-02T03:04:05.678Z"),
  compressSuffix: "",
};
const evaluate = (template: string, changed: Partial<KeyVariables> = {}) =>
  evaluateKeyTemplate(template, { ...variables, ...changed });
const withPath = (path: string) => ({ payload: path as PayloadPath });

describe("checkKeyTemplate", () => {
  it.each([
    ["data/{repo_path}", /old commits/],
    ["{git_branch}/{filename}{compress_suffix}", /old commits/],
    ["x", /old commits/],
    ["{content_sha256}/{user}", /\{user\} is not a variable/],
    ["{CONTENT_SHA256}", /not a variable/],
    ["{}{content_sha256}", /not a variable/],
    ["{__proto__}/{content_sha256}", /not a variable/],
    ["{content_sha256", /brace/],
    ["{{content_sha256}}", /brace/],
    ["../esc/{content_sha256}", /dot/],
    ["a/./{content_sha256}", /dot/],
    [".blobsy/{content_sha256}", /dot/],
    [".{content_sha256}", /dot/],
    ["-{content_sha256}", /dash/],
    ["/{content_sha256}", /empty component/],
    ["a//{content_sha256}", /empty component/],
    ["{content_sha256}/", /empty component/],
    ["{compress_suffix}/{content_sha256}", /empty component/],
    ["{content_sha256}/{compress_suffix}/x", /empty component/],
    ["{compress_suffix}{git_branch}/{content_sha256}", /cannot begin a name/],
    ["{content_sha256}/{compress_suffix}{filename}", /cannot begin a name/],
    ["a b/{content_sha256}", /characters/],
    ["s3:{content_sha256}", /characters/],
    ["\u00e9/{content_sha256}", /characters/],
    ["{content_sha256}{filename}", /between/],
    ["{filename}{content_sha256}", /between/],
    ["{content_sha256}{compress_suffix}{filename}", /between/],
    ["a{content_sha256}", /between/],
    ["{content_sha256}0", /between/],
    ["{content_sha256}{compress_suffix}0", /between/],
    ["{content_sha256}{content_sha256}", /between/],
    ["deadbeef0/{content_sha256}", /hex digits in a row/],
    ["dead{compress_suffix}beef0/{content_sha256}", /hex digits in a row/],
    ["x".repeat(513), /512/],
    [`${"x".repeat(200)}/${"y".repeat(225)}/{content_sha256}/{repo_path}`, /room/],
  ])("refuses %j", (template, reason) => {
    expect(checkKeyTemplate(template)).toEqual({
      ok: false,
      reason: expect.stringMatching(reason) as unknown,
    });
    expect(() => evaluate(template)).toThrow(expect.objectContaining({ code: "BAD_CONFIG" }));
  });
});

describe("evaluateKeyTemplate", () => {
  it.each([
    ["sha256/{content_sha256}{compress_suffix}", `sha256/${oid}.zst`],
    [
      "{iso_date_secs}-{content_sha256_short}/{repo_path}{compress_suffix}",
      `20260102T030405Z-${short}/data/v1/model=20x.bin.zst`,
    ],
    ["{dirname}/{filename}/{content_sha256}", `data/v1/model=20x.bin/${oid}`],
    ["branch={git_branch}/x{content_sha256}", `branch=feature/a/x${oid}`],
  ])("%s", (template, key) => {
    expect(checkKeyTemplate(template)).toEqual({ ok: true });
    const compressSuffix = template.includes("{compress_suffix}") ? ".zst" : "";
    expect(evaluate(template, { compressSuffix })).toBe(key);
  });

  const path = "{repo_path}/{content_sha256_short}";
  it.each([
    ["caf\u00e9=.bin", "caf=C3=A9=3D.bin"],
    ["-rf/.hidden/-x", "=2Drf/=2Ehidden/=2Dx"],
    ["a..b/c-d", "a..b/c-d"],
    ["$(id);'q\" [x]*", "=24=28id=29=3B=27q=22=20=5Bx=5D=2A"],
    ["deadbeefdead", "deadbeefdea=64"],
    ["deadbeefdeadbeef", "deadbeefdea=64beef"],
    ["DEADBEEFDEADBEEF", "DEADBEEFDEA=44BEEF"],
    [
      oid,
      `0123456789a=62${"cdefcdefc"}=64${"efcdefcde"}=66${"cdefcdefc"}=64${"efcdefcde"}=66${"cdefcdefc"}=64ef`,
    ],
  ])("escapes the path %j", (payload, escaped) => {
    expect(evaluate(path, withPath(payload))).toBe(`${escaped}/${short}`);
  });

  it("never has one key for a blob and its compressed form", () => {
    const template = "{content_sha256}/{filename}";
    expect(evaluate(template)).toBe(`${oid}/model=20x.bin`);
    expect(evaluate(template, { compressSuffix: ".zst" })).toBe(`${oid}/model=20x.bin.zst`);
  });

  it("names a detached HEAD, and the directory of a payload at the root", () => {
    expect(evaluate("{git_branch}/{content_sha256_short}", { branch: null })).toBe(
      `detached/${short}`,
    );
    expect(evaluate("{dirname}/{content_sha256_short}", withPath("x"))).toBe(`_/${short}`);
  });

  it("cuts what is too long, and still tells two of them apart", () => {
    const long = (end: string) => withPath(`${"d/".repeat(300)}${end}`);
    const [one, other] = [evaluate(path, long("a")), evaluate(path, long("b"))];
    expect(one.length).toBeLessThanOrEqual(512);
    expect(one).toMatch(new RegExp(`^(d/){90}_[g-v]{16}/${short}$`));
    expect(one).not.toBe(other);
    // A name that fits a key but no file system's directory.
    expect(evaluate(path, withPath("\u00e9".repeat(100)))).toMatch(/^(=C3=A9)+_[g-v]{16}\//);
  });

  it("does not fit a suffix that is not one", () => {
    expect(() =>
      evaluate("{content_sha256}{compress_suffix}", { compressSuffix: "/../x" }),
    ).toThrow();
    expect(() => evaluate("{content_sha256}{compress_suffix}", { compressSuffix: "0" })).toThrow();
  });
});

describe("any path and branch", () => {
  const hexish = fc.string({
    unit: fc.constantFrom(..."0123456789abcdefABCDEF/.-_= "),
    maxLength: 90,
  });
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    hexish,
    fc.string({ unit: "binary", minLength: 200, maxLength: 900 }),
  );
  // A payload's path has no empty component.
  const anyPath = text.map((path) => path.split("/").filter(Boolean).join("/")).filter(Boolean);
  const anyOid = fc
    .string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 64, maxLength: 64 })
    .map((hex) => asOid(hex));
  const piece = fc.constantFrom(
    "{content_sha256}",
    "{content_sha256_short}",
    "{repo_path}",
    "{dirname}",
    "{filename}",
    "{git_branch}",
    "{iso_date_secs}",
    "{compress_suffix}",
    "/",
    "-",
    "_x",
    "deadbeef",
    "cafe",
    ".",
  );
  const anyTemplate = fc.oneof(
    fc.constantFrom(
      "{repo_path}/{content_sha256}",
      "{git_branch}deadbeef{compress_suffix}-{content_sha256_short}{compress_suffix}",
      "deadbeef{filename}{dirname}deadbeef{repo_path}{compress_suffix}cafe/{content_sha256}",
      "{iso_date_secs}{filename}{git_branch}/{content_sha256}",
    ),
    fc.array(piece, { minLength: 1, maxLength: 9 }).map((pieces) => pieces.join("")),
  );

  it("make a key that may be written", () => {
    let evaluated = 0;
    const property = (template: string, of: Oid, path: string, branch: string, suffix: string) => {
      if (!checkKeyTemplate(template).ok) return;
      evaluated += 1;
      const key = evaluateKeyTemplate(template, {
        ...variables,
        ...withPath(path),
        oid: of,
        branch,
        compressSuffix: suffix,
      });
      expect(checkKeyToWrite(key, of)).toEqual({ ok: true });
      for (const component of key.split("/")) expect(component.length).toBeLessThanOrEqual(240);
    };
    fc.assert(
      fc.property(anyTemplate, anyOid, anyPath, text, fc.constantFrom("", ".zst", ".br"), property),
      { numRuns: 3000 },
    );
    expect(evaluated).toBeGreaterThan(500);
  });

  it("and different paths different keys", () => {
    const template = "{content_sha256_short}/{repo_path}";
    const reversed = fc.property(hexish.filter(Boolean), (path) => {
      const key = evaluate(template, withPath(path));
      const back = key
        .slice(13)
        .replace(/=(..)/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
      expect(back).toBe(path);
    });
    fc.assert(reversed, { numRuns: 500 });
  });
});
