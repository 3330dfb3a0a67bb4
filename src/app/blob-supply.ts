/**
 * Where the blobs that a reconcile places come from: the store, another payload with the same bytes,
 * or the remote, in this order. And whether the store may give its object away.
 */
import { decide, type Situation } from "../domain/decide.js";
import type { BlobsyError } from "../domain/errors.js";
import type { Oid } from "../domain/oid.js";
import { blobId, parsePlace, remoteBlobOf, type RemoteBlob } from "../domain/remote-place.js";
import type { PayloadPath } from "../domain/repo-path.js";
import type { RecoverReason } from "../store/recover-log.js";
import { lstatFacts } from "../fs/facts.js";
import type { StatCache } from "../worktree/stat-cache.js";
import { type Applying, blobToPlace } from "./apply.js";
import type { Assessment, Subject } from "./assess.js";
import type { Context } from "./context.js";
import { cachesBeside, payloadsByOid } from "./payloads-holding.js";

interface Wanted extends RemoteBlob {
  readonly path: PayloadPath;
}

export class BlobSupply {
  private readonly failures = new Map<Oid, BlobsyError>();
  private readonly needs: Needs;

  private missing: ReadonlyMap<Oid, Wanted> = new Map();
  private readonly proven = new Set<string>();
  private committed: ReadonlySet<PayloadPath> = new Set();

  private constructor(
    private readonly ctx: Context,
    private readonly cache: StatCache,
    private readonly subjects: readonly Subject[],
    assessment: Assessment,
  ) {
    this.needs = new Needs(ctx, cache, assessment);
  }

  /** Finds out what has to come from the remote; all else is in the store when this returns. */
  static async prepare(
    work: Applying,
    assessment: Assessment,
    subjects: readonly Subject[],
  ): Promise<BlobSupply> {
    const supply = new BlobSupply(work.ctx, work.cache, subjects, assessment);
    if (subjects.length === 0) return supply;
    const wanted = subjects.flatMap((subject) => wantedBy(subject) ?? []);
    supply.missing = await supply.findMissing(wanted);
    const bases = subjects.flatMap(({ path: payload }) => baseOf(work.cache, payload) ?? []);
    await supply.findProven([...wanted, ...bases]);
    await supply.findCommitted(subjects);
    return supply;
  }

  /**
   * Fetches what is missing, as far as it can be had; one failure is one path's. A blob that is needed
   * in one place only goes there at once.
   * @param place puts the file with the blob, which arrived just now, at this path. Never rejects
   * @returns the subjects it was called for
   */
  async fetch(
    place: (subject: Subject, arrived: string) => Promise<void>,
  ): Promise<ReadonlySet<Subject>> {
    const placed = new Set<Subject>();
    if (this.missing.size === 0) return placed;
    const users = new Map<Oid, Subject>();
    for (const subject of this.subjects) {
      const oid = blobToPlace(subject.action);
      if (oid !== null && this.needs.count(oid) <= 1) users.set(oid, subject);
    }
    const missing = [...this.missing.values()];
    await this.download(missing, async ({ oid }, file) => {
      const subject = users.get(oid);
      if (!subject) return false;
      placed.add(subject);
      await place(subject, file);
      return lstatFacts(file) === null;
    });
    // What has just come from the remote is proven to be there.
    await this.findProven(missing);
    return placed;
  }

  /** Has its blob to come from the remote? */
  isMissing(subject: Subject): boolean {
    const oid = blobToPlace(subject.action);
    return oid !== null && this.missing.has(oid);
  }

  /** @throws {BlobsyError} why the blob for this path cannot be had */
  async provide(subject: Subject): Promise<void> {
    const wanted = wantedBy(subject);
    if (wanted === null || this.ctx.store.has(wanted.oid, wanted.size)) return;
    const failure = this.failures.get(wanted.oid);
    if (failure) throw failure;
    await this.download([...(await this.findMissing([wanted])).values()]);
    const again = this.failures.get(wanted.oid);
    if (again) throw again;
  }

  /** The remote is proven to have it, and no other path or worktree needs it: it may be renamed out. */
  mayMove(subject: Subject): boolean {
    const wanted = wantedBy(subject);
    return wanted !== null && this.proven.has(blobId(wanted)) && this.needs.count(wanted.oid) <= 1;
  }

  /** What the remote has, or a commit at hand names, needs no line in the recover list. */
  whyReplaced({
    path: payload,
    payload: { facts },
    action,
    situation,
  }: Subject): RecoverReason | null {
    if (facts === null) return null;
    if (action.kind === "discard") return whyDiscarded(situation);
    return this.isProven(payload) || this.committed.has(payload) ? null : "replaced";
  }

  private isProven(payload: PayloadPath): boolean {
    const base = baseOf(this.cache, payload);
    return base !== null && this.proven.has(blobId(base));
  }

  private async findCommitted(subjects: readonly Subject[]): Promise<void> {
    const open = subjects.flatMap(({ path: payload, action }) => {
      const base =
        action.kind === "follow" && !this.isProven(payload) ? baseOf(this.cache, payload) : null;
      return base ? [[payload, base.oid] as const] : [];
    });
    if (open.length === 0) return;
    const { committedBases } = await import("./committed-bases.js");
    this.committed = await committedBases(this.ctx.repo, new Map(open));
  }

  private async findProven(blobs: readonly RemoteBlob[]): Promise<void> {
    const { provenBlobs } = await import("./uploaded.js");
    for (const id of await provenBlobs(this.ctx, blobs)) this.proven.add(id);
  }

  private async findMissing(wanted: readonly Wanted[]): Promise<Map<Oid, Wanted>> {
    const missing = new Map<Oid, Wanted>();
    for (const blob of wanted) {
      if (this.ctx.store.has(blob.oid, blob.size)) continue;
      if (await this.copyFromPayload(blob)) continue;
      missing.set(blob.oid, blob);
    }
    return missing;
  }

  private async download(
    wanted: readonly Wanted[],
    take?: (job: { readonly oid: Oid }, file: string) => Promise<boolean>,
  ): Promise<void> {
    if (wanted.length === 0) return;
    const { downloadBlobs } = await import("./transfer.js");
    const { signal } = this.ctx;
    const options = { ...(signal ? { signal } : {}), ...(take ? { take } : {}) };
    const report = await downloadBlobs(this.ctx, wanted, options);
    for (const { oid } of wanted) this.failures.delete(oid);
    for (const { oid, error } of report.failed) this.failures.set(oid, error);
  }

  /** A blob that was renamed out of the store lies at some payload's path. */
  private async copyFromPayload(blob: Wanted): Promise<boolean> {
    for (const file of this.needs.payloadsHolding(blob.oid)) {
      try {
        const { oid } = await this.ctx.store.ingest(file);
        if (oid === blob.oid) return true;
      } catch {
        // changed or gone meanwhile: the remote is asked
      }
    }
    return false;
  }
}

/** Git threw the edit away, or the user chose the other side. */
export function whyDiscarded(situation: Situation): RecoverReason {
  const { kind } = decide(situation);
  if (kind === "conflict") return "conflict";
  return kind === "write-ref" ? "forced" : "discarded";
}

function wantedBy(subject: Subject): Wanted | null {
  const oid = blobToPlace(subject.action);
  if (oid === null || subject.ref.kind !== "hash") return null;
  return { ...remoteBlobOf(subject.ref.ref), oid, path: subject.path };
}

function baseOf(cache: StatCache, payload: PayloadPath): RemoteBlob | null {
  const { base } = cache.get(payload);
  return base && { oid: base.oid, size: base.size, ...parsePlace(base.remoteKey) };
}

/** Who in this repository names a blob, and where its bytes lie, over all worktrees. */
class Needs {
  private counts: Map<Oid, number> | undefined;
  private files: ReadonlyMap<Oid, readonly string[]> | undefined;

  constructor(
    private readonly ctx: Context,
    private readonly cache: StatCache,
    private readonly assessment: Assessment,
  ) {}

  /** How many paths, here and in other worktrees, name this blob. */
  count(oid: Oid): number {
    this.counts ??= this.countAll();
    return this.counts.get(oid) ?? 0;
  }

  /** Files that, by their stat records, hold exactly this blob. */
  payloadsHolding(oid: Oid): readonly string[] {
    this.files ??= payloadsByOid(this.ctx, this.cache);
    return this.files.get(oid) ?? [];
  }

  private countAll(): Map<Oid, number> {
    const counts = new Map<Oid, number>();
    const count = (oid: Oid) => counts.set(oid, (counts.get(oid) ?? 0) + 1);
    for (const payload of this.assessment.inStep) {
      const { base } = this.cache.get(payload);
      if (base) count(base.oid);
    }
    for (const { ref } of this.assessment.subjects) if (ref.kind === "hash") count(ref.ref.oid);
    for (const other of cachesBeside(this.ctx)) {
      for (const payload of other.cache.paths()) {
        const { base, ref } = other.cache.get(payload);
        for (const oid of new Set([base?.oid, ref?.oid])) if (oid) count(oid);
      }
    }
    return counts;
  }
}
