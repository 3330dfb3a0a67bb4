/**
 * Anything in any order: after every command no bytes are lost, none are wrong, a pristine tree stays
 * one, and nothing is published without its blobs. `BLOBSY_WALK_SEEDS=100-200` walks those seeds, and
 * `BLOBSY_WALK_STEPS` says how far.
 */
import { describe, it } from "vitest";
import { Walk } from "../helpers/walk.js";
import { world } from "../helpers/world.js";

const [first = 1, last = first] = (process.env["BLOBSY_WALK_SEEDS"] ?? "1-2")
  .split("-")
  .map(Number);
const steps = Number(process.env["BLOBSY_WALK_STEPS"] ?? 40);
const seeds = Array.from({ length: last - first + 1 }, (_, at) => first + at);

describe("a random day", () => {
  it.each(seeds)("seed %d", async (seed) => {
    const walk = new Walk(world(), seed);
    for (let at = 0; at < steps; at += 1) await walk.step();
  });
});
