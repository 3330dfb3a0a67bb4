/** Builds a script of this folder into one file that plain node runs, optionally with a bug in it. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";

export interface PlantedBug {
  /** File under src/, and the text in it that is replaced. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const HERE = path.dirname(fileURLToPath(import.meta.url));

/** @returns the path of the built script in `outDir` */
export async function bundle(script: string, outDir: string, bug?: PlantedBug): Promise<string> {
  const outfile = path.join(outDir, `${path.parse(script).name}${bug ? "-planted" : ""}.mjs`);
  await build({
    entryPoints: [path.join(HERE, script)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    logLevel: "error",
    plugins: bug ? [plant(bug)] : [],
  });
  return outfile;
}

function plant(bug: PlantedBug): Plugin {
  const target = path.join(HERE, "../../src", bug.file);
  return {
    name: "plant",
    setup: (to) => {
      to.onLoad({ filter: /\.ts$/ }, ({ path: file }) => {
        if (file !== target) return undefined;
        const text = readFileSync(file, "utf8");
        if (!text.includes(bug.from)) throw new Error(`nothing to plant the bug at in ${file}`);
        return { contents: text.replace(bug.from, bug.to), loader: "ts" };
      });
    },
  };
}
