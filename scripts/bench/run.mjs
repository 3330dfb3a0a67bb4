/**
 * Measures blobsy against the figures it is meant to reach, each beside the tool it is compared with,
 * in the same run, on the same files and the same disk.
 *
 *   npm run build && npm run bench                    every row
 *   npm run bench -- add-one checkout                 some of them
 *   npm run bench -- --scale 0.1 --rounds 5 --dir /mnt/disk
 *
 * "Limit" is `cp` plus `openssl dgst -sha256` of the same bytes.
 */
import { loadavg, release } from "node:os";
import { parseArgs } from "node:util";
import { Lab } from "./lab.mjs";
import { figures, verdicts } from "./table.mjs";
import { addOne, trackMany } from "./rows/add.mjs";
import { checkout } from "./rows/checkout.mjs";
import { clone } from "./rows/clone.mjs";
import { memoryMany, memoryOne, memoryS3 } from "./rows/memory.mjs";
import { secondPush } from "./rows/push.mjs";
import { s3 } from "./rows/s3.mjs";
import { filterStart, hooks } from "./rows/start.mjs";
import { status, status100k } from "./rows/status.mjs";

/** By name; the last ones take long and are run only when they are named. */
const ROWS = {
  "filter-start": filterStart,
  hooks,
  "add-one": addOne,
  "track-many": trackMany,
  checkout,
  clone,
  status,
  "second-push": secondPush,
  s3,
  "memory-one": memoryOne,
  "memory-many": memoryMany,
  "memory-s3": memoryS3,
  "status-100k": status100k,
};
const ONLY_NAMED = new Set(["status-100k"]);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    scale: { type: "string", default: "1" },
    rounds: { type: "string", default: "3" },
    dir: { type: "string" },
    list: { type: "boolean" },
  },
});
if (values.list) {
  console.log(Object.keys(ROWS).join("\n"));
  process.exit(0);
}
const unknown = positionals.filter((name) => !Object.hasOwn(ROWS, name));
if (unknown.length > 0) {
  console.error(`no such row: ${unknown.join(", ")}\nrows: ${Object.keys(ROWS).join(", ")}`);
  process.exit(1);
}
for (const [name, code] of Object.entries({ SIGINT: 130, SIGTERM: 143 }))
  process.on(name, () => process.exit(code));

const lab = new Lab({
  scale: Number(values.scale),
  rounds: Number(values.rounds),
  ...(values.dir ? { dir: values.dir } : {}),
});
const git = lab.sh("git --version").trim();
console.log(`${new Date().toISOString()}, Linux ${release()}, node ${process.version}, ${git}`);
console.log(`${lab.lfs ?? "no git-lfs here: rows are without it"}; load ${load()}`);
console.log(`scale ${lab.scale}, ${lab.rounds} rounds, in ${lab.dir}`);

const wanted =
  positionals.length > 0 ? positionals : Object.keys(ROWS).filter((name) => !ONLY_NAMED.has(name));
for (const name of wanted) {
  try {
    for await (const { title, samples, targets = [], notes = [] } of ROWS[name](lab)) {
      console.log(`\n${name}: ${title} (load ${load()})`);
      if (samples) console.log(figures(samples));
      if (targets.length > 0) console.log(verdicts(targets));
      for (const note of notes) console.log(`  ${note}`);
    }
  } catch (error) {
    console.log(`\n${name}: could not be measured: ${error.message}`);
    process.exitCode = 1;
  }
}

function load() {
  return loadavg()
    .map((value) => value.toFixed(1))
    .join(" ");
}
