/** Tab completion, in the shells themselves: what they offer, and what then stands on the line. */
import { existsSync, writeFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { COMMANDS } from "../../src/cli/command-table.js";
import { findProgram } from "../../src/fs/find-program.js";
import { bytes } from "../helpers/bytes.js";
import { Typing } from "../helpers/typing.js";
import { sharedWorld, type World } from "../helpers/world.js";

const SHELLS = ["bash", "zsh", "fish"] as const;
type Shell = (typeof SHELLS)[number];
const NEEDED = (process.env["BLOBSY_TEST_MUST_HAVE"] ?? "").split(",");

const usable = SHELLS.filter((shell) => {
  if (findProgram(shell) !== undefined) return true;
  if (NEEDED.includes(shell)) throw new Error(`${shell} is not installed`);
  console.warn(`SKIPPED: ${shell} is not installed here, so its completion is not tried`);
  return false;
});

/** Names that a careless script would split, evaluate, or hand over as a flag. */
const ODD = ["odd/sp ace.bin", "odd/qu'ote\".bin", "odd/$(touch pwned).bin", "-rf.bin"];
const OLD_BASH_NAMES = [
  "a$(touch pwned).bin",
  "b`touch pwned`.bin",
  "q'uo\"te $(touch pwned).bin",
  "sp ;touch pwned;.bin",
  "dir $(touch pwned)/x.bin",
  "-rf.bin",
  "plain.bin",
];
const HOSTILE_REF = "$(touch${IFS}pwned)";

describe("completion", () => {
  const w = sharedWorld((made) => {
    const a = made.initAlone();
    const names = ["data/one.bin", "data/two.bin", ...ODD];
    for (const name of names) a.write(name, bytes(name));
    a.mustBlobsy("track", "--", ...names);
    a.write("data/plain.txt", "plain\n");
    a.must("add", ".");
    a.must("commit", "-qm", "files");
    a.remove("data/two.bin");
    const shared = a.read(".blobsyconfig").toString();
    const more = ["mirror", "$(touch pwned)"].map(
      (name) => `[backend "${name}"]\n\turl = local:../m\n`,
    );
    a.write(".blobsyconfig", shared + more.join(""));
    a.must("config", "blobsy.backend.mine.url", "local:../mine");
    a.must("branch", "topic");
    a.must("branch", HOSTILE_REF);
    for (const shell of usable) {
      made.run(["sh", "-c", `blobsy completion ${shell} >'${made.path(`completion.${shell}`)}'`]);
    }
  });

  describe.each(usable)("in %s", (shell) => {
    const offered = (line: string): string[] => OFFER[shell](w(), line).sort();
    let typing: Typing | undefined;
    afterAll(() => typing?.end());

    it("parses its script", () => {
      const ran = w().run([shell, "-n", w().path(`completion.${shell}`)]);
      expect([ran.code, ran.stderr]).toEqual([0, ""]);
    });

    it("offers commands, flags, and what follows them", () => {
      const names = COMMANDS.map(({ name }) => name);
      expect(offered("blobsy ")).toEqual([...names, "help"].sort());
      expect(offered("blobsy re")).toEqual(["recover", "resolve"]);
      expect(offered("blobsy rm --re")).toEqual(["--recursive"]);
      expect(offered("blobsy -C data rm --ca")).toEqual(["--cached"]);
      expect(offered("blobsy config un")).toEqual(["unset"]);
      expect(offered("blobsy config get externalize.m")).toEqual(["externalize.minSize"]);
      expect(offered("blobsy completion f")).toEqual(["fish"]);
      expect(offered("blobsy init ")).toEqual(["command", "local:", "s3://"]);
      expect(offered("blobsy help unt")).toEqual(["untrack"]);
      expect(offered("blobsy fetch to")).toEqual(["topic"]);
      expect(offered("blobsy push --to ")).toEqual(["default", "mine", "mirror"]);
      expect(offered("blobsy sync --from mi")).toEqual(["mine", "mirror"]);
      expect(offered("blobsy trust d")).toEqual(["default"]);
    });

    it("offers payloads, also those that are not here; files where any will do", () => {
      expect(offered("blobsy pull data/")).toEqual(["data/one.bin", "data/two.bin"]);
      expect(offered("blobsy pull data/t")).toEqual(["data/two.bin"]);
      expect(offered("blobsy track data/p")).toEqual(["data/plain.txt"]);
      expect(offered("blobsy pull da")).toEqual(["data/"]);
      expect(offered("blobsy rm odd/sp")).toEqual(["odd/sp ace.bin"]);
      expect(offered("blobsy rm ./-")).toEqual(["./-rf.bin"]);
      // fish itself leaves out what begins with a dot until one is typed.
      const looksLikeFlag = offered("blobsy drop ").filter((name) => name.includes("rf"));
      expect(looksLikeFlag).toEqual(shell === "fish" ? [] : ["./-rf.bin"]);
    });

    it.each([
      ["blobsy pull odd/sp", ["pull", "odd/sp ace.bin"]],
      ["blobsy pull odd/sp\\ a", ["pull", "odd/sp ace.bin"]],
      ["blobsy pull 'odd/sp a", ["pull", "odd/sp ace.bin"]],
      ["blobsy rm odd/qu", ["rm", "odd/qu'ote\".bin"]],
      ["blobsy rm odd/\\$", ["rm", "odd/$(touch pwned).bin"]],
      ["blobsy drop ./-r", ["drop", "./-rf.bin"]],
      ["blobsy rm -- -r", ["rm", "--", "-rf.bin"]],
      ["blobsy fetch \\$", ["fetch", HOSTILE_REF]],
      ["blobsy untr", ["untrack"]],
    ])("%s, Tab, Enter: the program gets just that", (typed, args) => {
      const rc = `source ${w().path(`completion.${shell}`)}`;
      typing ??= new Typing(w(), w().path("a"), shell, "blobsy", rc);
      expect(typing.enter(typed)).toEqual(args);
      for (const dir of ["a", "a/odd", "."]) expect(existsSync(w().path(dir, "pwned"))).toBe(false);
    });
  });
});

describe.each(usable.filter((shell) => shell === "bash"))(
  "in a %s that quotes no name of a file (3.2, macOS)",
  () => {
    const w = sharedWorld((made) => {
      const a = made.initAlone();
      for (const name of OLD_BASH_NAMES) a.write(name, bytes(name));
      a.mustBlobsy("track", "--", ...OLD_BASH_NAMES);
      a.commitAll("files");
      a.must("branch", HOSTILE_REF);
      made.run(["sh", "-c", `blobsy completion bash >'${made.path("completion.bash")}'`]);
    });
    let typing: Typing | undefined;
    afterAll(() => typing?.end());

    it.each([
      ["blobsy pull a", ["pull", "a$(touch pwned).bin"]],
      ["blobsy pull b", ["pull", "b`touch pwned`.bin"]],
      ["blobsy pull q", ["pull", "q'uo\"te $(touch pwned).bin"]],
      ["blobsy pull sp", ["pull", "sp ;touch pwned;.bin"]],
      ["blobsy pull -- -r", ["pull", "--", "-rf.bin"]],
      ["blobsy pull dir\\ $", ["pull", "dir $(touch pwned)/"]],
      ["blobsy pull plai", ["pull", "plain.bin"]],
      ["blobsy fetch \\$", ["fetch", HOSTILE_REF]],
    ])("%s, Tab, Enter: the program gets just that", (typed, args) => {
      const rc = `enable -n compopt; source ${w().path("completion.bash")}`;
      typing ??= new Typing(w(), w().path("a"), "bash", "blobsy", rc);
      expect(typing.enter(typed)).toEqual(args);
      expect(existsSync(w().path("a", "pwned"))).toBe(false);
    });

    it.each(["'", '"'])("inside %s no name is offered that would have to be quoted", (quote) => {
      const script = `enable -n compopt; source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=2; _blobsy`;
      const ask = (...words: string[]): string[] =>
        linesOf(w(), [
          ...["bash", "-c", `${script}; printf "%s\\n" "\${COMPREPLY[@]}"`, "bash"],
          ...[w().path("completion.bash"), "blobsy", ...words],
        ]).sort();
      expect(ask("pull", quote)).toEqual(["./-rf.bin", ".git/", "plain.bin"]);
      expect(ask("fetch", quote)).toEqual(["main"]);
    });
  },
);

/** What the shell would list, asked in its own way. */
const OFFER: Readonly<Record<Shell, (w: World, line: string) => string[]>> = {
  bash: (w, line) => {
    const words = line.split(" ");
    const script = [
      // Only readline has it, which quotes the names itself then.
      "builtin() { return 0; }",
      'source "$1"; shift',
      `COMP_WORDS=("$@")`,
      `COMP_CWORD=$(($# - 1))`,
      "_blobsy",
      'for name in "${COMPREPLY[@]}"; do',
      // As readline does for names of files.
      '  if [[ -d $name ]]; then name+=/; fi; printf "%s\\n" "$name"',
      "done",
    ].join("\n");
    return linesOf(w, ["bash", "-c", script, "bash", w.path("completion.bash"), ...words]);
  },
  zsh: (w, line) => {
    writeFileSync(w.path("capture.zsh"), ZSH_CAPTURE);
    const argv = ["zsh", "-f", w.path("capture.zsh"), w.path("completion.zsh"), line];
    return linesOf(w, argv);
  },
  fish: (w, line) => {
    const script = `source $argv[1]; complete -C "$argv[2]"`;
    const argv = ["fish", "--no-config", "-c", script, w.path("completion.fish"), line];
    return linesOf(w, argv).map((one) => one.split("\t")[0] ?? "");
  },
};

/** Every completion of zsh ends in compadd; here that also writes the names down. */
const ZSH_CAPTURE = String.raw`
zmodload zsh/zpty || exit 3
export SCRIPT=$1 HITS=$1.hits
: >$HITS
print -r -- '
PROMPT=
autoload -Uz compinit; compinit -u -d $SCRIPT.dump
source $SCRIPT
bindkey "^I" complete-word
zstyle ":completion:*" insert-tab false
comppostfuncs=(exit)
compadd() {
  if [[ $@[1,(i)(-|--)] == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return; fi
  local -a hits suffix others
  builtin compadd -A hits "$@"
  zparseopts -E -a others S:=suffix q r: f J: V: X: M:
  hits=($hits:Q)
  (( $#hits )) && print -rl -- $^hits$suffix[2] >>$HITS
  builtin compadd "$@"
}
print ready' >$1.rc
zpty session zsh -f -i
zpty -w session "source $1.rc"
zpty -r session line '*ready*'
zpty -w -n session "$2"$'\t'
while zpty -r session line; do :; done
cat $HITS
`;

function linesOf(w: World, argv: readonly string[]): string[] {
  const ran = w.run(argv, { cwd: w.path("a") });
  expect(ran.stderr).toBe("");
  return [...new Set(ran.stdout.split("\n").filter(Boolean))];
}
