import { describe, expect, it } from "vitest";
import { Progress, progressLine } from "../../../src/cli/progress.js";
import { createReporter } from "../../../src/cli/reporter.js";

describe("a progress line", () => {
  const base = { task: "fetch", files: 12, bytes: 50 * 1024 ** 2, elapsed: 5000 };
  it("tells files, bytes, rate and the time left", () => {
    const total = { files: 40, bytes: 100 * 1024 ** 2 };
    expect(progressLine({ ...base, total })).toBe(
      "fetch: 12/40 files, 50.0 MB of 100 MB, 10.0 MB/s, 5.0 s left",
    );
  });
  it("on a narrow terminal gives up the rate, then the bytes, and is cut at last", () => {
    const state = { ...base, total: { files: 40, bytes: 100 * 1024 ** 2 } };
    expect(progressLine(state, 60)).toBe("fetch: 12/40 files, 50.0 MB of 100 MB, 5.0 s left");
    expect(progressLine(state, 40)).toBe("fetch: 12/40 files, 5.0 s left");
    expect(progressLine(state, 20)).toBe("fetch: 12/40 files,");
  });
  it("leaves out what is not known", () => {
    expect(progressLine({ ...base, bytes: 0, total: { files: 0, bytes: 0 } })).toBe(
      "fetch: 12 files",
    );
  });
});

describe("the display", () => {
  function display(live: boolean) {
    let now = 0;
    let text = "";
    const stream = { write: (more: string) => (text += more), columns: 40 };
    const progress = new Progress({ stream, now: () => now, live });
    const task = progress.start("push", { files: 2, bytes: 2048 });
    const at = (ms: number): string => {
      now = ms;
      text = "";
      progress.tick();
      return text;
    };
    return { progress, task, at, seen: () => text };
  }

  it("stays silent for work under a second", () => {
    expect(display(true).at(900)).toBe("");
    expect(display(false).at(900)).toBe("");
  });

  it("redraws one line on a terminal, fit to its width, and takes it away at the end", () => {
    const { task, at, seen } = display(true);
    task.add(1, 1024);
    expect(at(2000)).toBe("\r\u001b[Kpush: 1/2 files, 2.0 s left");
    task.end();
    expect(seen().endsWith("\r\u001b[K")).toBe(true);
  });

  it("counts tasks of one name as one, and the time between them not at all", () => {
    const { progress, task, at } = display(true);
    task.add(2, 2048);
    at(800);
    task.end();
    task.end(); // a second end is none
    expect(at(50_000)).toBe("");
    const next = progress.start("push", { files: 1, bytes: 2048 });
    expect(at(50_400)).toBe("\r\u001b[Kpush: 2/3 files, 1.2 s left");
    const other = progress.start("pull", { files: 1, bytes: 0 });
    expect(at(52_000)).toBe("\r\u001b[Kpull: 0/1 file");
    other.end();
    expect(at(52_100)).toMatch(/push: 2\/3 files/);
    next.end();
    expect(at(60_000)).toBe("");
  });

  it("takes a terminal that does not know its width for one of 80 columns", () => {
    let text = "";
    const stream = { write: (more: string) => (text += more), columns: 0 };
    let now = 0;
    const progress = new Progress({ stream, now: () => now, live: true });
    progress.start("push", { files: 2, bytes: 2048 }).add(1, 1024);
    now = 2000;
    progress.tick();
    progress.stop();
    expect(text).toContain("push: 1/2 files, 1.0 KB of 2.0 KB, 512 B/s, 2.0 s left");
  });

  it("writes whole lines into a log, seconds apart", () => {
    const { at } = display(false);
    expect(at(2000)).toBe("");
    expect(at(5000)).toMatch(/^push: .*\n$/);
    expect(at(6000)).toBe("");
    expect(at(10_000)).toMatch(/^push: /);
  });

  it("shows nothing with --quiet, but warns", () => {
    let text = "";
    const stream = { write: (more: string) => (text += more), isTTY: true };
    const reporter = createReporter({ stream, env: {}, quiet: true });
    reporter.note("done");
    reporter.progress("push", { files: 1, bytes: 1 }).end();
    reporter.warn("odd\u001b[2J");
    reporter.close();
    expect(text).toBe("blobsy: odd\\x1b[2J\n");
  });
});
