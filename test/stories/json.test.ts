/** What `--json` prints is what docs/json-schema.json says: done, nothing to do, and errors. */
import { Ajv2020 } from "ajv/dist/2020.js";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../src/cli/command-table.js";
import { bytes } from "../helpers/bytes.js";
import { commandsFor, initWithCommands } from "../helpers/command-remote.js";
import type { Repo } from "../helpers/repo.js";
import { sharedWorld, world } from "../helpers/world.js";

const SCHEMA = new URL("../../docs/json-schema.json", import.meta.url);
const ajv = new Ajv2020({ allErrors: true });
ajv.addSchema(JSON.parse(readFileSync(SCHEMA, "utf8")) as object, "blobsy");

interface Document {
  readonly command: string;
  readonly exit_code: number;
}

/** Runs a command with `--json`. @param command whose shape it must have; "" for none */
function documentOf(repo: Repo, command: string, code: number, args: readonly string[]): Document {
  const ran = repo.blobsy("--json", ...args);
  expect(ran.code, `${args.join(" ")}\n${ran.stderr}`).toBe(code);
  const document = JSON.parse(ran.stdout) as Document;
  expect(document).toMatchObject({ command, exit_code: code });
  const validate = ajv.getSchema(command === "" ? "blobsy" : `blobsy#/$defs/${command}`);
  if (!validate) throw new Error(`no schema for ${command}`);
  const isValid = validate(document);
  expect(validate.errors, ran.stdout).toBeNull();
  expect(isValid).toBe(true);
  return document;
}

const w = sharedWorld((made) => {
  const a = made.initWithRemote();
  for (const name of ["model.bin", "data/x.bin"]) a.write(name, bytes(name));
  a.mustBlobsy("track", "model.bin", "data/x.bin");
  a.must("commit", "-qm", "payloads");
  a.must("push", "-q");
  const mirror = '[backend "mirror"]\n\turl = local:../mirror\n';
  a.write(".blobsyconfig", `${a.read(".blobsyconfig").toString()}${mirror}`);
  a.must("commit", "-qam", "a mirror");
  made.snapshot();
});

type Prepare = (a: Repo) => void;
type Row = readonly [
  what: string,
  args: readonly string[],
  prepare?: Prepare | undefined,
  code?: number,
];

const edited: Prepare = (a) => a.write("model.bin", bytes("edit"));
const conflict: Prepare = (a) => {
  edited(a);
  a.sh("rm .git/blobsy/worktree/stat-cache");
};
const absent: Prepare = (a) => a.remove("model.bin");
const lost: Prepare = (a) => {
  a.mustBlobsy("drop", "model.bin");
  a.sh("chmod -R u+w ../blobs && rm -r ../blobs/*");
};
const committed: Prepare = (a) => {
  edited(a);
  a.git("-c", "core.hooksPath=/dev/null", "commit", "-qam", "edit");
};
const badConfig: Prepare = (a) =>
  a.write(".blobsyconfig", "[compress]\n\talgorithm = none of it\n");
const notInstalled: Prepare = (a) => a.mustBlobsy("uninstall");

const ERROR = 1;
const ATTENTION = 2;

const ROWS: Readonly<Record<string, readonly Row[]>> = {
  overview: [
    ["in use", []],
    ["not installed", [], notInstalled],
    ["no repository", ["-C", "/"]],
    ["cannot be read", [], badConfig, ERROR],
  ],
  init: [
    ["done", ["init", "local:../blobs"]],
    ["elsewhere, to look at it", ["init", "--dry-run", "local:../others"]],
    ["an address that is none", ["init", "gopher://x"], undefined, ERROR],
  ],
  install: [
    ["done", ["install"]],
    ["to look at it", ["install", "--dry-run", "--no-hooks"]],
    ["for everybody", ["install", "--global", "--dry-run"]],
    ["two scopes", ["install", "--global", "--system"], undefined, ERROR],
  ],
  uninstall: [
    ["done", ["uninstall"]],
    ["nothing to do", ["uninstall"], notInstalled],
    ["two scopes", ["uninstall", "--global", "--system"], undefined, ERROR],
  ],
  track: [
    ["new ones", ["track", "new.bin"], (a) => a.write("new.bin", bytes("new"))],
    ["an edit", ["track", "model.bin"], edited],
    ["one in Git", ["track", "--dry-run", ".blobsyconfig"], undefined, ERROR],
    ["nothing to do", ["track", "model.bin"]],
    ["skipped ones", ["track", "data"], (a) => a.write("data/small.txt", "small")],
    ["not there", ["track", "none.bin"], undefined, ERROR],
  ],
  untrack: [
    ["done", ["untrack", "model.bin"]],
    ["to look at it", ["untrack", "--dry-run", "."]],
    ["not tracked", ["untrack", ".blobsyconfig"], undefined, ERROR],
  ],
  rm: [
    ["done", ["rm", "model.bin"]],
    ["not here", ["rm", "model.bin"], absent],
    ["to look at it", ["rm", "-r", "--dry-run", "data"]],
    ["kept", ["rm", "--cached", "model.bin"]],
    ["an edited one", ["rm", "model.bin"], edited, ERROR],
  ],
  mv: [
    ["done", ["mv", "model.bin", "other.bin"]],
    ["to look at it", ["mv", "--dry-run", "data", "elsewhere"]],
    ["over another", ["mv", "model.bin", "data/x.bin"], undefined, ERROR],
  ],
  drop: [
    ["done", ["drop", "model.bin"]],
    ["not here", ["drop", "model.bin"], absent],
    ["to look at it", ["drop", "--dry-run", "data"]],
    ["an edited one", ["drop", "model.bin", "data"], edited, ERROR],
  ],
  status: [
    ["in step", ["status"]],
    ["edited", ["status"], edited],
    ["a conflict", ["status", "--exit-code"], conflict, ATTENTION],
    ["left out", ["status"], (a) => a.mustBlobsy("drop", "model.bin")],
    [
      "refused ones",
      ["status"],
      (a) =>
        a.sh("cp model.bin.bref .blobsy.bin.bref; printf x >bad.bin.bref; git add -f bad.bin.bref"),
    ],
    ["what is left undone", ["status"], (a) => (lost(a), a.blobsy("pull", "model.bin"))],
    ["not tracked", ["status", "none.bin"], undefined, ERROR],
  ],
  ls: [
    ["all", ["ls"]],
    ["edited", ["ls", "model.bin"], edited],
    ["not tracked", ["ls", "none.bin"], undefined, ERROR],
  ],
  push: [
    ["done", ["push"], committed],
    ["nothing to do", ["push"]],
    ["to look at it", ["push", "--dry-run"]],
    ["no such backend", ["push", "--to", "none"], undefined, ERROR],
    [
      "single ones failed",
      ["push"],
      (a) => (committed(a), a.sh("rm -r .git/blobsy/objects; rm model.bin")),
      ERROR,
    ],
  ],
  pull: [
    ["done", ["pull", "model.bin"], absent],
    ["nothing to do", ["pull"]],
    ["to look at it", ["pull", "--dry-run"], absent],
    ["an edit put aside", ["pull", "--force", "model.bin"], edited],
    ["a conflict", ["pull"], conflict, ATTENTION],
    ["gone from the remote", ["pull", "model.bin"], lost, ERROR],
  ],
  fetch: [
    ["done", ["fetch"]],
    ["to look at it", ["fetch", "--all", "--dry-run"]],
    ["no such commit", ["fetch", "nowhere"], undefined, ERROR],
  ],
  sync: [
    ["done", ["sync"], edited],
    ["nothing to do", ["sync"]],
    ["to look at it", ["sync", "--dry-run"], edited],
    ["a conflict", ["sync"], conflict, ATTENTION],
    [
      "copied",
      ["sync", "--from", "default", "--to", "mirror"],
      (a) => a.sh("mkdir ../mirror && blobsy trust mirror"),
    ],
    ["to be copied", ["sync", "--from", "default", "--to", "mirror", "--dry-run"]],
    ["half of it", ["sync", "--from", "default"], undefined, ERROR],
  ],
  resolve: [
    ["ours", ["resolve", "--ours", "model.bin"], conflict],
    ["theirs, the other beside", ["resolve", "--theirs", "--keep-both", "model.bin"], conflict],
    ["shown", ["resolve", "--show"], conflict],
    ["to look at it", ["resolve", "--ours", "--all", "--dry-run"], conflict],
    ["nothing to do", ["resolve", "--ours", "--all"]],
    ["no side", ["resolve", "model.bin"], undefined, ERROR],
  ],
  recover: [
    ["nothing there", ["recover"]],
    ["listed", ["recover"], (a) => a.mustBlobsy("rm", "model.bin")],
    ["done", ["recover", "model.bin"], (a) => a.mustBlobsy("drop", "model.bin")],
    [
      "elsewhere",
      ["recover", "model.bin", "--to", "old.bin"],
      (a) => a.mustBlobsy("rm", "model.bin"),
    ],
    [
      "to look at it",
      ["recover", "--dry-run", "model.bin"],
      (a) => a.mustBlobsy("rm", "model.bin"),
    ],
    ["not listed", ["recover", "none.bin"], undefined, ERROR],
  ],
  fsck: [
    ["nothing is wrong", ["fsck"]],
    ["found", ["fsck"], notInstalled, ATTENTION],
    ["mended", ["fsck", "--repair"], notInstalled],
    ["the remote too", ["fsck", "--read-data"], lost, ATTENTION],
    ["a share that is none", ["fsck", "--read-data", "much"], undefined, ERROR],
  ],
  trust: [
    ["done", ["trust"]],
    ["to look at it", ["trust", "--dry-run"]],
    ["no such backend", ["trust", "none"], undefined, ERROR],
  ],
  config: [
    ["all", ["config"]],
    ["one", ["config", "get", "externalize.minSize"]],
    ["set", ["config", "set", "externalize.minSize", "5mb"]],
    ["to be added", ["config", "add", "--dry-run", "externalize.never", "*.md"]],
    ["not set", ["config", "unset", "externalize.minSize"], undefined, ERROR],
    ["unknown", ["config", "get", "colour"], undefined, ERROR],
  ],
  completion: [
    ["done", ["completion", "bash"]],
    ["no such shell", ["completion", "csh"], undefined, ERROR],
  ],
  version: [["done", ["version"]]],
};

describe("--json of", () => {
  const rows = Object.entries(ROWS).flatMap(([command, some]) =>
    some.map(([what, args, prepare, code]) => ({ command, what, args, prepare, code: code ?? 0 })),
  );
  it.each(rows)("$command: $what", ({ command, args, prepare, code }) => {
    w().restore();
    const a = w().repo("a");
    a.must("status");
    prepare?.(a);
    documentOf(a, command, code, args);
  });

  it("a remote of your own commands, approved", () => {
    const made = world();
    const a = initWithCommands(made, commandsFor(made));
    documentOf(a, "trust", 0, ["trust", "--dry-run"]);
    documentOf(a, "push", 1, ["push", "none.bin"]);
    documentOf(a, "trust", 0, ["trust"]);
  });

  it("a command line that is not understood", () => {
    for (const args of [["frobnicate"], ["status", "--frobnicate"], ["version", "more"], ["mv"]]) {
      documentOf(w().repo("a"), "", 1, args);
    }
  });

  it("every command: done, and an error unless it has none of its own", () => {
    const names = ["overview", ...COMMANDS.map(({ name }) => name)];
    expect(Object.keys(ROWS).sort()).toEqual(names.sort());
    const without = (kind: (code: number) => boolean): string[] =>
      names.filter((name) => !ROWS[name]?.some(([, , , code = 0]) => kind(code)));
    expect(without((code) => code === 0)).toEqual([]);
    expect(without((code) => code === ERROR)).toEqual(["version"]);
  });

  it("the schema refuses a field that nobody described", () => {
    const document = documentOf(w().repo("a"), "version", 0, ["version"]);
    const validate = ajv.getSchema("blobsy");
    expect(validate?.(document)).toBe(true);
    expect(validate?.({ ...document, more: 1 })).toBe(false);
    expect(validate?.({ ...document, schema_version: undefined })).toBe(false);
  });
});
