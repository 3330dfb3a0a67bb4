/** What `npm pack` makes is whole: it installs without a network, and works from where it then lies. */
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { bytes } from "../helpers/bytes.js";
import { world } from "../helpers/world.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

it("npm pack, npm install --global, and a day's work with that", () => {
  const w = world();
  w.must("npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", w.dir, ROOT);
  const [archive = ""] = readdirSync(w.dir).filter((name) => name.endsWith(".tgz"));
  expect(archive).toMatch(/^blobsy-\d+\.\d+\.\d+\.tgz$/);
  // Everything dist needs is bundled into it (npm install --save-dev): there is nothing to download.
  const flags = ["--global", "--offline", "--no-audit", "--no-fund", "--prefix", w.path("prefix")];
  w.must("npm", "install", ...flags, `./${archive}`);
  w.env["PATH"] = `${w.path("prefix", "bin")}:${w.env["PATH"] ?? ""}`;

  const installed = w.path("prefix", "lib", "node_modules", "blobsy");
  for (const file of ["LICENSE", "dist/THIRD-PARTY-LICENSES", "completion/blobsy.bash"]) {
    expect(existsSync(path.join(installed, file)), file).toBe(true);
  }
  expect(w.must("blobsy", "completion", "zsh")).toMatch(/^#compdef blobsy/);

  const a = w.initWithRemote();
  expect(a.sh("command -v blobsy").stdout.trim()).toBe(w.path("prefix", "bin", "blobsy"));
  expect(a.must("config", "filter.blobsy.process")).toContain(w.path("prefix"));
  a.track("model.bin", bytes("v1"));
  a.must("push", "-q");
  a.write("model.bin", bytes("v2"));
  a.commitAll("v2");
  a.must("push", "-q");
  const b = w.clone("b");
  b.assertPayload("model.bin", bytes("v2"));
  b.must("checkout", "-q", "HEAD^");
  b.assertPayload("model.bin", bytes("v1"));
  b.assertPristine();
});
