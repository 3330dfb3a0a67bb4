/** A command backend for the stories: a directory, and commands as a team would write them. */
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { Repo } from "./repo.js";
import type { World } from "./world.js";

export type Commands = Readonly<Record<string, string>>;

/** They refuse to work, rather than say "no", when the directory is not there. */
export function commandsFor(w: World): Commands {
  const dir = w.path("blobs");
  return {
    push: `install -D -m 444 {local} ${dir}/{remote_key}`,
    pull: `cp ${dir}/{remote_key} {local}`,
    exists: `stat -c %s ${dir}/{remote_key}`,
    list: `find ${dir} -type f -printf '%s %P\\n'`,
    remove: `rm -f ${dir}/{remote_key}`,
  };
}

export function backendText(commands: Commands, name = "default"): string {
  // In double quotes, as a value with ; or # in it has to be.
  const lines = Object.entries(commands).map(
    ([key, value]) => `\t${key} = ${JSON.stringify(value)}`,
  );
  return `[backend "${name}"]\n\ttype = command\n${lines.join("\n")}\n`;
}

/** Repository `a` with these commands committed, pushed to `origin.git`; not approved by anybody. */
export function initWithCommands(w: World, commands: Commands): Repo {
  mkdirSync(w.path("blobs"), { recursive: true });
  const origin = w.bare();
  w.must("git", "init", "-q", "a");
  const repo = w.repo("a");
  repo.write(".blobsyconfig", backendText(commands));
  repo.write(".gitattributes", "*.bref filter=blobsy merge=blobsy -text\n");
  repo.mustBlobsy("install");
  repo.must("add", ".");
  repo.must("commit", "-qm", "set up");
  repo.must("remote", "add", "origin", origin);
  repo.must("push", "-q", "-u", "origin", "main");
  return repo;
}

/** Waits for a file that a program of the story writes. @returns its text */
export async function appears(file: string): Promise<string> {
  while (!existsSync(file) || readFileSync(file, "utf8") === "") await delay(20);
  return readFileSync(file, "utf8");
}

/** Is there a process of this number that runs code? */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
