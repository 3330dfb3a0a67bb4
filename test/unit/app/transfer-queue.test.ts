import { expect, it } from "vitest";
import { Pace } from "../../../src/app/pace.js";
import { SILENT } from "../../../src/app/reporter.js";
import { Tally, runTransfers, type Job } from "../../../src/app/transfer-queue.js";
import { BlobsyError, type ErrorCode } from "../../../src/domain/errors.js";
import { blobOf, type Blob } from "./remote-fixture.js";

function jobs(count: number): Job<Blob>[] {
  return Array.from({ length: count }, (_, at) => {
    const blob = blobOf(`job ${at}`, String(at));
    return { ...blob, wanted: [blob] };
  });
}

/** Runs as many jobs as there are codes, one at a time; "ok" succeeds. */
async function run(
  codes: readonly (ErrorCode | "ok")[],
): Promise<{ tried: number; failed: string[] }> {
  const tally = new Tally<Blob>();
  let tried = 0;
  await runTransfers(jobs(codes.length), tally, {
    pace: new Pace({ start: 1, most: 1 }),
    reporter: SILENT,
    task: "testing",
    move: async () => {
      const code = codes[tried] as ErrorCode | "ok";
      tried += 1;
      if (code !== "ok") throw new BlobsyError(code, "made to fail", { next: "try this" });
      return "moved";
    },
  });
  expect(tally.report().done).toBe(codes.filter((code, at) => code === "ok" && at < tried).length);
  return { tried, failed: tally.report().failed.map(({ error }) => error.code) };
}

it("one file's failure is its own", async () => {
  const codes = [
    "IO",
    "BLOB_MISSING",
    "PERMISSION",
    "BLOB_CORRUPT",
    "ok",
    "NOT_FOUND",
    "IO",
  ] as const;
  expect((await run(codes)).tried).toBe(7);
});

it.each(["NETWORK", "CREDENTIALS", "DISK_FULL"] as const)(
  "%s three times in a row: the rest is not tried, and told why",
  async (code) => {
    const { tried, failed } = await run([code, code, code, ...Array<"ok">(5).fill("ok")]);
    expect(tried).toBe(3);
    expect(failed).toEqual(Array(8).fill(code));
  },
);

it("is not discouraged by failures with successes between", async () => {
  const codes = ["NETWORK", "NETWORK", "ok", "NETWORK", "NETWORK", "IO", "NETWORK", "ok"] as const;
  expect((await run(codes)).tried).toBe(8);
});

it("tries nothing more once it was told to stop", async () => {
  expect(await run(["ok", "INTERRUPTED", "ok", "ok"])).toMatchObject({ tried: 2 });
});

it("runs as many at a time as it was told, and no more", async () => {
  let [now, most] = [0, 0];
  await runTransfers(jobs(20), new Tally<Blob>(), {
    pace: new Pace({ start: 4, most: 4 }),
    reporter: SILENT,
    task: "testing",
    move: async () => {
      now += 1;
      most = Math.max(most, now);
      await new Promise((resolve) => setImmediate(resolve));
      now -= 1;
      return "moved";
    },
  });
  expect(most).toBe(4);
});

it("our own mistakes are not a file's failure", async () => {
  const move = (): Promise<"moved"> => Promise.reject(new TypeError("a bug"));
  const tally = new Tally<Blob>();
  const work = runTransfers(jobs(1), tally, {
    pace: new Pace({ start: 1, most: 1 }),
    reporter: SILENT,
    task: "t",
    move,
  });
  await expect(work).rejects.toThrow(TypeError);
});
