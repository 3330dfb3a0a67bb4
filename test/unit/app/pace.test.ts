import { expect, it } from "vitest";
import { Pace } from "../../../src/app/pace.js";

/** A remote that does so many jobs a second, by how many are asked of it at a time. */
function run(pace: Pace, perSecond: (width: number) => number, seconds: number, from = 0): number {
  let now = from;
  for (const end = from + seconds * 1000; now < end;) {
    now += 1000 / perSecond(pace.width);
    pace.moved(1000, now);
  }
  return now;
}

it("grows while more at a time brings more, and not beyond its most", () => {
  const pace = new Pace({ start: 8, most: 40 });
  run(pace, (width) => width * 20, 20);
  expect(pace.width).toBe(40);
});

it("stays about where more brings nothing", () => {
  const pace = new Pace({ start: 8, most: 64 });
  const widths = new Set<number>();
  for (let now = 0, round = 0; round < 60; round += 1) {
    now = run(pace, (width) => Math.min(width, 20) * 20, 1, now);
    if (round > 5) widths.add(pace.width);
  }
  // 18 is the widest step that was still better by a tenth; what is tried beyond is taken back.
  expect([...widths].every((width) => width >= 12 && width <= 27)).toBe(true);
});

it("takes a step back that makes it slower", () => {
  const pace = new Pace({ start: 8, most: 64 });
  run(pace, (width) => (width > 8 ? 50 : 160), 5);
  expect(pace.width).toBe(8);
});

it("halves when asked to slow down, once for refusals that come together, and never below one", () => {
  const pace = new Pace({ start: 16, most: 64 });
  for (let at = 0; at < 10; at += 1) pace.throttled(5000 + at);
  expect(pace.width).toBe(8);
  for (let at = 0; at < 10; at += 1) pace.throttled(10_000 + at * 2000);
  expect(pace.width).toBe(1);
});

it("does not grow again at once after it was told to slow down", () => {
  const pace = new Pace({ start: 8, most: 64 });
  pace.throttled(0);
  run(pace, (width) => width * 20, 2, 10);
  expect(pace.width).toBe(4);
  run(pace, (width) => width * 20, 60, 3000);
  expect(pace.width).toBeGreaterThan(8);
});

it("does what it was told where there is nothing to find out", () => {
  const pace = new Pace({ start: 3, most: 3 });
  run(pace, (width) => width * 20, 20);
  expect(pace.width).toBe(3);
});
