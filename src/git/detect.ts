/** How payload edits are noticed here, and whether the user has a monitor of his own. */
import { quotedWord } from "../domain/shell-words.js";
import { runGit } from "./git.js";
import { templateFile } from "./hook-files.js";
import { isFalse, isTrue, valueUpTo, type ConfigPlace } from "./config-file.js";

export type Detect = "monitor" | "arm" | "commit";

export interface DetectChoice {
  readonly detect: Detect;
  /** Whether it was chosen here, not asked for. */
  readonly chosen: boolean;
  /** The user's own program in `core.fsmonitor`: it goes on being asked. */
  readonly previous: string | undefined;
  /** One line why, when it is not the usual way. */
  readonly said: string | undefined;
}

const OURS = /(^|\/)blobsy\/fsmonitor\b/;

/** Is this value of `core.fsmonitor` one that blobsy set? */
export function isOurMonitor(value: string | undefined): boolean {
  return value !== undefined && OURS.test(value);
}

/** @param asked what the user's configuration says; obeyed */
export async function chooseDetect(
  place: ConfigPlace,
  asked: Detect | undefined,
): Promise<DetectChoice> {
  const current = await valueUpTo(place, "core.fsmonitor", "path");
  const previous = isOurMonitor(current)
    ? await valueUpTo(place, "blobsy.fsmonitor")
    : isFalse(current) || isTrue(current)
      ? undefined
      : current;
  if (asked !== undefined) return { detect: asked, chosen: false, previous, said: undefined };
  const choose = (detect: Detect, said?: string) => ({ detect, chosen: true, previous, said });
  if (isTrue(current)) {
    return choose(
      "commit",
      "payload edits are noticed at commit and by blobsy status (detect = commit): core.fsmonitor is " +
        "Git's own monitor, which hides unchanged ref files",
    );
  }
  if (!(await canFind(place.cwd))) {
    return choose(
      "arm",
      "payload edits are noticed by re-examining every ref file (detect = arm): find has no -newercm here",
    );
  }
  return choose("monitor");
}

/** Asks the very shell that Git uses, whose find need not be the one on this PATH. */
async function canFind(cwd: string): Promise<boolean> {
  const file = quotedWord(templateFile("fsmonitor"));
  const script = `printf '%s\\0' ${file} | xargs -0 ls -d && find ${file} -prune -newercm ${file}`;
  const { code } = await runGit(cwd, ["-c", `alias.blobsy-probe=!${script}`, "blobsy-probe"], {
    okCodes: Array.from({ length: 256 }, (_, exitCode) => exitCode),
  });
  return code === 0;
}
