/** What every Git command waits for: the filter's start, and hooks that have nothing to do. */
import { spawn } from "node:child_process";
import { chmodSync, existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { KIB } from "../lab.mjs";
import { compare, median, min } from "../measure.mjs";
import { nodeStarts } from "../trace.mjs";

const STARTS = 25;
const HOOK_RUNS = 20;
const WELCOME = [
  "git-filter-client\n",
  "version=2\n",
  null,
  "capability=clean\n",
  "capability=smudge\n",
];
/** The last packet of the handshake that Git waits for. */
const LAST = Buffer.from("capability=smudge\n0000");

export async function* filterStart(lab) {
  const ask = [...WELCOME, null].map(packet).join("");
  const bare = [];
  const ours = [];
  for (let at = 0; at < STARTS; at += 1) {
    bare.push(await untilEnd(lab));
    ours.push(await untilAnswer(lab, ask));
  }
  const samples = asSamples({
    "node -e 0, to its end": bare,
    "filter-process, to the answer": ours,
  });
  yield {
    title: `start of filter-process to its first answer, ${STARTS} times`,
    samples,
    targets: [
      { say: "added, best of each", value: (min(ours) - min(bare)) * 1000, atMost: 15, unit: "ms" },
      { say: "added, medians", value: (median(ours) - median(bare)) * 1000, unit: "ms" },
    ],
  };
}

export function* hooks(lab) {
  const repo = lab.repository("blobsy", "hooks");
  lab.files(repo.work, 100, KIB);
  lab.commitAll("blobsy", repo, "payloads");
  lab.sh("git push -q origin main && git status", { cwd: repo.work, env: repo.env });
  const where = { cwd: repo.work, env: repo.env };
  const nothing = path.join(repo.dir, "nothing");
  writeFileSync(nothing, "#!/bin/sh\nexit 0\n");
  chmodSync(nothing, 0o755);
  const lines = new Map([["a hook that does nothing", nothing]]);
  for (const [name, args] of Object.entries(ARGUMENTS)) {
    const file = hookFile(repo, name);
    if (file) lines.set([name, ...args.slice(-1)].join(" "), [file, ...args].join(" "));
  }
  const all = [...lines].map(([name, line]) => ({
    name,
    run: () => ({ line: repeated(line), ...where }),
  }));
  const samples = new Map(
    [...compare(lab, all)].map(([name, runs]) => [
      name,
      runs.map(({ wall, cpu }) => ({ wall: wall / HOOK_RUNS, cpu: cpu / HOOK_RUNS })),
    ]),
  );
  const best = (name) => min(samples.get(name).map((run) => run.wall)) * 1000;
  const targets = [...lines.keys()].slice(1).flatMap((name) => {
    const time = { say: name, value: best(name), atMost: 10, unit: "ms" };
    const starts = nodeStarts(lab, `sh -c '${lines.get(name)} </dev/null'`, where);
    const node = { say: `${name}: starts of Node`, value: starts, atMost: 0, unit: "" };
    return starts === null ? [time] : [time, node];
  });
  yield { title: "hooks with nothing to do, 100 payloads", samples, targets };
}

/** As Git calls them: when nothing concerns blobsy. */
const ARGUMENTS = {
  "post-index-change": ["0", "0"],
  "post-checkout": ["HEAD", "HEAD", "1"],
  "post-merge": ["0"],
  "pre-commit": [],
  "pre-push": ["origin", "url"],
};

function repeated(line) {
  return `for i in {1..${HOOK_RUNS}}; do ${line} </dev/null; done`;
}

/** Where Git would find it; `null` where it is not installed. */
function hookFile({ work }, name) {
  const file = path.join(work, ".git/hooks", name);
  return existsSync(file) ? file : null;
}

function packet(text) {
  return text === null ? "0000" : (text.length + 4).toString(16).padStart(4, "0") + text;
}

/** Seconds until `node -e 0` has ended. */
function untilEnd(lab) {
  const started = process.hrtime.bigint();
  const child = spawn(process.execPath, ["-e", "0"], { env: lab.env.plain, stdio: "ignore" });
  return new Promise((done, failed) => {
    child.on("error", failed);
    child.on("close", () => done(since(started)));
  });
}

/** Seconds until the handshake has been answered. */
function untilAnswer(lab, ask) {
  const started = process.hrtime.bigint();
  const child = spawn(process.execPath, [lab.program, "filter-process"], {
    cwd: lab.dir,
    env: lab.env.blobsy,
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.write(ask);
  return new Promise((done, failed) => {
    let answer = Buffer.alloc(0);
    let took = null;
    child.on("error", failed);
    child.stdout.on("data", (chunk) => {
      answer = Buffer.concat([answer, chunk]);
      if (took !== null || !answer.includes(LAST)) return;
      took = since(started);
      child.stdin.end();
    });
    child.on("close", () => (took === null ? failed(new Error("no answer")) : done(took)));
  });
}

function since(started) {
  return Number(process.hrtime.bigint() - started) / 1e9;
}

function asSamples(lists) {
  const entries = Object.entries(lists);
  return new Map(entries.map(([name, walls]) => [name, walls.map((wall) => ({ wall, cpu: NaN }))]));
}
