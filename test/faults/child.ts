/** One run of blobsy's lowest layers, to be made to fail: what the last run left first, then one job. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { asOid } from "../../src/domain/oid.js";
import { lstatFacts } from "../../src/fs/facts.js";
import { Store } from "../../src/store/store.js";
import { RecoverLog } from "../../src/store/recover-log.js";
import {
  movePayload,
  removePayload,
  replacePayload,
  sweepAside,
  type PlaceContext,
} from "../../src/worktree/place.js";
import { settlePlaced } from "../../src/worktree/settle.js";

export interface ChildJob {
  readonly worktree: string;
  readonly state: string;
  readonly kind: "ingest" | "replace" | "remove" | "move";
  readonly payload: string;
  readonly to?: string;
  readonly incoming?: { oid: string; size: number; mayMove: boolean };
  readonly knowsOld?: boolean;
  /** As for many payloads: names are made durable at the end. */
  readonly filing?: "later";
}

const job = JSON.parse(process.argv[2] ?? "{}") as ChildJob;
const store = Store.open(job.state);
const ctx: PlaceContext = {
  worktree: job.worktree,
  store,
  recover: new RecoverLog(job.state),
  asideDir: store.layout.aside,
  tempDir: store.layout.tmp,
  ...(job.filing ? { filing: job.filing } : {}),
};
const file = path.join(job.worktree, job.payload);

await sweepAside(ctx);
const result = await run();
await settlePlaced(ctx);
console.log(
  JSON.stringify(result, (_, value: unknown) =>
    typeof value === "bigint" ? String(value) : value,
  ),
);

async function run(): Promise<unknown> {
  if (job.kind === "ingest") return store.ingest(file);
  const expected = lstatFacts(file);
  const expectedOid = job.knowsOld && expected ? hashOf(file) : null;
  const { payload } = job;
  if (job.kind === "replace") return replace(expected, expectedOid);
  if (!expected) return { kind: "done already" };
  if (job.kind === "remove") {
    return removePayload(ctx, { payload, expected, expectedOid, why: "removed" });
  }
  if (existsSync(path.join(job.worktree, job.to ?? ""))) return { kind: "done already" };
  return movePayload(ctx, { from: payload, to: job.to ?? "", expected });
}

async function replace(
  expected: ReturnType<typeof lstatFacts>,
  expectedOid: ReturnType<typeof asOid> | null,
): Promise<unknown> {
  const { oid = "", size = 0, mayMove = false } = job.incoming ?? {};
  if (expected && hashOf(file) === oid) return { kind: "done already" };
  const incoming = { oid: asOid(oid), size, mayMove };
  const { payload } = job;
  return replacePayload(ctx, {
    payload,
    expected,
    expectedOid,
    incoming,
    executable: false,
    why: "replaced",
  });
}

function hashOf(name: string): ReturnType<typeof asOid> {
  return asOid(createHash("sha256").update(readFileSync(name)).digest("hex"));
}
