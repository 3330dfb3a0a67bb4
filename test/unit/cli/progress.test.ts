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

  it("redraws one line on a terminal, cut to its width, and takes it away at the end", () => {
    const { task, at, seen } = display(true);
    task.add(1, 1024);
    const shown = at(2000);
    expect(shown).toMatch(/^\r\u001b\[Kpush: 1\/2 files, 1\.0 KB/);
    expect(shown.length).toBeLessThanOrEqual(40 + "\r\u001b[K".length);
    task.end();
    expect(seen().endsWith("\r\u001b[K")).toBe(true);
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
