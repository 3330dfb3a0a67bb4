/** The suite, through commands as people would write them, around a directory. */
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { CommandSpec } from "../../src/transport/command-runner.js";
import { describeTransport } from "./transport.js";

/** Each refuses to work when the directory is not there, as a command for a mounted disk should. */
const SCRIPTS = {
  push: `t=$(mktemp -p "$R" .up-XXXXXX) && cat "$BLOBSY_LOCAL" > "$t" && chmod 444 "$t" &&
    mkdir -p "$(dirname "$R/$BLOBSY_REMOTE_KEY")" && mv "$t" "$R/$BLOBSY_REMOTE_KEY"`,
  pull: `cat "$R/$BLOBSY_REMOTE_KEY" > "$BLOBSY_TEMP_OUT"`,
  exists: `test -d "$R" || exit 3; test -f "$R/$BLOBSY_REMOTE_KEY" || exit 1
    stat -c %s "$R/$BLOBSY_REMOTE_KEY"`,
  list: `cd "$R" && find . -name '.up-*' -prune -o -type f -printf '%s %P\\n'`,
  remove: `cd "$R" && rm -f "$BLOBSY_REMOTE_KEY"`,
} as const;

async function fixture(only: readonly (keyof typeof SCRIPTS)[], shell: boolean) {
  const base = await mkdtemp(path.join(tmpdir(), "command-remote-"));
  const dir = path.join(base, "objects");
  const scratch = path.join(base, "scratch");
  for (const made of [dir, scratch]) await mkdir(made);
  await chmod(base, 0o755);
  await chmod(dir, 0o755);
  await chmod(scratch, 0o777);
  const spec = (to: string): CommandSpec => ({
    kind: "command",
    name: "default",
    id: "command:default",
    shell,
    scratch,
    notBelow: [],
    templates: Object.fromEntries(
      only.map((name) => {
        const script = `R='${to}'; ${SCRIPTS[name]}`;
        return [name, { text: shell ? script : `sh -c '${quoted(script)}'`, own: true }];
      }),
    ),
  });
  return {
    spec: spec(dir),
    unreachable: spec(path.join(base, "not mounted")),
    plant: async (key: string, content: Uint8Array) => {
      await mkdir(path.dirname(path.join(dir, key)), { recursive: true });
      await writeFile(path.join(dir, key), content);
    },
    deny: async (what: "reading" | "writing", key: string) => {
      if (what === "reading") await chmod(path.join(dir, key), 0o400);
      return null;
    },
    dispose: () => rm(base, { recursive: true, force: true }),
  };
}

/** Inside single quotes of a template. */
function quoted(script: string): string {
  return script.replaceAll("\n", " ").replaceAll("'", String.raw`'\''`);
}

const ALL = Object.keys(SCRIPTS) as (keyof typeof SCRIPTS)[];

describeTransport("command", () => fixture(ALL, false));
describeTransport("command through a shell", () => fixture(ALL, true));
describeTransport("command without exists", () =>
  fixture(
    ALL.filter((name) => name !== "exists"),
    true,
  ),
);
