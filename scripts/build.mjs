// Bundles src/main.ts into dist/. Splitting keeps the filter's start small: what a command does
// not import is in another chunk, and is never read.
import { build } from "esbuild";
import { chmod, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import path from "node:path";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const { version } = JSON.parse(await readFile(path.join(root, "package.json"), "utf8"));
const out = path.join(root, "dist");
// Built beside and swapped in, so that a running blobsy never sees half a build.
const fresh = await mkdtemp(path.join(root, ".dist-"));
await build({
  entryPoints: {
    main: path.join(root, "src/main.ts"),
    "hash-worker": path.join(root, "src/store/hash-worker.ts"),
  },
  outdir: fresh,
  bundle: true,
  splitting: true,
  platform: "node",
  format: "esm",
  target: "node20",
  minifySyntax: true,
  legalComments: "none",
  define: { BLOBSY_VERSION: JSON.stringify(version) },
  banner: {
    js: 'import { createRequire as __cr } from "node:module"; const require = __cr(import.meta.url);',
  },
});
await chmod(path.join(fresh, "main.js"), 0o755);
const old = `${fresh}-old`;
if (existsSync(out)) await rename(out, old);
await rename(fresh, out);
await rm(old, { recursive: true, force: true });
