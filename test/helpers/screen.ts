/** A real terminal (tmux) of a given width, and what it shows when a command has ended. */
import { writeFileSync } from "node:fs";
import type { World } from "./world.js";

export interface ScreenOptions {
  readonly columns: number;
  /** Keep colours, as the escape sequences of the terminal. */
  readonly color?: boolean;
  /** A file of the world that gets everything written to the terminal, as it was written. */
  readonly raw?: string;
}

const ROWS = 1200;
let count = 0;

/** @returns the lines of the screen, without the empty ones at its end */
export function screenOf(
  world: World,
  cwd: string,
  line: string,
  { columns, color = false, raw }: ScreenOptions,
): string {
  count += 1;
  const socket = `blobsy-${process.pid}-${count}`;
  const script = world.path(`screen-${count}.sh`);
  // `wait-for` wakes the waiting side without anybody asking the time.
  writeFileSync(script, `${line}\ntmux -L ${socket} wait-for -S ended\nexec sleep 60\n`);
  const tmux = (...args: string[]): string => {
    const ran = world.run(["tmux", "-L", socket, "-f", "/dev/null", ...args], {
      cwd,
      env: { TERM: "xterm-256color", ...(color ? {} : { NO_COLOR: "1" }) },
    });
    if (ran.code !== 0) throw new Error(`tmux ${args.join(" ")}: ${ran.stderr}`);
    return ran.stdout;
  };
  const size = ["-x", String(columns), "-y", String(ROWS)];
  const record = raw === undefined ? [] : [";", "pipe-pane", `cat >'${world.path(raw)}'`];
  tmux("new-session", "-d", ...size, `sh ${script}`, ";", "set", "-g", "status", "off", ...record);
  try {
    tmux("wait-for", "ended");
    const shown = tmux("capture-pane", "-p", ...(color ? ["-e"] : []));
    return `${shown.replaceAll("\u001b", "<esc>").trimEnd()}\n`;
  } finally {
    tmux("kill-server");
  }
}
