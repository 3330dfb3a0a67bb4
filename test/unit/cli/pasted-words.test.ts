/**
 * A command that is printed can be pasted, whoever chose the names in it: a commit, a file, a branch, a
 * server. Each line is read by a real shell, as words; nothing in them may be more than a word.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeEvent } from "../../../src/app/describe.js";
import { describeError } from "../../../src/cli/report-error.js";
import { nextCommand } from "../../../src/cli/render-status.js";
import { conflictError } from "../../../src/cli/render.js";
import { BlobsyError, type ErrorCode } from "../../../src/domain/errors.js";
import { asOid } from "../../../src/domain/oid.js";
import { proxyFor } from "../../../src/domain/proxy.js";
import { redact } from "../../../src/domain/redact.js";
import type { PayloadPath } from "../../../src/domain/repo-path.js";
import { pasteWord } from "../../../src/domain/shell-words.js";
import { escapeForTerminal } from "../../../src/domain/terminal.js";
import { classed, type Where } from "../../../src/transport/s3-errors.js";
import { unseen } from "../../../src/transport/web-agents.js";

const NASTY = [
  "a b",
  "-rf",
  ":(top)x",
  "it's",
  "$(touch oops)",
  "`touch oops`",
  "x;touch oops;'",
  "x'&touch oops&'",
  "x|touch${IFS}oops",
  "a\nb",
  '"; touch oops; "',
  "$'\\x27;touch oops;'",
  "$& $' $`",
  "back\\slash\\",
  // What is blotted out must not take a quote with it.
  "authorization='$(touch oops)'",
  "authorization: basic '$(touch oops)'",
  "?token=x'",
  "?token='$(touch oops)'&",
  "s3://u:p'@$(touch oops)'",
  "https://u'@h",
];

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(path.join(tmpdir(), "pasted-"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** What a shell makes of the arguments of each command. */
function wordsOf(commands: readonly string[]): string[][] {
  const script = commands.map((command) => `tell ${command}`).join("\n");
  const tell = 'tell() { for word in "$@"; do printf "%s\\0" "$word"; done; printf "\\0"; }';
  const said = execFileSync("sh", ["-c", `${tell}\n${script}`], { cwd: dir, encoding: "utf8" });
  expect(readdirSync(dir)).toEqual([]);
  return said
    .split("\0\0")
    .slice(0, -1)
    .map((words) => words.split("\0"));
}

const nextOf = (error: unknown): string =>
  describeError(error, { verbose: false })
    .lines.at(-1)
    ?.replace(/^\s*next: /, "") ?? "";
const thrownBy = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    return error;
  }
};
const denied = { name: "AccessDenied", $metadata: { httpStatusCode: 403 } };
const expired = { name: "ExpiredToken", $metadata: { httpStatusCode: 400 } };
const moved = (region: string): unknown => ({
  name: "PermanentRedirect",
  $metadata: { httpStatusCode: 301 },
  $response: { statusCode: 301, headers: { "x-amz-bucket-region": region } },
});
const noBucket = { name: "NoSuchBucket", $metadata: { httpStatusCode: 404 } };
const where = (rest: Partial<Where>): Where => ({
  doing: "asking",
  remote: "s3://b",
  bucket: "bucket",
  backend: "default",
  ...rest,
});
const oid = asOid("a".repeat(64));
const fileOf = (name: string, state: string, git = "  ") => ({
  files: [{ path: name, state, git, committed: true, uploaded: true, size: 1, oid }],
  refused: [],
  problems: [],
  installed: true,
  hasUpstream: true,
});
const statusOf = (...args: Parameters<typeof fileOf>): string =>
  nextCommand(fileOf(...args) as never) ?? "";

/** A command for a nasty name, and how many words it has. */
const COMMANDS: Readonly<Record<string, readonly [(name: string) => string, number]>> = {
  "an endpoint that only a commit names": [
    (name) => nextOf(classed(denied, where({ untrusted: `https://h.example.org/${name}` }))),
    6,
  ],
  "an endpoint that is no URL": [(name) => nextOf(classed(denied, where({ untrusted: name }))), 6],
  "a host behind a proxy": [(name) => nextOf(unseen({ host: name, port: 8443 })), 6],
  "a region of a server": [
    (name) => nextOf(classed(moved(name), where({}))).split(/[,;]/)[0] ?? "",
    -1,
  ],
  "a bucket": [(name) => nextOf(classed(noBucket, where({ bucket: name }))), 4],
  "a profile": [(name) => nextOf(classed(expired, where({ profile: name }))), 5],
  "a backend": [(name) => nextOf(classed(moved("eu-west-1"), where({ backend: name }))), 4],
  "a host that a proxy is for": [
    (name) =>
      nextOf(
        thrownBy(() =>
          proxyFor({ hostname: name, protocol: "https:", port: "" } as URL, {}, "socks5://p"),
        ),
      ),
    2,
  ],
  "a conflict": [
    (name) =>
      nextOf(
        conflictError({
          kind: "conflict",
          path: name,
          payload: oid,
          ref: oid,
          base: null,
        }),
      ),
    4,
  ],
  "an edit thrown away": [
    (name) =>
      (
        describeEvent({
          kind: "discarded",
          path: name as PayloadPath,
          oid,
          why: "discarded",
        } as never) ?? ""
      ).replace(/^[^]*is kept: /, ""),
    3,
  ],
  "status of a conflict": [(name) => statusOf(name, "conflict"), 4],
  "status of a payload in Git": [(name) => statusOf(name, "tracked-by-git"), 5],
  "status of a new ref file": [(name) => statusOf(name, "in-step", "??"), 4],
  "two names": [
    (name) => redact(escapeForTerminal(`blobsy mv ${pasteWord(name)} ${pasteWord(`${name}2`)}`)),
    4,
  ],
};

describe("a printed command has the words that were meant, and no others", () => {
  it.each(Object.entries(COMMANDS))("%s", (_, [command, count]) => {
    const commands = NASTY.map(command).filter((one) => !one.startsWith("run the command again"));
    for (const [at, words] of wordsOf(commands).entries()) {
      if (count > 0) expect(words.length, commands[at]).toBe(count);
      expect(words.length, commands[at]).toBeLessThan(8);
    }
  });

  it.each(["TRACKED_BY_GIT", "CONFLICT", "BAD_REF_FILE"] satisfies ErrorCode[])(
    "advice for a path: %s",
    (code) => {
      const commands = NASTY.map((name) =>
        (
          describeError(new BlobsyError(code, "so", { path: name }), { verbose: false }).lines.at(
            -1,
          ) ?? ""
        )
          .replace(/^[^:]*: /, "")
          .replace(", or blobsy", "\ntell blobsy"),
      );
      const all = wordsOf(commands);
      expect(new Set(all.map((words) => words.length)).size, JSON.stringify(all)).toBe(1);
      if (code === "BAD_REF_FILE") expect(all[4]?.at(-1)).toBe("$(touch oops).bref");
    },
  );

  it("only the server is proposed for trust", () => {
    const untrusted = "https://h.example.org:8443/x;id";
    expect(nextOf(classed(denied, where({ untrusted })))).toBe(
      "git config --global --add blobsy.trustedEndpoint https://h.example.org:8443",
    );
  });

  it("whatever stands in the names, and is blotted out of them", () => {
    const piece = fc.constantFrom(
      ..."'\"\\;&|$()<> \n#=@:/?a",
      "://",
      "authorization",
      "basic ",
      "?token=",
      "&key=",
      "s3://",
      "$(touch oops)",
    );
    const name = fc.array(piece, { minLength: 1, maxLength: 12 }).map((pieces) => pieces.join(""));
    const pairs = fc.sample(fc.tuple(name, name), { numRuns: 1500 });
    const commands = pairs.map(
      ([one, other]) => `a ${pasteWord(one)} b --x=${quotedIn(other)} ${pasteWord(other)} c`,
    );
    const shown = commands.map((command) => redact(escapeForTerminal(command)));
    for (const [at, words] of wordsOf(shown).entries()) {
      expect(words.length, `${commands[at]}\n${shown[at]}`).toBe(6);
    }
  });
});

const quotedIn = (text: string): string => pasteWord(`x${text}`);
