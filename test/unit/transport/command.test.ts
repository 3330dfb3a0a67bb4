/** What only a command can do wrong: it is a program of somebody's, and anything may happen. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isBlobsyError, type BlobsyError } from "../../../src/domain/errors.js";
import { asOid } from "../../../src/domain/oid.js";
import { openCommand } from "../../../src/transport/command.js";
import type { CommandName, CommandSpec } from "../../../src/transport/command-runner.js";
import type { Transport } from "../../../src/transport/transport.js";

let dir: string;

beforeEach(() => {
  dir = realpathSync(mkdtempSync(path.join(tmpdir(), "command-")));
});

afterEach(() => {
  expect(readdirSync(path.join(dir, "scratch")), "nothing is left behind").toEqual([]);
  rmSync(dir, { recursive: true, force: true });
});

const at = (...names: string[]): string => path.join(dir, ...names);

function open(
  templates: Partial<Record<CommandName, string>>,
  more: Partial<CommandSpec> = {},
): Transport {
  mkdirSync(at("scratch"), { recursive: true });
  const texts = Object.entries(templates).map(([name, text]) => [name, { text, own: true }]);
  return openCommand({
    kind: "command",
    name: "default",
    id: "command:default",
    shell: true,
    scratch: at("scratch"),
    notBelow: [],
    templates: Object.fromEntries(texts) as CommandSpec["templates"],
    ...more,
  });
}

function file(name: string, text: string): string {
  writeFileSync(at(name), text);
  return at(name);
}

async function failure(work: Promise<unknown>): Promise<BlobsyError> {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (isBlobsyError(error)) return error;
  throw new Error("it did not fail as it should", { cause: error });
}

/** Waits until a file is there: what a program left running would have to write. */
async function appears(name: string): Promise<void> {
  while (!existsSync(at(name))) await delay(20);
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
};

describe("how a command is run", () => {
  it("in an empty directory, with nothing to read, no terminal, and no repository of Git's", async () => {
    const script = `pwd; ls -A; cat; read x; echo "read $?"; env | grep -c ^GIT_DIR;
      sh -c 'exec 2>/dev/null </dev/tty' && echo terminal`;
    const transport = open({ push: `{ ${script}; env; } > ${at("seen")} 2>&1; true` });
    process.env["GIT_DIR"] = "/nowhere";
    try {
      await transport.upload("a/b.bin", file("x", "12345"), 5, { oid: asOid("ab".repeat(32)) });
    } finally {
      delete process.env["GIT_DIR"];
    }
    const seen = readFileSync(at("seen"), "utf8").split("\n");
    expect(path.dirname(seen[0] ?? "")).toBe(at("scratch"));
    expect(seen.slice(1, 4)).toEqual(["b.bin", "read 1", "0"]);
    expect(seen).not.toContain("terminal");
    expect(seen).toContain(`BLOBSY_LOCAL=${seen[0]}/b.bin`);
    expect(seen).toContain("BLOBSY_REMOTE_KEY=a/b.bin");
    expect(seen).toContain(`BLOBSY_HASH=${"ab".repeat(32)}`);
    expect(seen).toContain("BLOBSY_SIZE=5");
    expect(seen.join("\n")).not.toContain("BLOBSY_TEMP_OUT");
  });

  it("without a shell: a value adds no word, and no command", async () => {
    const transport = open(
      {
        push: `sh -c 'printf "%s\\n" "$@" > ${at("words")}' x {local} {remote_key} k={hash} {size}`,
      },
      { shell: false },
    );
    await transport.upload("k/$(touch pwned);x", file("x", "1"), 1);
    expect(readFileSync(at("words"), "utf8").split("\n").slice(1)).toEqual([
      "k/$(touch pwned);x",
      "k=6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b",
      "1",
      "",
    ]);
  });

  it.each([
    ["./up.sh {local}", "a relative path"],
    ["tools/up.sh {local}", "a relative path"],
    ["no-such-program {local}", "was not found on PATH"],
    ["cp {local} | cat", "means something only to a shell"],
  ])("not at all: %s", async (template, reason) => {
    const transport = open({ push: template }, { shell: false });
    const error = await failure(transport.upload("k", file("x", "1"), 1));
    expect(error.code).toBe("BAD_CONFIG");
    expect(error.message).toContain(reason);
  });

  it("not from the repository, unless the user's own configuration says its path", async () => {
    mkdirSync(at("repo"));
    writeFileSync(at("repo/up"), `#!/bin/sh\ntouch ${at("ran")}\n`, { mode: 0o755 });
    const text = at("repo/up");
    const spec = (own: boolean): Partial<CommandSpec> => ({
      shell: false,
      notBelow: [at("repo")],
      templates: { push: { text, own } },
    });
    const refused = open({}, spec(false)).upload("k", file("x", "1"), 1);
    expect((await failure(refused)).message).toContain("no program outside this repository");
    expect(existsSync(at("ran"))).toBe(false);
    await open({}, spec(true)).upload("k", file("x", "1"), 1);
    expect(existsSync(at("ran"))).toBe(true);
  });

  it("says which command is missing", async () => {
    const transport = open({ pull: "true" });
    expect(transport.capabilities).toEqual({ list: false, write: false });
    const list = async (): Promise<void> => {
      for await (const object of transport.list("")) throw new Error(object.key);
    };
    for (const [name, work] of [
      ["push", () => transport.upload("k", file("x", "1"), 1)],
      ["remove", () => transport.remove("k")],
      ["list", list],
    ] as const) {
      expect(await failure(work())).toMatchObject({
        code: "BAD_CONFIG",
        message: `backend "default" has no ${name} command`,
      });
    }
  });
});

describe("a command that uploads cannot touch what it is given", () => {
  it.each([
    ["moves it away", `mv {local} ${"$OUT"}`],
    ["removes it", "rm -f {local}"],
    ["writes into it", "chmod u+w {local}; echo changed > {local}"],
    ["empties it and fails", "chmod u+w {local}; : > {local}; exit 1"],
  ])("%s", async (_, push) => {
    const transport = open({ push: `OUT=${at("out")}; ${push}` });
    const source = file("x", "precious");
    const { ino } = statSync(source);
    await transport.upload("k", source, 8).catch(() => undefined);
    expect(readFileSync(source, "utf8")).toBe("precious");
    expect(statSync(source)).toMatchObject({ ino, nlink: 1 });
  });
});

describe("a command that downloads", () => {
  const pull = async (script: string, maxBytes = 100): Promise<string> => {
    const transport = open({ pull: script });
    await transport.download("k", at("dest"), maxBytes);
    return readFileSync(at("dest"), "utf8");
  };

  it("may write to {local} or to $BLOBSY_TEMP_OUT", async () => {
    expect(await pull("echo one > {local}")).toBe("one\n");
    rmSync(at("dest"));
    expect(await pull("echo two > $BLOBSY_TEMP_OUT")).toBe("two\n");
  });

  it.each([
    ["nothing", "true", "wrote no file to $BLOBSY_TEMP_OUT"],
    ["nothing, and says why", "echo the disk is on fire >&2", "the disk is on fire"],
    ["it elsewhere", "echo x > elsewhere", "wrote no file to $BLOBSY_TEMP_OUT"],
    ["a link", "ln -s /etc/passwd $BLOBSY_TEMP_OUT", "left a link"],
    ["a directory", "mkdir $BLOBSY_TEMP_OUT; echo x > $BLOBSY_TEMP_OUT/y", "left a directory"],
    ["a FIFO", "mkfifo $BLOBSY_TEMP_OUT", "left no file"],
  ])("and leaves %s, is explained", async (_, script, words) => {
    const error = await failure(pull(script));
    expect(error.code).toBe("IO");
    expect(error.message).toContain(words);
    expect(existsSync(at("dest"))).toBe(false);
  });

  it("and leaves a hard link, gives nobody else's file away", async () => {
    const victim = file("victim", "somebody's");
    expect(await pull(`ln ${victim} $BLOBSY_TEMP_OUT`)).toBe("somebody's");
    expect(statSync(at("dest")).ino).not.toBe(statSync(victim).ino);
    expect(statSync(victim).nlink).toBe(1);
  });

  it.each([
    ["a sparse terabyte", "truncate -s 1T $BLOBSY_TEMP_OUT"],
    ["one byte too many", "head -c 101 /dev/zero > $BLOBSY_TEMP_OUT"],
    ["without end", "cat /dev/zero > $BLOBSY_TEMP_OUT"],
  ])("and writes %s, is stopped", async (_, script) => {
    expect((await failure(pull(script))).code).toBe("BLOB_CORRUPT");
    expect(existsSync(at("dest"))).toBe(false);
  });

  it("and goes on writing after its end, changes nothing any more", async () => {
    const daemon = `touch ${at("up")}; until test -e ${at("go")}; do sleep 0.05; done
      echo second >&3; touch ${at("late")}`;
    const script = `exec 3> $BLOBSY_TEMP_OUT; echo first >&3
      setsid sh -c '${daemon}' > /dev/null 2>&1 & until test -e ${at("up")}; do :; done`;
    expect(await pull(script)).toBe("first\n");
    file("go", "");
    await appears("late");
    expect(readFileSync(at("dest"), "utf8")).toBe("first\n");
  });

  it("and says 66, has no such object; any other failure is one", async () => {
    expect((await failure(pull("exit 66"))).code).toBe("NOT_FOUND");
    expect((await failure(pull("echo NoSuchKey >&2; exit 1"))).code).toBe("IO");
  });
});

describe("a command that does not behave", () => {
  it("prints megabytes, is read to its end and remembered in part", async () => {
    const noise = "yes | head -c 30000000; yes error | head -c 30000000 >&2";
    await open({ push: noise }).upload("k", file("x", "1"), 1);
    const error = await failure(open({ push: `${noise}; exit 9` }).upload("k", at("x"), 1));
    expect(error.message).toContain("failed with exit code 9: error");
    expect((error.cause as string).length).toBeLessThan(10_000);
  });

  it("leaves processes behind, that hold its output open: they end with it", async () => {
    await open({ push: `sleep 600 & echo $! > ${at("pid")}` }).upload("k", file("x", "1"), 1);
    expect(isAlive(Number(readFileSync(at("pid"), "utf8")))).toBe(false);
  });

  it("leaves a daemon behind: it is not waited for", async () => {
    const script = `setsid sh -c 'echo $$ > ${at("pid")}; exec sleep 600' &
      until test -s ${at("pid")}; do :; done`;
    await open({ push: script }).upload("k", file("x", "1"), 1);
    const pid = Number(readFileSync(at("pid"), "utf8"));
    expect(isAlive(pid)).toBe(true);
    process.kill(pid);
  });

  it.each([
    ["never ends", "sleep 600"],
    ["never ends, and will not be told", "trap '' TERM; while :; do sleep 1; done"],
    ["waits for a child that never ends", "sleep 600 & wait"],
  ])("%s: it is ended", async (_, script) => {
    const transport = open({ push: `echo $$ > ${at("pid")}; ${script}` }, { limitMs: 300 });
    const error = await failure(transport.upload("k", file("x", "1"), 1));
    expect(error).toMatchObject({
      code: "IO",
      next: "git config blobsy.backend.default.timeLimit 12h",
    });
    expect(error.message).toContain("did not end within");
    expect(isAlive(Number(readFileSync(at("pid"), "utf8")))).toBe(false);
  });

  it("ends with all its children when we are told to stop", async () => {
    const stop = new AbortController();
    const script = `sleep 600 & echo $! > ${at("pid")}; touch ${at("up")}; wait`;
    const work = failure(
      open({ push: script }).upload("k", file("x", "1"), 1, { signal: stop.signal }),
    );
    await appears("up");
    stop.abort();
    expect((await work).code).toBe("INTERRUPTED");
    expect(isAlive(Number(readFileSync(at("pid"), "utf8")))).toBe(false);
  });
});

describe("what is not configured is done another way", () => {
  it("an `exists` that names no size: by listing, or by fetching", async () => {
    const fetched = open({ exists: "true", pull: "printf 12345 > {local}" });
    expect(await fetched.has("k")).toEqual({ size: 5 });
    const listed = open({ exists: "echo yes", list: "echo '77 k'" });
    expect(await listed.has("k")).toEqual({ size: 77 });
    expect(await open({ exists: "echo ' 12 bytes'" }).has("k")).toEqual({ size: 12 });
    expect(await open({ exists: "exit 1" }).has("k")).toBe(null);
    const broken = open({ exists: "true", pull: "echo no route to host >&2; exit 5" });
    expect((await failure(broken.has("k"))).code).toBe("NETWORK");
  });

  it("push and pull alone: what cannot be fetched has to be sent", async () => {
    const store = at("store");
    const transport = open({
      push: `mkdir -p ${store} && cp {local} ${store}/{hash}`,
      pull: `cp ${store}/* {local}`,
    });
    expect(await transport.has("k")).toBe(null);
    await transport.upload("k", file("x", "123"), 3);
    expect(await transport.has("k")).toEqual({ size: 3 });
    expect(await transport.generation()).toBe("0");
    await transport.check();
  });

  it("a `remove` that fails for what is gone", async () => {
    const gone = open({ remove: "exit 1", exists: "exit 1" });
    await gone.remove("k");
    const there = open({ remove: "echo permission denied >&2; exit 1", exists: "echo 1" });
    expect((await failure(there.remove("k"))).code).toBe("PERMISSION");
    expect((await failure(open({ remove: "exit 1" }).remove("k"))).code).toBe("IO");
  });

  it("a `pull` that fails for what is gone", async () => {
    const transport = open({ pull: "exit 1", exists: "exit 1" });
    expect((await failure(transport.download("k", at("d"), 1))).code).toBe("NOT_FOUND");
  });

  it("a listing that cannot be read is none", async () => {
    const list = async (script: string): Promise<unknown> => {
      const found = [];
      for await (const object of open({ list: script }).list("a")) found.push(object);
      return found;
    };
    expect(await list(`printf '12 a/b\\r\\n\\n  3\\ta/c d\\n4 b\\n5 .blobsy/x'`)).toEqual([
      { key: "a/b", size: 12 },
      { key: "a/c d", size: 3 },
    ]);
    await expect(list("echo 12 a/b; echo total 3")).rejects.toMatchObject({
      code: "IO",
      message: expect.stringContaining('a line that is not "<size> <key>": total 3') as unknown,
    });
    await expect(list("echo 12 a/b; exit 1")).rejects.toMatchObject({ code: "IO" });
  });
});
