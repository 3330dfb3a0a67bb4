import { BlobsyError } from "../../domain/errors.js";
import { KNOWN_KEYS } from "../../domain/config-keys.js";
import { completionScript } from "../completion/scripts.js";
import { SHELLS } from "../completion/words.js";
import type { Run } from "../host.js";

export const run: Run = async ({ args }) => {
  const shell = SHELLS.find((one) => one === args[0]);
  if (!shell) {
    throw new BlobsyError(
      "USAGE",
      `there is no completion for ${args[0] ?? "no shell"}, only for ${SHELLS.join(", ")}`,
      {
        next: `blobsy completion ${SHELLS[0]}`,
      },
    );
  }
  const names = KNOWN_KEYS.map(({ name }) => name.replace("<name>", "default"));
  const script = completionScript(shell, names);
  return { result: { shell, script }, raw: script };
};
