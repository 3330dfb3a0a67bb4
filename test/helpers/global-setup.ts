import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";
import { fastest } from "./fastest.js";

/** Stories run the built program, as users do, so it is built once before any test. */
export default function setup(project: TestProject): () => void {
  const prepared = mkdtempSync(path.join(fastest(), "blobsy-prepared-"));
  project.provide("prepared", prepared);
  if (process.env["BLOBSY_TEST_NO_BUILD"] !== "1") {
    const script = fileURLToPath(new URL("../../scripts/build.mjs", import.meta.url));
    execFileSync(process.execPath, [script], { stdio: "inherit" });
  }
  return () => rmSync(prepared, { recursive: true, force: true });
}
