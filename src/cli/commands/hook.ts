/** `blobsy hook <name>`: what the stubs in hooks/ start. Git waits, so nothing heavy is loaded here. */
import { reporterFor } from "../reporter.js";

/** @returns the exit code Git sees: not 0 stops a commit or a push */
export async function runHookCommand([name = "", ...args]: readonly string[]): Promise<number> {
  const [{ openContext }, { asHookName, runHook }] = await Promise.all([
    import("../../app/context.js"),
    import("../../app/hook.js"),
  ]);
  const reporter = reporterFor(process.stderr);
  try {
    const hook = asHookName(name);
    const ctx = await openContext(process.cwd(), reporter);
    return await runHook(ctx, hook, args, process.stdin);
  } finally {
    reporter.close();
  }
}
