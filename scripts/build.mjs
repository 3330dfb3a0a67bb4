// Bundles src/main.ts into dist/: one small file with what a filter process needs for its first answer,
// one with everything else, and one with the S3 SDK, which is larger than all of blobsy and rarely needed.
// More files would each cost a millisecond or two in every Git command.
import { build } from "esbuild";
import { chmod, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import path from "node:path";
import { thirdPartyLicenses } from "./licenses.mjs";

const ZSTD_WASM = "zstd-codec/lib/zstd-codec-binding-wasm.js";
/** Of Node's own modules: for remotes, compression and large files. */
const SELDOM_NEEDED = /^node:(http|https|tls|net|dns|zlib|worker_threads|v8)$/;
/** Loaded with main.ts. They import nothing that keeps state or is told by its class. */
const FIRST = new Set(["src/app/filter-process.ts"]);
const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const { version } = JSON.parse(await readFile(path.join(root, "package.json"), "utf8"));
const out = path.join(root, "dist");
// Built beside and swapped in, so that a running blobsy never sees half a build.
const fresh = await mkdtemp(path.join(root, ".dist-"));
const common = {
  outdir: fresh,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  minifySyntax: true,
  // Their texts are in THIRD-PARTY-LICENSES.
  legalComments: "none",
  metafile: true,
  define: { BLOBSY_VERSION: JSON.stringify(version) },
  banner: {
    js: 'import { createRequire as __cr } from "node:module"; const require = __cr(import.meta.url);',
  },
};
const deferred = new Set();
const built = [];
built.push(
  await build({
    ...common,
    entryPoints: { main: path.join(root, "src/main.ts") },
    external: ["./rest.js"],
    plugins: [{ name: "first answer", setup: deferTheRest }],
  }),
);
built.push(
  await build({
    ...common,
    stdin: { contents: loaders([...deferred].sort()), resolveDir: root, sourcefile: "rest.js" },
    entryNames: "rest",
    plugins: [
      { name: "zstd", setup: keepZstdApart },
      { name: "Node's own, when needed", setup: loadWhenNeeded },
    ],
    external: ["./aws-sdk.js"],
  }),
);
built.push(
  await build({
    ...common,
    entryPoints: { "aws-sdk": path.join(root, "src/transport/aws-sdk.ts") },
    minify: true,
    // Its CommonJS build, which Node's rules would choose, cannot be thinned out.
    mainFields: ["module", "main"],
  }),
);
// Large, and needed only by a Node that has no zstd of its own. It asks for __dirname, so it is CommonJS.
built.push(
  await build({
    ...common,
    banner: {},
    format: "cjs",
    minify: true,
    entryPoints: { "zstd-wasm": createRequire(import.meta.url).resolve(ZSTD_WASM) },
    outExtension: { ".js": ".cjs" },
  }),
);
built.push(
  await build({
    ...common,
    entryPoints: {
      "hash-worker": path.join(root, "src/store/hash-worker.ts"),
      "hash-thread": path.join(root, "src/transport/hash-thread.ts"),
    },
  }),
);
const metafiles = built.map(({ metafile }) => metafile);
const licenses = await thirdPartyLicenses(root, metafiles);
await writeFile(path.join(fresh, "THIRD-PARTY-LICENSES"), licenses);
await chmod(path.join(fresh, "main.js"), 0o755);
const old = `${fresh}-old`;
if (existsSync(out)) await rename(out, old);
await rename(fresh, out);
await rm(old, { recursive: true, force: true });

/**
 * In what is loaded for the first answer, `import("./x.js")` of anything else becomes a question to
 * rest.js. Only that text is rewritten: a module is in one file or the other, never in both.
 */
function deferTheRest({ onLoad }) {
  onLoad({ filter: /\.ts$/, namespace: "file" }, async ({ path: file }) => {
    const text = await readFile(file, "utf8");
    const contents = text.replaceAll(/\bimport\("(\.[^"]+)\.js"\)/g, (whole, name) => {
      const module = path.relative(root, path.join(path.dirname(file), `${name}.ts`));
      if (FIRST.has(module)) return whole;
      deferred.add(module);
      return `import("./rest.js").then(({ load }) => load[${JSON.stringify(module)}]())`;
    });
    return { contents, loader: "ts" };
  });
}

function keepZstdApart({ onResolve }) {
  onResolve({ filter: /^zstd-codec\// }, () => ({ path: "./zstd-wasm.cjs", external: true }));
}

/**
 * An import of Node's own modules stands at the top of the bundle, and is carried out at every start. Those
 * that few commands need take some ten milliseconds: they are loaded with the module that asks for them.
 */
function loadWhenNeeded({ onResolve, onLoad }) {
  const namespace = "when needed";
  onResolve({ filter: SELDOM_NEEDED }, ({ path: name, namespace: asker }) =>
    asker === namespace ? { path: name, external: true } : { path: name, namespace },
  );
  onLoad({ filter: /.*/, namespace }, ({ path: name }) => ({
    contents: `module.exports = require(${JSON.stringify(name)});`,
  }));
}

function loaders(modules) {
  const lines = modules.map((name) => `  ${JSON.stringify(name)}: () => import("./${name}"),`);
  return `export const load = {\n${lines.join("\n")}\n};\n`;
}
