/** Wall and CPU seconds of commands, the CPU of every process they start and wait for included. */
import { spawnSync } from "node:child_process";

/** `time` of bash counts what the whole tree used. */
const TIMED = `TIMEFORMAT='@@ %R %U %S'; time { "$@" >&3 2>&4; }`;
const SHELL = ["-c", `exec 3>/dev/null 4>&1; ${TIMED}`, "bash"];

/**
 * @typedef {{wall: number, cpu: number}} Sample seconds
 * @typedef {object} Contestant
 * @property {string} name
 * @property {() => object} before makes what a run needs; not measured
 * @property {(made: any) => {line: string, cwd?: string, env?: object}} run the shell line to measure
 * @property {(made: any) => void} [after] takes it away again; not measured
 */

/** @returns {Sample} @throws when the command fails */
export function timed(line, { cwd, env }) {
  const argv = [...SHELL, "bash", "-e", "-c", line];
  const ran = spawnSync("bash", argv, { cwd, env, encoding: "utf8", maxBuffer: 1 << 28 });
  const times = /^@@ (\S+) (\S+) (\S+)$/m.exec(ran.stderr);
  if (ran.status !== 0 || !times) throw new Error(`${line}\n${ran.stdout}${ran.stderr}`);
  const [wall, user, system] = times.slice(1).map(Number);
  return { wall, cpu: user + system };
}

/**
 * Runs every contestant once in each round, each round starting with another one. What earlier runs
 * left to be written is written before the clock starts.
 * @param {import("./lab.mjs").Lab} lab
 * @param {Contestant[]} contestants
 * @returns {Map<string, Sample[]>}
 */
export function compare(lab, contestants, rounds = lab.rounds) {
  const samples = new Map(contestants.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (let at = 0; at < contestants.length; at += 1) {
      const one = contestants[(at + round) % contestants.length];
      const made = one.before?.();
      const { line, cwd = lab.dir, env = lab.env.plain } = one.run(made);
      lab.sh("sync");
      samples.get(one.name).push(timed(line, { cwd, env }));
      one.after?.(made);
    }
  }
  return samples;
}

export function min(values) {
  return Math.min(...values);
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
