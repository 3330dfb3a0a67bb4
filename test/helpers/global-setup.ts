import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Stories run the built program, as users do, so it is built once before any test. */
export default function setup(): void {
  if (process.env["BLOBSY_TEST_NO_BUILD"] === "1") return;
  const script = fileURLToPath(new URL("../../scripts/build.mjs", import.meta.url));
  execFileSync(process.execPath, [script], { stdio: "inherit" });
}
