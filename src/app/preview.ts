/**
 * What a reconcile would do, as the report it would give. The very assessment that `reconcile` carries
 * out, so a dry run cannot differ from the real one.
 */
import type { PayloadPath } from "../domain/repo-path.js";
import { readOtherJournals } from "../worktree/journal.js";
import { readPending } from "../worktree/notices.js";
import { StatCache } from "../worktree/stat-cache.js";
import { takeUpAnnounced } from "./announced-bases.js";
import { assess, type Assessment, type Subject } from "./assess.js";
import { whyDiscarded } from "./blob-supply.js";
import type { Context } from "./context.js";
import type { ReconcileRequest } from "./reconcile.js";
import { emptyReport, type ReconcileEvent, type ReconcileReport } from "./report.js";

export type PreviewRequest = Pick<ReconcileRequest, "asked" | "wanted" | "only" | "choose">;

/** Every path's plan. Changes nothing but the store, which keeps the edits it has seen. */
export async function assessAll(ctx: Context, request: PreviewRequest): Promise<Assessment> {
  const state = ctx.repo.worktreeState;
  await ctx.store.prepare();
  const { orphaned } = readOtherJournals(state);
  const cache = StatCache.load(state);
  takeUpAnnounced(ctx, cache);
  return assess(ctx, cache, {
    asked: [...(request.asked ?? []), ...(orphaned.keys() as Iterable<PayloadPath>)],
    everything: true,
    notes: orphaned,
    pending: readPending(state),
    ...(request.wanted ? { wanted: request.wanted } : {}),
    ...(request.choose ? { choose: request.choose } : {}),
  });
}

export async function preview(ctx: Context, request: PreviewRequest): Promise<ReconcileReport> {
  const assessment = await assessAll(ctx, request);
  const only = request.only ?? (() => true);
  const report = emptyReport();
  report.inStep = assessment.inStep.length;
  report.refused.push(...assessment.refused);
  const moving = new Set<string>();
  for (const { from, to } of assessment.moves) {
    if (!only(from) && !only(to)) continue;
    report.events.push({ kind: "moved", path: to, from });
    moving.add(from).add(to);
  }
  for (const subject of assessment.subjects) {
    if (moving.has(subject.path)) continue;
    if (!only(subject.path)) report.held += 1;
    else if (subject.action.kind === "record") report.inStep += 1;
    else if (subject.action.kind === "stay-absent") report.leftOut += 1;
    else report.events.push(...eventsOf(subject));
  }
  return report;
}

/** What carrying out this action will report. */
function eventsOf({ action, path, ref, payload, situation }: Subject): ReconcileEvent[] {
  const there = payload.state.kind === "hash" ? payload.state.oid : null;
  const refSize = ref.kind === "hash" ? ref.ref.size : 0;
  switch (action.kind) {
    case "materialise":
    case "follow":
      return [{ kind: "placed", path, oid: action.oid, size: refSize }];
    case "discard":
      return [
        { kind: "placed", path, oid: action.oid, size: refSize },
        ...(there === null
          ? []
          : [{ kind: "discarded", path, oid: there, why: whyDiscarded(situation) } as const]),
      ];
    case "write-ref":
      return [{ kind: "ref-written", path, oid: action.oid, size: payload.facts?.size ?? 0 }];
    case "conflict":
      return [
        {
          kind: "conflict",
          path,
          payload: action.payload,
          ref: action.ref,
          base: situation.base,
        },
      ];
    case "retire":
    case "vacate":
      return there === null ? [] : [{ kind: "removed", path, oid: there }];
    case "release":
      return [{ kind: "released", path }];
    case "git-owns":
      return [{ kind: "git-owns", path }];
    case "leave":
      return [{ kind: "left", path, reason: action.reason }];
    case "record":
    case "stay-absent":
    case "forget":
      return [];
  }
}
