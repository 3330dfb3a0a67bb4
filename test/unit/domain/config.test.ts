import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KNOWN_KEYS, readConfig, type Config } from "../../../src/domain/config.js";

const FILE = ".blobsyconfig";
const local = (entries: ReadonlyArray<readonly [string, string]>) =>
  entries.map(([key, value]) => ({ key, value, origin: "file:.git/config" }));

function read(text: string | null, entries: ReadonlyArray<readonly [string, string]> = []) {
  const committed = text === null ? null : { text, file: FILE };
  return readConfig({ committed, local: local(entries) });
}
function quietly(
  text: string | null,
  entries: ReadonlyArray<readonly [string, string]> = [],
): Config {
  const { config, warnings } = read(text, entries);
  expect(warnings).toEqual([]);
  return config;
}

const EXAMPLE = `
[blobsy]
    backend = default
    keyTemplate = {repo_path}/{content_sha256}{compress_suffix}
    detect = arm
    ignore = gitignore
[backend "default"]
    url = s3://bucket/prefix
    region = eu-central-1
    endpoint = https://s3.example.org
    tool = sdk
[externalize]
    minSize = 2mb
    always = *.safetensors
    always = "*.pt"   ; as well
    never = *.md
[compress]
    algorithm = zstd
    minSize = 10kb
    never = *.png
[transfer]
    concurrency = 4
[fetch]
    include = data/**
    exclude = data/raw/**
[cache]
    keep = 10gb
`;

describe("what is read", () => {
  it("the defaults", () => {
    const { backends, ...config } = quietly(null);
    expect(backends.size).toBe(0);
    expect(config).toEqual({
      backend: { value: "default", origin: "committed", file: "" },
      keyTemplate: "sha256/{content_sha256}{compress_suffix}",
      detect: "monitor",
      ignore: "exclude",
      skipSmudge: false,
      trustedEndpoints: [],
      gitRemotes: new Map(),
      externalize: { minSize: 1048576, always: [], never: [] },
      compress: { algorithm: "none", minSize: 102400, always: [], never: [] },
      transfer: { concurrency: 8, isChosen: false },
      fetch: { include: [], exclude: [] },
      cache: { keep: null },
    });
  });

  const expected = {
    keyTemplate: "{repo_path}/{content_sha256}{compress_suffix}",
    detect: "arm",
    ignore: "gitignore",
    externalize: { minSize: 2097152, always: ["*.safetensors", "*.pt"], never: ["*.md"] },
    compress: { algorithm: "zstd", minSize: 10240, never: ["*.png"] },
    transfer: { concurrency: 4 },
    fetch: { include: ["data/**"], exclude: ["data/raw/**"] },
    cache: { keep: 10 * 1024 ** 3 },
  };
  it.each([
    ["as written", EXAMPLE],
    ["with CRLF", EXAMPLE.replaceAll("\n", "\r\n")],
    ["with a byte order mark", `\ufeff${EXAMPLE}`],
    [
      "in other case",
      EXAMPLE.replace("[blobsy]", "[BLOBSY]").replace("minSize", "MINSIZE").replace("arm", "Arm"),
    ],
    ["with comments", EXAMPLE.replaceAll("]\n", "] # x\n; y\n")],
  ])("the example %s", (_, text) => {
    const config = quietly(text);
    expect(config).toMatchObject(expected);
    const from = { origin: "committed", file: FILE };
    expect(config.backends.get("default")).toEqual({
      name: "default",
      url: { value: { kind: "s3", bucket: "bucket", prefix: "prefix" }, ...from },
      region: { value: "eu-central-1", ...from },
      endpoint: { value: "https://s3.example.org", ...from },
      tool: { value: "sdk", ...from },
    });
  });

  it("a command backend", () => {
    const config = quietly(`[blobsy]\nbackend = mine
      [backend "mine"]
      type = command
      push = cp {local} "/srv/x y/{remote_key}"
      pull = "cp /srv/{remote_key} \\"$BLOBSY_TEMP_OUT\\""
      shell
      toolArgs = --one
      toolArgs = --two`);
    expect(config.backend.value).toBe("mine");
    expect(config.backends.get("mine")).toMatchObject({
      type: { value: "command" },
      push: { value: 'cp {local} "/srv/x y/{remote_key}"', origin: "committed" },
      pull: { value: 'cp /srv/{remote_key} "$BLOBSY_TEMP_OUT"' },
      shell: { value: true },
      toolArgs: { value: ["--one", "--two"] },
    });
  });

  it("names of backends as they are, dots included", () => {
    const config = quietly('[backend "My.One"]\nurl = local:../x\n[backend.two]\nurl = local:../y');
    expect([...config.backends.keys()]).toEqual(["My.One", "two"]);
  });

  it("the last of several values", () => {
    expect(quietly("[blobsy]\ndetect = arm\n[blobsy]\ndetect = commit").detect).toBe("commit");
  });
});

describe("the user's git config", () => {
  it("overrides key by key, and every value says where it came from", () => {
    const config = quietly(EXAMPLE, [
      ["blobsy.detect", "commit"],
      ["blobsy.transfer.concurrency", "2"],
      ["blobsy.Transfer.concurrency", "3"],
      ["blobsy.externalize.minsize", "5"],
      ["blobsy.backend.default.url", "local:/srv/blobs"],
      ["blobsy.backend.default.profile", "work"],
      ["blobsy.backend.default.pathstyle", "yes"],
    ]);
    expect(config.detect).toBe("commit");
    expect(config.transfer.concurrency).toBe(3);
    expect(config.externalize.minSize).toBe(5);
    const user = { origin: "user", file: "file:.git/config" };
    expect(config.backends.get("default")).toMatchObject({
      url: { value: { kind: "local", dir: "/srv/blobs" }, ...user },
      profile: { value: "work", ...user },
      pathStyle: { value: true, ...user },
      endpoint: { value: "https://s3.example.org", origin: "committed" },
    });
  });

  it("may choose the backend, and add one", () => {
    const config = quietly(EXAMPLE, [
      ["blobsy.backend", "My.One"],
      ["blobsy.backend.My.One.url", "https://127.0.0.1:9000/x"],
    ]);
    expect(config.backend).toEqual({ value: "My.One", origin: "user", file: "file:.git/config" });
    expect(config.backends.get("My.One")?.url?.value).toEqual({
      kind: "https",
      url: "https://127.0.0.1:9000/x",
    });
  });

  it("replaces a list as a whole; an empty value empties it", () => {
    expect(quietly(EXAMPLE, [["blobsy.externalize.always", "*.x"]]).externalize.always).toEqual([
      "*.x",
    ]);
    expect(quietly(EXAMPLE, [["blobsy.externalize.always", ""]]).externalize.always).toEqual([]);
    const reset = [
      ["blobsy.fetch.include", "a"],
      ["blobsy.fetch.include", ""],
      ["blobsy.fetch.include", "b"],
      ["blobsy.fetch.include", "c"],
    ] as const;
    expect(quietly(EXAMPLE, reset).fetch.include).toEqual(["b", "c"]);
  });

  it("alone trusts endpoints, skips payloads and names profiles", () => {
    const text =
      '[blobsy]\ntrustedEndpoint = https://evil.example\nskipSmudge = true\n[backend "default"]\nprofile = admin';
    const { config, warnings } = read(text, [
      ["blobsy.trustedendpoint", "https://s3.example.org/"],
    ]);
    expect(config.trustedEndpoints).toEqual(["https://s3.example.org"]);
    expect(config.skipSmudge).toBe(false);
    expect(config.backends.get("default")?.profile).toBeUndefined();
    expect(warnings).toEqual([
      ".blobsyconfig: trustedEndpoint is ignored: only your own git config can set it",
      ".blobsyconfig: skipSmudge is ignored: only your own git config can set it",
      ".blobsyconfig: backend.default.profile is ignored: only your own git config can set it",
    ]);
    expect(quietly(null, [["blobsy.skipsmudge", "true"]]).skipSmudge).toBe(true);
  });

  it("may hold what `trust` wrote down", () => {
    expect(read(null, [["blobsy.trust.default.approved", "x"]]).warnings).toEqual([]);
    expect(read("[trust]\napproved = x").warnings).toHaveLength(1);
  });
});

describe("what warns", () => {
  it.each([
    ["[blobsy]\ncolour = red", ".blobsyconfig: colour is not a known setting, and ignored"],
    ["[other]\nx = 1", ".blobsyconfig: other.x is not a known setting, and ignored"],
    ["[backend]\nurl = local:x", ".blobsyconfig: backend.url is not a known setting, and ignored"],
    [
      '[fetch "x"]\ninclude = y',
      ".blobsyconfig: fetch.x.include is not a known setting, and ignored",
    ],
    [
      '[backend "a"]\ncommand = x',
      ".blobsyconfig: backend.a.command is not a known setting, and ignored",
    ],
    [
      "[__proto__]\npolluted = 1",
      ".blobsyconfig: __proto__.polluted is not a known setting, and ignored",
    ],
    [
      "[constructor]\nprototype = 1",
      ".blobsyconfig: constructor.prototype is not a known setting, and ignored",
    ],
    ["[blobsy]\nx\u202ey = 1", ".blobsyconfig: x\\u{202e}y is not a known setting, and ignored"],
  ])("%j", (text, warning) => {
    expect(read(text).warnings).toEqual([warning]);
  });

  it("an unknown key in git config", () => {
    expect(read(null, [["blobsy.detekt", "arm"]]).warnings).toEqual([
      "file:.git/config: blobsy.detekt is not a known setting, and ignored",
    ]);
    expect(read(null, [["other.key", "x"]]).warnings).toEqual([]);
  });
});

describe("what is an error", () => {
  it.each([
    ["[blobsy]\ndetect = always", /detect is "always"; allowed is monitor, arm, commit/],
    ["[blobsy]\ndetect =", /detect is ""/],
    ["[blobsy]\nignore = x", /exclude, gitignore/],
    ["[blobsy]\nkeyTemplate = {repo_path}", /content_sha256/],
    ["[blobsy]\nkeyTemplate = ../{content_sha256}", /keyTemplate/],
    ["[blobsy]\nbackend = -x", /backend/],
    ["[blobsy]\nbackend = null", null],
    ["[externalize]\nminSize = big", /externalize\.minSize is "big"; allowed is a size/],
    ["[externalize]\nminSize = -1", /size/],
    ["[externalize]\nminSize = '{\"a\":1}'", /not text/],
    ["[externalize]\nalways = !x", /pattern/],
    ["[compress]\nalgorithm = lz4", /none, zstd, gzip, brotli/],
    ["[transfer]\nconcurrency = 0", /1 to 64/],
    ["[transfer]\nconcurrency = 65", /1 to 64/],
    ["[transfer]\nconcurrency = 2.5", /1 to 64/],
    ["[cache]\nkeep = all", /size/],
    ['[backend "a"]\ntool = curl', /sdk, auto, rclone, aws, s5cmd/],
    ['[backend "a"]\nshell = maybe', /true or false/],
    ['[backend "a"]\ntype = ftp', /command/],
    ['[backend "a"]\ntype = local\nurl = s3://bucket', /type is local, and its URL is of kind s3/],
    ['[backend "a"]\nregion = "a b"', /region/],
    ['[backend "../x"]\nurl = local:x', /name/],
    ['[backend "-x"]\nurl = local:x', /name/],
    ['[backend ""]\nurl = local:x', /name/],
    ['[backend "a"]\nurl =', /none of/],
    [
      '[backend "a"]\nurl = local:/srv',
      /backend\.a\.url: a committed local: directory must be relative/,
    ],
    ['[backend "a"]\nurl = http://h.example', /only https/],
    ['[backend "a"]\nurl = https://169.254.169.254/x', /this machine/],
    ['[backend "a"]\nurl = https://h.example/${AWS_SECRET_ACCESS_KEY}', /\$/],
    ['[backend "a"]\nurl = file:///etc', /none of/],
    ['[backend "a"]\nendpoint = https://localhost', /this machine/],
    ["detect = arm", /line 1 stands before/],
    ["[blobsy\ndetect = arm", /line 1 is not a section header/],
    ["[blobsy]\n<<<<<<< HEAD\ndetect = arm", /line 2 is a conflict marker/],
    [`[blobsy]\n${"#".repeat(70_000)}`, /65536/],
  ])("%j", (text, message) => {
    if (message === null) {
      expect(read(text).config.backend.value).toBe("null");
      return;
    }
    expect(() => read(text)).toThrow(
      expect.objectContaining({
        code: "BAD_CONFIG",
        path: FILE,
        message: expect.stringMatching(message) as unknown,
      }),
    );
    expect(() => read(text)).toThrow(/^\.blobsyconfig: /);
  });

  it("names the place in git config", () => {
    expect(() => read(null, [["blobsy.detect", "x\x1b"]])).toThrow(
      'file:.git/config: blobsy.detect is "x\\x1b"; allowed is monitor, arm, commit',
    );
    expect(() => read(null, [["blobsy.trustedendpoint", "s3://x"]])).toThrow(/trustedEndpoint/);
  });

  it("of an overridden value is no error", () => {
    expect(read("[blobsy]\ndetect = x", [["blobsy.detect", "arm"]]).config.detect).toBe("arm");
  });

  it.each(["https://u:SECRET@h.example", "s3://k:SECRET@bucket", "https://SECRET@h\u0007"])(
    "does not repeat the secret in %j",
    (url) => {
      for (const key of ["url", "endpoint"]) {
        const attempt = () => read(null, [[`blobsy.backend.a.${key}`, url]]);
        expect(attempt).toThrow(expect.objectContaining({ code: "BAD_CONFIG" }));
        expect(attempt).not.toThrow(/SECRET/);
      }
      expect(() => read(null, [["blobsy.trustedendpoint", url]])).not.toThrow(/SECRET/);
    },
  );
});

describe("prototypes", () => {
  it("stay clean, and a backend may be called like their members", () => {
    const text =
      "[__proto__]\npolluted = 1\n[blobsy]\n__proto__ = 1\n__proto__.polluted = 1\n" +
      "constructor.prototype.polluted = 1\n" +
      '[backend "__proto__"]\nurl = local:../x\n[backend "constructor"]\nurl = local:../y\n';
    const { config } = read(text, [["blobsy.backend.__proto__.region", "polluted"]]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect([...config.backends.keys()]).toEqual(["__proto__", "constructor"]);
    expect(config.backends.get("__proto__")?.region?.value).toBe("polluted");
    expect(config.backends.get("toString")).toBeUndefined();
  });

  it("whatever the text, it is read or refused as BAD_CONFIG", () => {
    const line = fc.oneof(
      fc.constantFrom(
        ...EXAMPLE.split("\n"),
        "[__proto__]",
        "a[] = 1",
        '"',
        "'{}'",
        "=",
        "[a.b.c]",
        "x = '[1]'",
      ),
      fc.string({ unit: "binary" }),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        try {
          read(lines.join("\n"));
        } catch (error) {
          expect(error).toMatchObject({ code: "BAD_CONFIG" });
        }
      }),
    );
  });
});

it("the table describes every key once, and every default is allowed", () => {
  const names = KNOWN_KEYS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toContain("detect");
  expect(names).toContain("transfer.concurrency");
  expect(names).toContain("backend.<name>.url");
  for (const { name, default: preset, description, allowed } of KNOWN_KEYS) {
    expect(description).not.toBe("");
    expect(allowed).not.toBe("");
    if (preset === null) continue;
    const key = `blobsy.${name.replace("<name>", "default")}`;
    expect(read(null, [[key.toLowerCase(), preset]]).warnings).toEqual([]);
  }
});
