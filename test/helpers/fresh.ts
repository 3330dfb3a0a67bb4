/** Repository `a` with some payloads, committed and pushed: made once per file, and as it was for each story. */
import { bytes } from "./bytes.js";
import type { Repo } from "./repo.js";
import { sharedWorld, type World } from "./world.js";

export interface Shared {
  readonly w: () => World;
  /** The repository, as it was at first. */
  readonly fresh: () => Repo;
}

/** @param names of the payloads; each holds the bytes of its name */
export function sharedPayloads(names: readonly string[]): Shared {
  const w = sharedWorld((made) => {
    const a = made.initWithRemote();
    for (const name of names) a.write(name, bytes(name));
    a.mustBlobsy("track", ...names);
    a.must("commit", "-qm", "payloads");
    a.must("push", "-q");
    made.snapshot();
  });
  const fresh = (): Repo => {
    w().restore();
    const a = w().repo("a");
    a.status(); // the copy has other inodes and times
    return a;
  };
  return { w, fresh };
}
