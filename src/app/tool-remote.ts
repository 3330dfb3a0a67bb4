/**
 * Which program moves the bytes of a bucket. A tool and its arguments that a commit names need this
 * user's approval; until then, and where the tool is not installed, the SDK does the same work. So a
 * team may name a tool, and nobody has to have it.
 */
import path from "node:path";
import type { BackendConfig, Config } from "../domain/config.js";
import { findProgram } from "../fs/find-program.js";
import type { Repository } from "../git/repository.js";
import type { S3Spec } from "../transport/s3-client.js";
import type { ToolName, ToolSpec } from "../transport/tool-spec.js";
import { approvalOf, isApproved } from "./command-trust.js";

/** The best at many files first. */
const TOOLS: readonly ToolName[] = ["s5cmd", "rclone", "aws"];
/** From so many files on starting a tool costs less than it saves. */
const MANY = 20;

export interface ChosenTool {
  readonly spec: S3Spec | ToolSpec;
  /** Why it is not the one that is configured. */
  readonly note?: string;
}

/** @param s3 the bucket, as the SDK would reach it */
export async function chooseTool(
  repo: Repository,
  config: Config,
  backend: BackendConfig,
  s3: S3Spec,
): Promise<ChosenTool> {
  const wanted = backend.tool?.value ?? "sdk";
  if (wanted === "sdk") return { spec: s3 };
  const instead = (why: string): ChosenTool => ({
    spec: s3,
    note: `tool = ${wanted} of backend "${backend.name}" is not used, ${why}; the SDK copies instead`,
  });
  const approval = approvalOf(backend);
  if (approval !== null && !(await isApproved(repo, approval))) {
    return instead("as you have not approved it (blobsy trust)");
  }
  // A tool would sign its requests, and look up the address anew.
  if (s3.access === "anonymous") return instead("as its endpoint is not one that you trust");
  const found = findTool(repo, wanted === "auto" ? TOOLS : [wanted]);
  if (found === null) return wanted === "auto" ? { spec: s3 } : instead("as it is not on PATH");
  const { timeLimit, toolArgs } = backend;
  const spec: ToolSpec = {
    kind: "tool",
    s3,
    ...found,
    // Arguments are meant for one program, and `auto` may take another.
    args: wanted === "auto" ? [] : (toolArgs?.value ?? []),
    from: wanted === "auto" ? MANY : 1,
    concurrency: config.transfer.concurrency,
    scratch: path.join(repo.sharedState, "tmp"),
    ...(timeLimit === undefined ? {} : { limitMs: timeLimit.value * 1000 }),
  };
  return { spec };
}

/** The first that is installed, outside of this repository. */
export function findTool(
  repo: Repository,
  tools: readonly ToolName[],
): { tool: ToolName; program: string } | null {
  for (const tool of tools) {
    const program = findProgram(tool, [repo.worktree, repo.mainWorktree]);
    if (program !== undefined) return { tool, program };
  }
  return null;
}
