import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LazyReporter } from "../../../src/app/lazy-reporter.js";
import type { Reporter } from "../../../src/app/reporter.js";

/** Writes down what it is told. */
function recorder(): { lines: string[]; loads: () => number; load: () => Promise<Reporter> } {
  const lines: string[] = [];
  let loads = 0;
  const reporter: Reporter = {
    note: (line) => void lines.push(`note ${line}`),
    warn: (line) => void lines.push(`warn ${line}`),
    progress: (task, { files, bytes }, busyMs) => {
      lines.push(`open ${task} ${files} ${bytes}${busyMs === undefined ? "" : ` after ${busyMs}`}`);
      return {
        add: (more, moreBytes) => void lines.push(`add ${task} ${more} ${moreBytes}`),
        end: () => void lines.push(`end ${task}`),
      };
    },
  };
  const load = (): Promise<Reporter> => {
    loads += 1;
    return Promise.resolve(reporter);
  };
  return { lines, loads: () => loads, load };
}

describe("a reporter that is loaded late", () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 0 });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("is not loaded for work that ends within a second", async () => {
    const { lines, loads, load } = recorder();
    const reporter = new LazyReporter(load);
    const task = reporter.progress("reading", { files: 1, bytes: 10 });
    task.add(1, 10);
    task.end();
    await vi.advanceTimersByTimeAsync(5000);
    await reporter.flushed();
    expect({ lines, loads: loads() }).toEqual({ lines: [], loads: 0 });
  });

  it("hands over what was counted before, tasks of one name as one, and goes on", async () => {
    const { lines, load } = recorder();
    const reporter = new LazyReporter(load);
    const first = reporter.progress("reading", { files: 1, bytes: 10 });
    first.add(1, 10);
    first.end();
    const second = reporter.progress("reading", { files: 1, bytes: 30 });
    second.add(0, 5);
    await vi.advanceTimersByTimeAsync(1000);
    expect(lines).toEqual(["open reading 2 40 after 1000", "add reading 1 15"]);
    second.add(1, 25);
    second.end();
    second.end();
    expect(lines.slice(2)).toEqual(["add reading 1 25", "end reading"]);
    reporter.progress("reading", { files: 1, bytes: 1 }).end();
    expect(lines.slice(4)).toEqual(["open reading 1 1", "end reading"]);
  });

  it("speaks in order, and closes what had ended", async () => {
    const { lines, loads, load } = recorder();
    const reporter = new LazyReporter(load);
    reporter.progress("reading", { files: 1, bytes: 1 }).end();
    reporter.warn("one");
    reporter.note("two");
    await reporter.flushed();
    expect(lines).toEqual([
      "open reading 1 1 after 0",
      "add reading 0 0",
      "end reading",
      "warn one",
      "note two",
    ]);
    expect(loads()).toBe(1);
  });
});
