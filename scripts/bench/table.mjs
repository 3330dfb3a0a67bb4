/** What is printed of a row: the figures, and beside each target what was measured. */
import { median, min } from "./measure.mjs";

/**
 * @typedef {object} Target
 * @property {string} say what is compared
 * @property {number} value what was measured
 * @property {number} [atMost]
 * @property {number} [atLeast]
 * @property {string} [unit] "x" unless told
 */

/** @param {Map<string, {wall: number, cpu: number}[]>} samples */
export function figures(samples) {
  const head = ["", "wall min", "median", "CPU min", "median"];
  const lines = [...samples].map(([name, runs]) => {
    const of = (kind) => runs.map((run) => run[kind]);
    const times = [of("wall"), of("cpu")].flatMap((all) => [min(all), median(all)]);
    return [name, ...times.map((time) => (Number.isNaN(time) ? "-" : seconds(time)))];
  });
  return grid([head, ...lines]);
}

/** @param {Target[]} targets */
export function verdicts(targets) {
  const head = ["target", "to reach", "measured", ""];
  const lines = targets.map(({ say, value, atMost, atLeast, unit = "x" }) => {
    const shown = `${digits(value)} ${unit}`;
    if (atMost === undefined && atLeast === undefined) return [say, "-", shown, ""];
    const met = atMost === undefined ? value >= atLeast : value <= atMost;
    const bar = atMost === undefined ? `>= ${atLeast} ${unit}` : `<= ${atMost} ${unit}`;
    return [say, bar, shown, met ? "met" : "MISSED"];
  });
  return grid([head, ...lines]);
}

/** How many times `of` is `to`, by the best run of each. */
export function ratio(samples, of, to, kind = "wall") {
  const best = (name) => min(samples.get(name).map((run) => run[kind]));
  return best(of) / best(to);
}

export function seconds(value) {
  return `${value.toFixed(value < 1 ? 3 : 2)} s`;
}

function digits(value) {
  if (Number.isInteger(value)) return String(value);
  return value < 10 ? value.toFixed(2) : value.toFixed(1);
}

function grid(rows) {
  const widths = rows[0].map((_, at) => Math.max(...rows.map((row) => row[at].length)));
  return rows
    .map((row) => row.map((cell, at) => pad(cell, widths[at], at)).join("  "))
    .map((line) => `  ${line}`.trimEnd())
    .join("\n");
}

function pad(cell, width, at) {
  return at === 0 ? cell.padEnd(width) : cell.padStart(width);
}
