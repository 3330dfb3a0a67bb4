/** A shell in a real terminal (tmux), at which somebody types. */
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { World } from "./world.js";

/** How each starts with nothing of anybody's but `rc`. */
const STARTS = {
  bash: (dir: string) => `bash --noprofile --rcfile ${dir}/.bashrc -i`,
  zsh: (dir: string) => `env ZDOTDIR=${dir} zsh -i`,
  fish: (dir: string) => `env XDG_CONFIG_HOME=${dir} fish -i`,
} as const;
const READY = "tmux -L SOCKET wait-for -S ready";
const RC = {
  bash: [".bashrc", `PROMPT_COMMAND='${READY}'`],
  zsh: [".zshrc", `autoload -Uz compinit; compinit -u -D; precmd() { ${READY} }`],
  fish: ["fish/config.fish", `function fish_prompt; ${READY}; echo '> '; end`],
} as const;
let count = 0;

export class Typing {
  readonly #world: World;
  readonly #socket: string;
  readonly #got: string;

  /** @param rc one more line for the shell's start; a program `name` takes what is entered */
  constructor(world: World, cwd: string, shell: keyof typeof STARTS, name: string, rc: string) {
    count += 1;
    this.#world = world;
    this.#socket = `blobsy-typing-${process.pid}-${count}`;
    const dir = world.path(`typing-${count}`);
    this.#got = `${dir}/got`;
    mkdirSync(`${dir}/fish`, { recursive: true });
    mkdirSync(`${dir}/bin`);
    const told = `for word; do printf '%s\\0' "$word"; done >'${this.#got}.part'`;
    const ready = `tmux -L ${this.#socket} wait-for -S entered`;
    const taker = `${dir}/bin/${name}`;
    writeFileSync(taker, `#!/bin/sh\n${told}\nmv '${this.#got}.part' '${this.#got}'\n${ready}\n`);
    chmodSync(taker, 0o755);
    const [file, lines] = RC[shell];
    writeFileSync(`${dir}/${file}`, `${lines.replace("SOCKET", this.#socket)}\n${rc}\n`);
    const size = ["-x", "200", "-y", "50"];
    const env = { TERM: "xterm-256color", PATH: `${dir}/bin:${world.env["PATH"] ?? ""}` };
    this.#tmux(["-f", "/dev/null", "new-session", "-d", ...size, STARTS[shell](dir)], cwd, env);
    this.#waitFor("ready");
  }

  /** Types `text`, a Tab and Enter. @returns the words the program got */
  enter(text: string): string[] {
    rmSync(this.#got, { force: true });
    this.#tmux(["send-keys", "-l", text]);
    this.#tmux(["send-keys", "Tab", "Enter"]);
    this.#waitFor("entered");
    this.#waitFor("ready");
    return existsSync(this.#got) ? readFileSync(this.#got, "utf8").split("\0").slice(0, -1) : [];
  }

  end(): void {
    this.#world.run(["tmux", "-L", this.#socket, "kill-server"]);
  }

  #waitFor(channel: string): void {
    const ran = this.#world.run(["timeout", "30", "tmux", "-L", this.#socket, "wait-for", channel]);
    if (ran.code !== 0) throw new Error(`no ${channel}; the screen:\n${this.#screen()}`);
  }

  #screen(): string {
    return this.#world.run(["tmux", "-L", this.#socket, "capture-pane", "-p"]).stdout.trimEnd();
  }

  #tmux(args: readonly string[], cwd?: string, env?: Record<string, string>): void {
    const ran = this.#world.run(["tmux", "-L", this.#socket, ...args], {
      ...(cwd === undefined ? {} : { cwd }),
      ...(env === undefined ? {} : { env }),
    });
    if (ran.code !== 0) throw new Error(`tmux ${args.join(" ")}: ${ran.stderr}`);
  }
}
