/** A command that blobsy suggests can be pasted as it stands, whatever the file is called. */
import { expect, test } from "vitest";
import { world } from "../helpers/world.js";

const NAME = "it's a $(touch oops) model.bin";

test("what is said of a merge conflict, and of an edit thrown away", () => {
  const w = world();
  const a = w.initWithRemote();
  a.track(NAME, "one\n");
  a.must("push", "-q");
  const b = w.clone("b");
  b.write(NAME, "from b\n");
  b.must("commit", "-qam", "b");
  b.must("push", "-q");
  a.write(NAME, "from a\n");
  a.must("commit", "-qam", "a");

  const pulled = a.git("pull", "-q", "--no-rebase");
  expect(pulled.code).not.toBe(0);
  const said = pulled.stdout + pulled.stderr;
  const command = /blobsy resolve --theirs .*$/m.exec(said)?.[0] ?? "";
  expect(a.sh(command).code, said).toBe(0);
  a.assertPayload(NAME, "from b\n");
  expect(a.has("oops")).toBe(false);

  a.must("commit", "-qm", "merged");
  a.write(NAME, "thrown away\n");
  expect(a.status()).toHaveLength(1);
  const reset = a.git("reset", "-q", "--hard");
  const recover = /blobsy recover .*$/m.exec(reset.stderr)?.[0] ?? "";
  expect(a.sh(recover).code, reset.stderr).toBe(0);
  a.assertPayload(NAME, "thrown away\n");
  expect(a.has("oops")).toBe(false);
});
