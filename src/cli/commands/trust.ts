import { openContext } from "../../app/context.js";
import { trustRemote } from "../../app/remote-trust.js";
import type { Run } from "../host.js";
import { name } from "../render.js";

export const run: Run = async ({ cwd, dryRun, reporter }) => {
  const ctx = await openContext(cwd, reporter);
  const config = await ctx.config();
  if (dryRun) {
    const backend = config.backend.value;
    const note = `would use the remote that backend "${name(backend)}" of .blobsyconfig names`;
    return { result: { dry_run: true, backend }, notes: [note] };
  }
  const { name: backend, url } = await trustRemote(ctx.repo, config);
  return { result: { backend, url }, notes: [`this clone uses ${name(url)} from now on`] };
};
