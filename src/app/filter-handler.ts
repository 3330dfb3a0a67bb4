/**
 * What clean and smudge mean for one ref file.
 *
 * Clean tells Git the truth about the payload: edited, and the ref file as it was -> the ref text for
 * the new bytes; anything else -> the text it was given. Smudge passes the text through and notes the
 * request. Neither touches a payload: archive, cat-file and difftool ask as well.
 */
import path from "node:path";
import type { SmudgeNote } from "../domain/discard.js";
import { fromErrno } from "../domain/errors.js";
import { type FileFacts, sameFacts } from "../domain/file-facts.js";
import { checkRefPath, type PayloadPath, refPathOf } from "../domain/repo-path.js";
import { lstatFacts } from "../fs/facts.js";
import { checkParents } from "../fs/safe-parent.js";
import { tookMs, trace } from "../fs/trace.js";
import { type IndexListing, listIndex } from "../git/index-entries.js";
import type { Answer, Content } from "../protocol/filter-session.js";
import type { Journal } from "../worktree/journal.js";
import { LiveJournals } from "../worktree/live-journals.js";
import { lastPass, type NoticingPass } from "../worktree/monitor-files.js";
import { addNote } from "../worktree/notices.js";
import { wasRewrittenFrom } from "../worktree/rewrites.js";
import { noteTold } from "../worktree/told.js";
import type { StatCache } from "../worktree/stat-cache.js";
import { announcedBase } from "./announced-bases.js";
import type { Context } from "./context.js";
import { gitStartedNs } from "./git-environment.js";
import { observePayload, readRef, textHash } from "./observe.js";
import { refTextFor } from "./ref-text.js";

export class FilterHandler {
  /** Every path Git asked about. */
  readonly asked = new Set<PayloadPath>();
  /** Payloads that were hashed for Git in this process, as they were then. */
  private readonly noticed = new Map<PayloadPath, FileFacts>();
  private pass: NoticingPass | undefined;
  private readonly live: LiveJournals;
  private index: Promise<IndexListing> | undefined;

  constructor(
    private readonly ctx: Context,
    private readonly cache: StatCache,
    private readonly journal: Journal,
  ) {
    this.live = new LiveJournals(ctx.repo.worktreeState);
  }

  async clean(name: Buffer, content: Content): Promise<Answer> {
    const payload = this.payloadOf(name);
    if (payload === null || content.bytes === null) return unchanged(content);
    this.asked.add(payload);
    try {
      const began = performance.now();
      const text = await this.textForEdit(payload, content.bytes);
      const answer = text === null ? "as it was given" : "the text for what the payload holds now";
      trace("filter", () => `clean ${refPathOf(payload)}: ${answer}, ${tookMs(began)}`);
      return text === null ? unchanged(content) : success(Buffer.from(text));
    } catch (error) {
      // An error status would make Git stage the old text and exit 0, saying nothing.
      await this.recordFailure(payload, error);
      return unchanged(content);
    }
  }

  smudge(name: Buffer, content: Content): Promise<Answer> {
    const payload = this.payloadOf(name);
    if (payload === null || content.bytes === null) return Promise.resolve(unchanged(content));
    this.asked.add(payload);
    const note = this.smudgeNote(payload, content.bytes);
    this.journal.append(note);
    trace("filter", () => `smudge ${refPathOf(payload)}: noted, ref file was ${note.refWas}`);
    return Promise.resolve(unchanged(content));
  }

  /** `null` for a path that is none of ours, or that no payload may have; the latter is said once. */
  private payloadOf(name: Buffer): PayloadPath | null {
    const checked = checkRefPath(name, process.platform);
    if (checked.ok) return checked.payload;
    if (name.toString("latin1").toLowerCase().endsWith(".bref")) {
      this.ctx.reporter.warn(`${name.toString("utf8")} is left alone: ${checked.reason}`);
    }
    return null;
  }

  /** @returns the ref text for the edited payload, `null` when there is no edit to tell of */
  private async textForEdit(payload: PayloadPath, given: Buffer): Promise<string | null> {
    const { ctx, cache } = this;
    checkParents(ctx.repo.worktree, payload)?.close();
    cache.reload(); // this process may have been at it for hours
    const baseOf = announcedBase(ctx, payload);
    const ref = readRef(ctx.repo.worktree, payload);
    if (ref.kind !== "hash" || this.isBeingSettled(payload)) return null;
    const overtaken = !ref.text.equals(given);
    // merge.renormalize and `hash-object --path` ask about other texts than the file's.
    if (overtaken && !this.wasJustRewritten(payload, ref.facts, given)) return null;
    // Whoever rewrote it found payload and ref file in step, whether or not it has said so yet.
    const base = overtaken ? ref.ref : baseOf(cache.get(payload).base, ref.ref.oid);
    if (!base || ref.ref.oid !== base.oid) return null;
    const observed = await observePayload(
      ctx,
      cache,
      payload,
      new Set([base.oid]),
      new Set([base.size]),
    );
    if (observed.failure) throw observed.failure;
    if (observed.state.kind !== "hash" || observed.facts === null) return null;
    this.noticed.set(payload, observed.facts);
    if (observed.state.oid === base.oid) return overtaken ? ref.text.toString("utf8") : null;
    this.index ??= listIndex(ctx.repo);
    if ((await this.index).has(payload)) return null;
    const content = { oid: observed.state.oid, size: observed.facts.size };
    const text = await refTextFor(ctx, cache, payload, content, ref.ref);
    this.note(payload, ref.ref.oid, text);
    return text;
  }

  /** For how a diff shows; Git gets the same answer where it cannot be noted. */
  private note(payload: PayloadPath, was: string, text: string): void {
    const told = { git: process.ppid, was, ref: refPathOf(payload), text };
    try {
      noteTold(this.ctx.repo.worktreeState, told);
    } catch (error) {
      const reason = fromErrno(error, "noting the edit", payload).message;
      this.ctx.reporter.warn(`${payload}: git diff may not show its edit: ${reason}`);
    }
  }

  /**
   * Git read the ref file, another blobsy process (of an editor's `git status`) took the edit in and
   * rewrote it, and now Git asks about what it read. To say "as you read it" would hide the edit from
   * this command.
   */
  private wasJustRewritten(payload: PayloadPath, facts: FileFacts, given: Buffer): boolean {
    if (facts.ctimeNs < gitStartedNs()) return false;
    return wasRewrittenFrom(this.ctx.repo.worktreeState, payload, textHash(given));
  }

  /** Git wrote this ref file in this very run; the payload follows at its end. */
  private isBeingSettled(payload: PayloadPath): boolean {
    return this.journal.notes.has(payload) || this.live.has(payload);
  }

  private smudgeNote(payload: PayloadPath, text: Buffer): SmudgeNote {
    const file = path.join(this.ctx.repo.worktree, payload);
    const ref = lstatFacts(path.join(this.ctx.repo.worktree, refPathOf(payload)));
    const facts = lstatFacts(file);
    const seen = this.noticed.get(payload);
    this.pass ??= lastPass(this.ctx.repo.worktreeState);
    return {
      path: payload,
      textHash: textHash(text),
      refWas: ref === null ? "absent" : ref.size === 0 ? "empty" : "present",
      payload: facts,
      noticed: seen !== undefined && facts !== null && sameFacts(seen, facts),
      ...this.pass,
    };
  }

  /** Kept until a reconcile succeeds: pre-commit refuses while it stands. */
  private async recordFailure(payload: PayloadPath, error: unknown): Promise<void> {
    const { code, message } = fromErrno(error, "taking in the edit", payload);
    this.ctx.reporter.warn(`${payload}: its edit is not in what Git stages: ${message}`);
    const problem = { path: payload, code, message, stagedOld: true };
    await addNote(this.ctx.repo.worktreeState, problem);
  }
}

function success(content: Uint8Array): Answer {
  return { status: "success", content };
}

function unchanged(content: Content): Answer {
  return { status: "success", content: content.bytes ?? content.chunks() };
}
