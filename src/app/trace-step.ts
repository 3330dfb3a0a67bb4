/** Tells BLOBSY_TRACE of one row of the decision (domain/decide.ts): what was found, and what came of it. */
import type { PayloadState, RefState } from "../domain/decide.js";
import { shortOid } from "../domain/oid.js";
import { isTracing, tookMs, trace } from "../fs/trace.js";
import type { Subject } from "./assess.js";
import type { ReconcileReport } from "./report.js";

/** @param result what was done, or why not */
export function traceStep(subject: Subject, result: string): void {
  trace("step", () => `${subject.path}: ${shownRow(subject)} -> ${subject.action.kind}: ${result}`);
}

/** To be called when `act` has been done: tells what the report has of it. */
export function beginStep({ events }: ReconcileReport, subject: Subject): (why?: string) => void {
  if (!isTracing()) return () => undefined;
  const began = performance.now();
  const before = events.length;
  return (why) => {
    const told = events.slice(before).filter((event) => event.path === subject.path);
    const done = told.length === 0 ? "done" : told.map(({ kind }) => kind).join(", ");
    traceStep(subject, `${why ?? done}, ${tookMs(began)}`);
  };
}

function shownRow({ situation, ref }: Subject): string {
  const { payload, base, payloadInIndex, discard, leftOut } = situation;
  const facts = [
    `payload ${shownState(payload)}`,
    `ref ${shownState(situation.ref)}`,
    `base ${base === null ? "none" : shortOid(base)}`,
    payloadInIndex ? "payload in Git's index" : "",
    discard ? "evidence of a discard" : "",
    leftOut ?? "",
    ref.kind === "hash" ? `size ${ref.ref.size}` : "",
  ];
  return facts.filter((fact) => fact !== "").join(", ");
}

function shownState(state: PayloadState | RefState): string {
  if (state.kind === "hash") return shortOid(state.oid);
  return state.kind === "absent" && "index" in state
    ? `absent (index: ${state.index})`
    : state.kind;
}
