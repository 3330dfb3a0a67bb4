/** Where the blocks of one page run: a world of its own, in which a shell goes from block to block. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { commandsOf, type DocBlock, type Order } from "./doc-blocks.js";
import { describeRun, type Ran } from "./run.js";
import { World } from "./world.js";

/** The address that pages use for the shared Git repository; Git is told where it really is. */
const ADDRESS = "https://git.example.org/team/";

/** Builds a world and says in which of its directories the reader begins. */
type Fixture = (w: World) => string;

const FIXTURES: Readonly<Record<string, Fixture>> = {
  /** A directory with nothing in it. */
  empty: () => ".",
  /** A project in Git, pushed, that has not met blobsy. */
  project: (w) => {
    plainProject(w);
    return "project";
  },
  /** The project shares payloads; `data/model.bin` is tracked, committed and pushed. */
  tracked: (w) => {
    trackedProject(w);
    return "project";
  },
  /** As `tracked`, and Bob has a clone in `bob` with blobsy installed. */
  shared: (w) => {
    trackedProject(w);
    w.clone("bob", { from: w.path("project.git") });
    w.repo("bob").must("config", "user.name", "Bob Example");
    return "project";
  },
  /** The project has `data/model.bin` in git-lfs. */
  lfs: (w) => {
    plainProject(w);
    const repo = w.repo("project");
    repo.must("lfs", "install", "--local");
    repo.must("lfs", "track", "*.bin");
    repo.write("data/model.bin", Buffer.alloc(2_000_000, "model "));
    repo.must("add", ".");
    repo.must("commit", "-qm", "the model");
    return "project";
  },
  /** As DVC leaves it after `dvc pull`. */
  dvc: (w) => {
    plainProject(w);
    const repo = w.repo("project");
    repo.write("data/model.bin.dvc", "outs:\n- md5: 0\n  path: model.bin\n");
    repo.write("data/images.dvc", "outs:\n- md5: 0.dir\n  path: images\n");
    repo.write("data/.gitignore", "/model.bin\n/images\n");
    repo.must("add", ".");
    repo.must("commit", "-qm", "with DVC");
    repo.write("data/model.bin", Buffer.alloc(2_000_000, "model "));
    repo.write("data/images/a.png", Buffer.alloc(1_500_000, "image "));
    repo.write("data/images/list.txt", "a.png\n");
    return "project";
  },
};

function plainProject(w: World): void {
  const origin = w.bare("project");
  w.must("git", "init", "-q", "project");
  const repo = w.repo("project");
  repo.write("README.md", "A project.\n");
  repo.must("add", ".");
  repo.must("commit", "-qm", "begin");
  repo.must("remote", "add", "origin", origin);
  repo.must("push", "-q", "-u", "origin", "main");
}

function trackedProject(w: World): void {
  plainProject(w);
  const repo = w.repo("project");
  repo.mustBlobsy("init", "local:../blobs");
  repo.write("data/model.bin", Buffer.alloc(2_000_000, "model "));
  repo.mustBlobsy("track", "data/model.bin");
  repo.must("commit", "-qm", "the model");
  repo.must("push", "-q");
}

export class DocSandbox {
  #world: World | undefined;
  #cwd = "";
  #last: Ran | undefined;

  /** Runs one block as its comment says. @throws when it does not go as the page says */
  run(block: DocBlock): void {
    const { order } = block;
    if (order.kind === "run") return this.#runCommands(block, order);
    if (order.kind === "output") return this.#compare(block.text);
    if (order.kind !== "file" && order.kind !== "append") return;
    const file = path.join(this.#cwd, order.path);
    mkdirSync(path.dirname(file), { recursive: true });
    (order.kind === "file" ? writeFileSync : appendFileSync)(file, `${block.text}\n`);
  }

  #runCommands(block: DocBlock, order: Order & { kind: "run" }): void {
    const w = this.#enter(order.fixture);
    if (order.dir !== null) this.#cwd = w.path(order.dir);
    this.#shell(order.before.join("\n"), 0);
    this.#last = this.#shell(commandsOf(block), order.exit);
    this.#shell(order.after.join("\n"), 0);
  }

  #enter(fixture: string | null): World {
    if (fixture !== null) {
      const build = FIXTURES[fixture];
      if (build === undefined) throw new Error(`there is no fixture "${fixture}"`);
      this.dispose();
      this.#world = new World();
      this.#world.config(`url.${this.#world.dir}/.insteadOf`, ADDRESS);
      this.#cwd = path.join(this.#world.dir, build(this.#world));
      // Built as one would with plain clones; the reader's clones begin at `project.git`.
      this.#world.forgetTranscript();
    }
    if (this.#world === undefined) throw new Error("the first block must name a fixture");
    return this.#world;
  }

  /** The lines as a careful shell: it stops at the first that fails, and the next goes on there. */
  #shell(lines: string, exit: number): Ran | undefined {
    const w = this.#enter(null);
    if (lines === "") return undefined;
    const where = w.path("cwd");
    const script = `trap 'pwd >"${where}"' EXIT\nset -e\n${lines}\n`;
    const ran = w.run(["sh", "-c", script], { cwd: this.#cwd });
    if (existsSync(where)) this.#cwd = readFileSync(where, "utf8").trimEnd();
    const said = { ...ran, argv: [`\n${lines}\n`] };
    if (ran.code !== exit) throw new Error(`expected exit code ${exit}:\n${describeRun(said)}`);
    return said;
  }

  /** Each line was printed, after the one before it; `...` stands for anything. */
  #compare(text: string): void {
    if (this.#last === undefined) throw new Error("nothing ran before this output");
    const printed = `${this.#last.stdout}${this.#last.stderr}`.split("\n");
    let at = 0;
    for (const line of text.split("\n").filter((one) => one.trim() !== "...")) {
      const found = printed.findIndex((one, index) => index >= at && matches(line, one));
      if (found < 0) throw new Error(`not printed: ${line}\n${describeRun(this.#last)}`);
      at = found + 1;
    }
  }

  dispose(): void {
    this.#world?.dispose();
    this.#world = undefined;
  }
}

function matches(line: string, printed: string): boolean {
  const pieces = line.trimEnd().split("...").map(quoted);
  return new RegExp(`^${pieces.join(".*")}$`).test(printed.trimEnd());
}

function quoted(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
