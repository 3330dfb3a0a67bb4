import path from "node:path";
import { openContext } from "../../app/context.js";
import { selectKnown } from "../../app/known-payloads.js";
import { type FileStatus, status } from "../../app/status.js";
import { shortOid } from "../../domain/oid.js";
import { formatCount, formatSize } from "../../domain/size.js";
import { toWorktreePath } from "../../app/arguments.js";
import type { Run } from "../host.js";
import { name } from "../render.js";

/**
 * As `git ls-files`: what is below the current directory unless told, by names relative to it, so that
 * the next command takes them as they are.
 */
export const run: Run = async ({ cwd, args, flags, reporter }) => {
  const ctx = await openContext(cwd, reporter);
  const { files: all } = await status(ctx);
  const here = toWorktreePath(ctx.repo.worktree, cwd, ".");
  const chosen = args.length === 0 ? null : await selectKnown(ctx, cwd, args);
  const below = here === "" ? "" : `${here}/`;
  const files = all.filter((file) =>
    chosen ? chosen.has(file.path) : file.path.startsWith(below),
  );
  const shown = files.map((file) => path.posix.relative(here, file.path));
  const bytes = files.reduce((sum, { size }) => sum + (size ?? 0), 0);
  const bare = flags["nameOnly"] === true || flags["z"] === true;
  return {
    result: { files: files.map(fileJson) },
    ...(flags["z"] === true
      ? { raw: shown.map((one) => `${one}\0`).join("") }
      : { answer: bare ? shown.map(name) : files.map((file, at) => row(file, shown[at] ?? "")) }),
    notes: bare ? [] : [`${formatCount(files.length, "payload")}, ${formatSize(bytes)}`],
  };
};

function fileJson({ path: payload, state, size, oid, git }: FileStatus): object {
  const hash = oid === null ? null : `sha256:${oid}`;
  return { path: payload, state, size, hash, git };
}

function row({ state, size, oid }: FileStatus, shown: string): string {
  const bytes = size === null ? "" : formatSize(size);
  const hash = oid === null ? "" : shortOid(oid);
  return `${state.padEnd(14)}  ${bytes.padStart(9)}  ${hash.padEnd(12)}  ${name(shown)}`;
}
