import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Resume, sweepResumes } from "../../../src/transport/resume.js";

const WEEKS_AGO = Date.now() / 1000 - 20 * 24 * 3600;
let dir = "";

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), "resume-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

async function begun(subject: string): Promise<Resume> {
  const resume = await Resume.take(dir, subject, "download");
  if (!resume) throw new Error("somebody else goes on with it");
  await resume.begin({ size: "3" });
  await resume.note(1, { checksum: "crc32:cbf43926", tag: "-" });
  writeFileSync(resume.partFile, "abc");
  return resume;
}

function age(): void {
  for (const name of readdirSync(dir)) utimesSync(path.join(dir, name), WEEKS_AGO, WEEKS_AGO);
}

it("what was noted is found by the next, and only by one at a time", async () => {
  const first = await begun("a");
  expect(await Resume.take(dir, "a", "download")).toBeNull();
  await first.close();
  const next = await Resume.take(dir, "a", "download");
  expect(next?.begun).toEqual({ size: "3" });
  expect([...(next?.parts ?? [])]).toEqual([[1, { checksum: "crc32:cbf43926", tag: "-" }]]);
  await next?.close();
});

it("what nobody went on with for a week is given up", async () => {
  await (await begun("a")).close();
  await sweepResumes(dir);
  expect(readdirSync(dir)).toHaveLength(2);
  age();
  await sweepResumes(dir);
  expect(readdirSync(dir)).toEqual([]);
});

it("what somebody goes on with is theirs, however old it is", async () => {
  const resume = await begun("a");
  age();
  await sweepResumes(dir);
  expect(existsSync(resume.partFile)).toBe(true);
  await resume.close();
});
